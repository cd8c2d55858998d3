import { hash, verify, type Options } from '@node-rs/argon2';
import { compare } from 'bcryptjs';
import { availableParallelism } from 'node:os';
import { pauses } from '../http/pause.ts';
import { Problem } from '../http/problem.ts';

// OWASP Password Storage Cheat Sheet: argon2id (the library's default), 19 MiB, two passes, one lane; about 9 ms of a core.
const cost: Options = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

// A hash of nobody's password: checked when the e-mail is unknown, so that this takes the same time.
const decoy =
  '$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA';

export interface Passwords {
  hash(password: string): Promise<string>;
  /** False also where `stored` is undefined, after the time that a real check takes. */
  verify(stored: string | undefined, password: string): Promise<boolean>;
  /** Runs a whole sign-in, statements and all, where there is room for one more; else 429 before anything is asked. */
  admit<T>(signIn: () => Promise<T>): Promise<T>;
}

/** True for a hash that came with an imported database: good for one login, which replaces it. */
export function isOutdated(stored: string): boolean {
  return !stored.startsWith('$argon2id$');
}

/**
 * Hashes and checks passwords, at most `atOnce` at a time with a queue of `queue` behind them, else 429:
 * more would take every core from everybody else. Of whole sign-ins twice as many run, so that hashing goes on
 * while others wait for the database; more would stand in everybody's way to its connections.
 */
export function passwords(atOnce = coresToSpare(), queue = 20): Passwords {
  const inTurn = turns(atOnce, queue);
  return {
    admit: turns(2 * atOnce, queue),
    hash: (password) => inTurn(() => hash(password, cost)),
    verify: (stored, password) =>
      inTurn(async () => {
        if (stored?.startsWith('$2') === true) return compare(password, stored);
        return (await verify(stored ?? decoy, password)) && stored !== undefined;
      }),
  };
}

/**
 * One core is left to everybody else. On two cores under 50 logins at once two hashes gave no more logins than one,
 * and others' p99 was three to seven times longer: bench/AUTH.md.
 */
function coresToSpare(): number {
  return Math.min(2, Math.max(1, availableParallelism() - 1));
}

function turns(atOnce: number, queue: number) {
  let running = 0;
  const waiting: (() => void)[] = [];
  const pause = pauses();
  return async <T>(work: () => Promise<T>): Promise<T> => {
    if (running < atOnce) running++;
    else if (waiting.length >= queue) {
      await pause();
      throw tooMany();
    } else await new Promise<void>((resolve) => waiting.push(resolve));
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      // The place is handed on, not given up: a newcomer cannot slip in between.
      if (next === undefined) running--;
      else next();
    }
  };
}

function tooMany(): Problem {
  const headers = { 'retry-after': '1' };
  return new Problem(429, 'rate_limited', 'Too many sign-ins at once; try again in a moment.', { headers });
}
