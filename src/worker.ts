import type { ClientConfig } from 'pg';
import {
  operatorDropEvents,
  operatorDropGuesses,
  operatorDropRevocations,
  operatorDropSessions,
} from './accounts/cleaning-queries.ts';
import type { Deps } from './app.ts';
import { nightlyBackup } from './backup/nightly.ts';
import type { Config } from './config.ts';
import type { Sql } from './db/sql.ts';
import { operatorEmptyTrash } from './entries/queries.ts';
import { operatorDropAnswers } from './http/queries.ts';
import { seal } from './http/seal.ts';
import { inBatches } from './jobs/batches.ts';
import { defineJob, handle, type Handler, type Schedule } from './jobs/job.ts';
import { operatorDropFailedJobs } from './jobs/queries.ts';
import { runJobs, type Running } from './jobs/run.ts';
import { transferJobs } from './transfer/jobs.ts';
import { operatorWakeImports } from './transfer/operator-queries.ts';
import { announceImport } from './webhooks/announce.ts';
import { deliverHandler } from './webhooks/deliver.ts';
import { operatorDropDeliveries, operatorWakeWaiting } from './webhooks/delivery-queries.ts';

/** What jobs are built from. */
export type WorkerDeps = Pick<Deps, 'db' | 'log' | 'secretKey' | 'targets' | 'retrySeconds' | 'version'> & {
  /** Where nightly backups go, and how many stay; null or absent where none are made. */
  nightly?: { directory: string; keep: number } | null;
};

type Due = readonly [name: string, at: string, run: (sql: Sql, signal: AbortSignal) => Promise<unknown>];

/** What is done by the calendar, when (UTC; at minutes when little else is due), and how. */
const calendar: readonly Due[] = [
  ['empty_trash', '11 3 * * *', inBatches(operatorEmptyTrash)],
  ['drop_sessions', '21 3 * * *', inBatches(operatorDropSessions)],
  ['drop_events', '31 3 * * *', inBatches(operatorDropEvents)],
  ['drop_revocations', '31 * * * *', inBatches(operatorDropRevocations)],
  ['drop_guesses', '41 * * * *', inBatches(operatorDropGuesses)],
  ['drop_answers', '51 * * * *', inBatches(operatorDropAnswers)],
  ['drop_deliveries', '1 4 * * *', inBatches(operatorDropDeliveries)],
  ['drop_failed_jobs', '11 4 * * *', inBatches(operatorDropFailedJobs)],
  ['wake_waiting', '* * * * *', (sql) => operatorWakeWaiting(sql, 10_000)],
  ['wake_imports', '* * * * *', (sql) => operatorWakeImports(sql, 1000)],
];

/** Every job there is and when those of the calendar are due: one line each. */
export function buildWorker(
  deps: WorkerDeps,
  more: readonly Due[] = [],
): { handlers: Handler[]; schedules: Schedule[] } {
  const due = [...calendar, ...more].map(([name, at, run]) => {
    const job = defineJob<Record<string, never>>(name, { maxAttempts: 5 });
    return {
      schedule: { at, job },
      handler: handle(job, async (_, { signal }) => {
        await run(deps.db, signal);
      }),
    };
  });
  return {
    handlers: [
      deliverHandler({ ...deps, seal: seal(deps.secretKey) }),
      ...transferJobs(deps.db, announceImport),
      ...due.map(({ handler }) => handler),
    ],
    schedules: due.map(({ schedule }) => schedule),
  };
}

/** Runs the jobs of this process; `connection` leads past any transaction pooler. */
export function startWorker(connection: ClientConfig, deps: WorkerDeps): Running {
  return runJobs({ connection, log: deps.log, ...buildWorker(deps, nightlyDue(connection, deps)) });
}

/** Of several nodes one does it: the queue gives each of its jobs to one worker. */
function nightlyDue(connection: ClientConfig, { nightly, log, secretKey, version }: WorkerDeps): Due[] {
  if (!nightly) return [];
  const options = { ...nightly, connection, log, secretKey, version, now: () => new Date() };
  return [['nightly_backup', '15 2 * * *', (_sql, signal) => nightlyBackup({ ...options, signal })]];
}

/** Where the configuration wants nightly backups. */
export function nightlyOf({ backupDir, backupKeep }: Config): NonNullable<WorkerDeps['nightly']> | null {
  return backupDir === null ? null : { directory: backupDir, keep: backupKeep };
}

/** How long jobs may take to finish at the end of a process: what is left for the rest is a fifth. */
export function jobGraceMs({ shutdownTimeoutMs }: Config): number {
  return shutdownTimeoutMs * 0.8;
}
