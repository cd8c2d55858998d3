import { setTimeout as sleep } from 'node:timers/promises';
import { Client, type ClientConfig } from 'pg';
import type { Sql } from '../db/sql.ts';
import type { Log } from '../log.ts';
import { findAbsent, holdPresence, releaseJobs } from './queries.ts';

export interface Presence {
  /** Says from now on that this worker lives. */
  add(worker: string): void;
  stop(): Promise<void>;
}

/**
 * Says over a connection of its own which workers of this process live, and gives back what dead ones had in hand.
 * The queue itself waits four hours before it believes a worker dead. A lock of the session is the sign of life:
 * however a process ends, PostgreSQL lets go of it at once, or, where a machine vanished, after 25 s of silence.
 *
 * It looks every `everyMs`, and believes a worker dead at the second look, so that one whose connection was just
 * cut can speak up again: what a dead one had in hand is given back within twice that.
 */
export function keepPresence(connection: ClientConfig, log: Log, everyMs: number): Presence {
  const workers = new Set<string>();
  const ending = new AbortController();
  let pause = new AbortController();
  let session: Session | undefined;
  let suspects = new Set<string>();

  async function look(): Promise<void> {
    session ??= await open(connection, workers, () => pause.abort());
    const absent = new Set((await findAbsent(session.sql)).map(({ worker }) => worker));
    const dead = [...absent].filter((worker) => suspects.has(worker) && !workers.has(worker));
    suspects = absent;
    if (dead.length === 0) return;
    const jobs = await releaseJobs(session.sql, dead);
    log.warn({ workers: dead, jobs }, 'workers died with jobs in hand, which are given to others');
  }

  async function keep(): Promise<void> {
    while (!ending.signal.aborted) {
      const lost = await look().then(
        () => false,
        () => true,
      );
      if (lost) {
        await session?.close();
        session = undefined;
      }
      // A lost session is a sign of life lost, and ends the pause: it is back before anybody looks twice.
      pause = new AbortController();
      const signal = AbortSignal.any([pause.signal, ending.signal]);
      await sleep(lost ? 1000 : everyMs, undefined, { signal }).catch(() => undefined);
    }
    await session?.close();
  }

  const kept = keep();
  return {
    add: (worker) => {
      workers.add(worker);
      if (session !== undefined) holdPresence(session.sql, worker).catch(() => undefined);
    },
    stop: () => {
      ending.abort();
      return kept;
    },
  };
}

interface Session {
  sql: Sql;
  close(): Promise<void>;
}

async function open(
  connection: ClientConfig,
  workers: ReadonlySet<string>,
  onLoss: () => void,
): Promise<Session> {
  const client = new Client({
    ...connection,
    application_name: 'daymark-jobs',
    connectionTimeoutMillis: 5000,
    query_timeout: 5000,
    keepAlive: true,
  });
  client.on('error', () => undefined);
  client.on('end', onLoss);
  const close = () => client.end().catch(() => undefined);
  try {
    await client.connect();
    await client.query(
      `select set_config('tcp_keepalives_idle', '10', false), set_config('tcp_keepalives_interval', '5', false),
         set_config('tcp_keepalives_count', '3', false)`,
    );
    const sql = oneByOne(client);
    for (const worker of workers) await holdPresence(sql, worker);
    return { sql, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** A client that is asked from several places: pg wants one statement at a time. */
function oneByOne(client: Client): Sql {
  let last: Promise<unknown> = Promise.resolve();
  return {
    query: ({ text }, values) => {
      const result = last.then(() => client.query(text, values as unknown[]));
      last = result.catch(() => undefined);
      return result.then(({ rows, rowCount }) => ({ rows: rows as never[], count: rowCount ?? 0 }));
    },
  };
}
