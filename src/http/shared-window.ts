import { Redis } from 'ioredis';
import {
  slidingWindow,
  slotsPerWindow,
  type Limiter,
  type RateLimit,
  type Verdict,
} from './sliding-window.ts';

// The same slots as in memory, as fields of a hash; on Redis' own clock, so that nodes agree on the slot.
const script = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local limit, slotMs, slots = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local slot = math.floor(now / slotMs)
local counts = redis.call('HGETALL', KEYS[1])
local total, oldest = 0, slot
for i = 1, #counts, 2 do
  local each = tonumber(counts[i])
  if each < slot - slots then
    redis.call('HDEL', KEYS[1], counts[i])
  else
    total = total + tonumber(counts[i + 1])
    if each < oldest then oldest = each end
  end
end
local allowed = total < limit
if allowed then
  redis.call('HINCRBY', KEYS[1], string.format('%d', slot), 1)
  redis.call('PEXPIRE', KEYS[1], math.ceil(slotMs * (slots + 1)))
  oldest = slot
  total = total + 1
end
return {allowed and 1 or 0, limit - total, math.ceil((oldest + slots + 1) * slotMs - now)}
`;

/** How long a request waits for Redis before this node decides alone. */
const patienceMs = 40;
/** After a failure Redis is left alone for so long, so that only one request in a while waits for it. */
const restMs = 1000;

export interface SharedLimiter extends Limiter {
  close(): void;
}

/** A sliding window that all nodes share through Redis; while that is away each node counts by itself. */
export function sharedWindow(
  limit: RateLimit,
  url: string,
  report: (state: 'up' | 'down') => void,
): SharedLimiter {
  const local = slidingWindow(limit);
  const redis = connect(url);
  const slotMs = (limit.windowSeconds * 1000) / slotsPerWindow;
  let restUntil = 0;
  redis.on('ready', () => report('up'));
  redis.on('close', () => report('down'));
  // Every loss is followed by 'close'; an 'error' without a listener would be printed.
  redis.on('error', () => undefined);

  async function ask(key: string): Promise<Verdict> {
    try {
      const args = [`daymark:rate:${key}`, limit.requests, slotMs, slotsPerWindow] as const;
      const [allowed, remaining, resetMs] = (await redis.call('EVAL', script, 1, ...args)) as [
        number,
        number,
        number,
      ];
      return { allowed: allowed === 1, remaining, resetSeconds: Math.max(1, Math.ceil(resetMs / 1000)) };
    } catch {
      restUntil = performance.now() + restMs;
      return local.take(key);
    }
  }

  return {
    take: (key) => (redis.status !== 'ready' || performance.now() < restUntil ? local.take(key) : ask(key)),
    close: () => redis.disconnect(),
  };
}

function connect(url: string): Redis {
  return new Redis(url, {
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    commandTimeout: patienceMs,
    connectTimeout: 2000,
    retryStrategy: (attempt) => Math.min(100 * attempt, 1000),
  });
}
