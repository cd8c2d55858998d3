import type { ClientConfig } from 'pg';
import { operatorDropEvents, operatorDropGuesses, operatorDropSessions } from './accounts/queries.ts';
import type { Deps } from './app.ts';
import type { Config } from './config.ts';
import { operatorEmptyTrash } from './entries/queries.ts';
import { operatorDropAnswers } from './http/queries.ts';
import { inBatches, type Batch } from './jobs/batches.ts';
import { defineJob, handle, type Handler, type Schedule } from './jobs/job.ts';
import { runJobs, type Running } from './jobs/run.ts';

/** What jobs are built from. */
export type WorkerDeps = Pick<Deps, 'db' | 'log'>;

/** What is deleted by the calendar, when (UTC; at minutes when little else is due), and by which statement. */
const cleanings: readonly [name: string, at: string, batch: Batch][] = [
  ['empty_trash', '11 3 * * *', operatorEmptyTrash],
  ['drop_sessions', '21 3 * * *', operatorDropSessions],
  ['drop_events', '31 3 * * *', operatorDropEvents],
  ['drop_guesses', '41 * * * *', operatorDropGuesses],
  ['drop_answers', '51 * * * *', operatorDropAnswers],
];

/** Every job there is and when those of the calendar are due: one line each. */
export function buildWorker(deps: WorkerDeps): { handlers: Handler[]; schedules: Schedule[] } {
  const calendar = cleanings.map(([name, at, batch]) => {
    const job = defineJob<Record<string, never>>(name, { maxAttempts: 5 });
    return {
      schedule: { at, job },
      handler: handle(job, (_, { signal }) => inBatches(deps.db, batch, signal)),
    };
  });
  return {
    handlers: [...calendar.map(({ handler }) => handler)],
    schedules: [...calendar.map(({ schedule }) => schedule)],
  };
}

/** Runs the jobs of this process; `connection` leads past any transaction pooler. */
export function startWorker(connection: ClientConfig, deps: WorkerDeps): Running {
  return runJobs({ connection, log: deps.log, ...buildWorker(deps) });
}

/** How long jobs may take to finish at the end of a process: what is left for the rest is a fifth. */
export function jobGraceMs({ shutdownTimeoutMs }: Config): number {
  return shutdownTimeoutMs * 0.8;
}
