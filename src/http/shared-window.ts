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
/** How often Redis is asked whether it answers: only that brings it back, so that no request waits for a try. */
const everyMs = 250;

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
  let isUp = false;
  const set = (state: boolean) => {
    if (state !== isUp) report(state ? 'up' : 'down');
    isUp = state;
  };
  const watch = () => {
    inTime(redis.ping()).then(
      () => set(true),
      () => set(false),
    );
  };
  redis.on('ready', watch);
  redis.on('close', () => set(false));
  // Every loss is followed by 'close'; an 'error' without a listener would be printed.
  redis.on('error', () => undefined);
  // A Redis that hangs closes nothing.
  const timer = setInterval(watch, everyMs);

  async function ask(key: string): Promise<Verdict> {
    try {
      return await count(redis, key, limit);
    } catch {
      set(false);
      return local.take(key);
    }
  }

  return {
    take: (key) => (isUp ? ask(key) : local.take(key)),
    close: () => {
      clearInterval(timer);
      redis.disconnect();
    },
  };
}

async function count(redis: Redis, key: string, { requests, windowSeconds }: RateLimit): Promise<Verdict> {
  const slotMs = (windowSeconds * 1000) / slotsPerWindow;
  const args = [`daymark:rate:${key}`, requests, slotMs, slotsPerWindow] as const;
  const answer = (await inTime(redis.call('EVAL', script, 1, ...args))) as [number, number, number];
  const [allowed, remaining, resetMs] = answer;
  return { allowed: allowed === 1, remaining, resetSeconds: Math.max(1, Math.ceil(resetMs / 1000)) };
}

/** The answer, if it comes in time. Where this process itself was late, what lies in the socket is read first. */
function inTime<T>(answer: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const late = () => setImmediate(() => reject(new Error('Redis did not answer in time')));
    const timer = setTimeout(late, patienceMs);
    answer.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}

function connect(url: string): Redis {
  return new Redis(url, {
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    connectTimeout: 2000,
    retryStrategy: (attempt) => Math.min(100 * attempt, 1000),
  });
}
