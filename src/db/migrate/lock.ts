import { setTimeout as sleep } from 'node:timers/promises';
import type { ClientBase } from 'pg';
import type { Log } from '../../log.ts';

/**
 * Runs `work` while this session is the only one that migrates the database. The lock is an advisory one
 * of the session: however the process ends, PostgreSQL gives it to the next.
 */
export async function withLock<T>(
  client: ClientBase,
  log: Log,
  signal: AbortSignal | undefined,
  work: () => Promise<T>,
): Promise<T> {
  await takeLock(client, log, signal);
  try {
    return await work();
  } finally {
    await client.query('select pg_advisory_unlock($1)', [key]).catch(() => undefined);
  }
}

// The letters "daymark": a number that nobody else is likely to have chosen.
const key = String(0x6461796d61726bn);

// Asked again and again: a session that waits inside pg_advisory_lock holds a snapshot, and CREATE INDEX
// CONCURRENTLY in the session with the lock would wait for it: a deadlock. The jitter spreads the starters.
async function takeLock(client: ClientBase, log: Log, signal: AbortSignal | undefined): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    signal?.throwIfAborted();
    const { rows } = await client.query<{ taken: boolean }>('select pg_try_advisory_lock($1) as taken', [
      key,
    ]);
    if (rows[0]?.taken === true) return;
    if (attempt === 1) {
      log.info('another process migrates, backs up or restores this database: waiting for it');
    }
    await sleep(100 + 150 * Math.random(), undefined, signal === undefined ? {} : { signal });
  }
}
