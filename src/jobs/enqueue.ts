import type { Sql } from '../db/sql.ts';
import type { Job } from './job.ts';
import { enqueueJob } from './queries.ts';

export interface EnqueueOptions {
  /** RFC 3339; now where it is absent. */
  runAt?: string;
  /**
   * Of the jobs that wait under one key there is one: a second replaces the payload and time of the first. One
   * that runs already is not replaced: then both run.
   */
  key?: string;
  /** Jobs of one queue run one after the other, on all processes together. */
  queue?: string;
}

/**
 * Puts a job into the queue in the transaction of `sql`: it runs if that commits, and never if it does not.
 * The NOTIFY that wakes the workers takes a lock of the whole cluster at COMMIT (PostgreSQL manual, NOTIFY): not
 * for what every request does.
 */
export async function enqueue<Payload extends object>(
  sql: Sql,
  job: Job<Payload>,
  payload: Payload,
  { runAt, key, queue }: EnqueueOptions = {},
): Promise<void> {
  const values = [
    JSON.stringify(payload),
    queue ?? null,
    runAt ?? null,
    job.maxAttempts,
    key ?? null,
  ] as const;
  await enqueueJob(sql, job.name, ...values);
}
