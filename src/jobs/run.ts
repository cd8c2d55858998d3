import { setTimeout as sleep } from 'node:timers/promises';
import { Pool, type ClientConfig } from 'pg';
import type { Log } from '../log.ts';
import type { Handler, Lane, Schedule } from './job.ts';
import { runLane } from './lane.ts';
import { keepPresence } from './presence.ts';
import { releaseJobs } from './queries.ts';

export interface RunOptions {
  /** Past any transaction pooler: LISTEN and the lock of presence need a session. */
  connection: ClientConfig;
  handlers: readonly Handler[];
  schedules: readonly Schedule[];
  log: Log;
  /** How often this process looks for jobs of dead workers; they are taken over within twice that. */
  lookMs?: number;
}

export interface Running {
  /**
   * Takes no new jobs and waits for those in hand, for `graceMs` at most; what is not finished by then goes back to
   * the queue, for another process to take at once.
   */
  stop(graceMs: number): Promise<void>;
}

const lanes: readonly Lane[] = ['network', 'work'];

// One listener per lane, the rest for taking and finishing jobs.
const connections = lanes.length + 3;

/** Runs jobs in this process, several at once, until it is stopped. A database that is away is waited for. */
export function runJobs({ connection, handlers, schedules, log, lookMs = 10_000 }: RunOptions): Running {
  const pool = openPool(connection, log);
  const ending = new AbortController();
  const workers: string[] = [];
  const presence = keepPresence(connection, log, lookMs);
  const onWorker = (worker: string) => {
    workers.push(worker);
    presence.add(worker);
  };
  const running = lanes.map((name) => {
    const own = handlers.filter(({ job }) => job.lane === name);
    const due = schedules.filter(({ job }) => job.lane === name);
    if (own.length === 0) return Promise.resolve();
    return runLane({ name, pool, handlers: own, schedules: due, log, signal: ending.signal, onWorker });
  });

  return {
    stop: async (graceMs) => {
      ending.abort();
      const done = Promise.all(running).then(() => true);
      const inTime = await Promise.race([done, sleep(graceMs, false, { ref: false })]);
      if (!inTime) await giveBack(pool, workers, log);
      await presence.stop();
      // What still runs keeps its connection; the process ends without it.
      if (inTime) await pool.end();
    },
  };
}

function openPool(connection: ClientConfig, log: Log): Pool {
  const pool = new Pool({
    ...connection,
    max: connections,
    application_name: 'daymark-jobs',
    keepAlive: true,
  });
  pool.on('error', (error) => log.warn({ err: error }, 'an idle database connection of the jobs was lost'));
  // While a connection is in use, the statement that meets its loss reports it.
  pool.on('connect', (client) => client.on('error', () => undefined));
  return pool;
}

async function giveBack(pool: Pool, workers: readonly string[], log: Log): Promise<void> {
  const { rowCount } = await pool.query(releaseJobs.text, [workers]);
  log.warn({ jobs: rowCount ?? 0 }, 'jobs in hand went back to the queue');
}
