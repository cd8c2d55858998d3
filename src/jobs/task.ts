import type { Task } from 'graphile-worker';
import { DatabaseError } from 'pg';
import type { Log } from '../log.ts';
import type { Handler } from './job.ts';
import { delayFailed } from './queries.ts';

/** A handler as the queue runs it: its failures are logged here, where what may be told of them is known. */
export function taskOf({ job, run }: Handler, log: Log, signal: AbortSignal): Task {
  return async (payload, helpers) => {
    const { job: row } = helpers;
    const start = performance.now();
    const line = { job: job.name, job_id: row.id, attempt: row.attempts };
    try {
      await run(payload, { attempt: row.attempts, signal });
      log.debug({ ...line, ms: Math.round(performance.now() - start) }, 'a job was done');
    } catch (error) {
      const level = row.attempts < row.max_attempts ? 'warn' : 'error';
      log[level](
        { ...line, err: error },
        level === 'warn' ? 'a job failed and is tried again' : 'a job was given up',
      );
      await helpers.query(delayFailed.text, [row.id]).catch(() => undefined);
      throw reasonOf(error);
    }
  };
}

/** What is kept with the job: PostgreSQL's messages can quote what a person wrote. */
function reasonOf(error: unknown): Error {
  if (error instanceof DatabaseError) return new Error(`DatabaseError ${error.code}`);
  return error instanceof Error ? error : new Error(typeof error);
}
