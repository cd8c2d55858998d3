import { hash } from 'node:crypto';
import type { Sql } from '../db/sql.ts';
import { subscriber } from '../http/client-address.ts';
import { Problem } from '../http/problem.ts';
import { operatorCountGuess, operatorForgetGuess, operatorGuessWait } from './queries.ts';

export interface LoginLimit {
  /** Failed attempts per e-mail address in the window; per client address ten times as many. */
  attempts: number;
  windowSeconds: number;
}

/**
 * Runs `check`, which says whether a password was right, and counts it as a failure unless it was. The
 * attempt is counted before it is checked, so that parallel guesses cannot pass the limit together; past the
 * limit 429, for the right password too. Counts live in PostgreSQL: one truth for all nodes, and no count, no guess.
 */
export async function limitGuesses(
  sql: Sql,
  limit: LoginLimit,
  who: { email: string; ip: string },
  check: () => Promise<boolean>,
): Promise<boolean> {
  const keys: [key: string, most: number][] = [
    [`address ${subscriber(who.ip)}`, limit.attempts * 10],
    [`email ${hash('sha256', who.email, 'base64url')}`, limit.attempts],
  ];
  const counted: { key: string; at: string }[] = [];
  const forget = async () => {
    for (const { key, at } of counted) await operatorForgetGuess(sql, key, at);
  };
  for (const [key, most] of keys) {
    const row = await operatorCountGuess(sql, key, most, limit.windowSeconds);
    if (row === undefined) {
      await forget();
      throw await tooManyGuesses(sql, key, limit);
    }
    counted.push({ key, at: row.at });
  }
  let right: boolean;
  try {
    right = await check();
  } catch (error) {
    await forget();
    throw error;
  }
  if (right) await forget();
  return right;
}

async function tooManyGuesses(sql: Sql, key: string, limit: LoginLimit): Promise<Problem> {
  const { seconds } = await operatorGuessWait(sql, key, limit.windowSeconds);
  const headers = { 'retry-after': String(Math.min(Math.max(seconds, 1), limit.windowSeconds)) };
  return new Problem(429, 'rate_limited', 'Too many failed sign-ins; wait before the next one.', { headers });
}
