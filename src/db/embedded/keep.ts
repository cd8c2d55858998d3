import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Log } from '../../log.ts';
import type { Hold } from './hold.ts';

/** Holds PostgreSQL for the life of a process, over its restarts. */
export interface Keeper {
  /** Ends the keeping; gives the hold that there is, or null where PostgreSQL is away. */
  stop(): Promise<Hold | null>;
}

const firstPauseMs = 100;
const longestPauseMs = 2000;
// A PostgreSQL that ran this long is started again without a pause.
const steadyMs = 10_000;
// Of attempts that fail one after another one in so many is logged, about every 30 s.
const loggedEvery = 15;

/** Watches `first`; whenever PostgreSQL is lost, takes it again with `again`, and once more until that succeeds. */
export function keep(first: Hold, again: (signal: AbortSignal) => Promise<Hold>, log: Log): Keeper {
  const ending = new AbortController();
  const { signal } = ending;
  const isEnding = () => signal.aborted;
  const aborted = once(signal, 'abort');
  let hold: Hold | null = first;
  const watching = watch();
  return {
    stop: async () => {
      ending.abort();
      await watching;
      return hold;
    },
  };

  async function watch(): Promise<void> {
    for (let current = first, pause = firstPauseMs; ;) {
      const taken = Date.now();
      await Promise.race([current.lost, aborted]);
      if (isEnding()) return;
      hold = null;
      log.warn('PostgreSQL is gone; starting it again');
      const isSteady = Date.now() - taken > steadyMs;
      pause = isSteady ? firstPauseMs : Math.min(2 * pause, longestPauseMs);
      if (!isSteady) await rest(pause);
      const next = await retake();
      if (next === null) return;
      hold = current = next;
      log.info('PostgreSQL runs again');
    }
  }

  async function retake(): Promise<Hold | null> {
    for (let failures = 0, pause = firstPauseMs; !isEnding(); failures++) {
      try {
        return await again(signal);
      } catch (error) {
        if (failures % loggedEvery === 0 && !isEnding()) {
          log.error({ err: error }, 'PostgreSQL could not be started again; trying on');
        }
      }
      await rest(pause);
      pause = Math.min(2 * pause, longestPauseMs);
    }
    return null;
  }

  async function rest(ms: number): Promise<void> {
    await sleep(ms, undefined, { signal }).catch(() => undefined);
  }
}
