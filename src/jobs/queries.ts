import { count, many } from '../db/sql.ts';

/** One job, by the queue's own function: it keeps to the caller's transaction and wakes the workers at its commit. */
export const enqueueJob = count<
  [
    name: string,
    payload: string,
    queue: string | null,
    runAt: string | null,
    maxAttempts: number,
    key: string | null,
  ]
>(
  'enqueue_job',
  `select graphile_worker.add_job($1, payload => $2::json, queue_name => $3, run_at => $4::timestamptz,
     max_attempts => $5::integer, job_key => $6)`,
);

/** Moves a job that has just failed by up to a quarter of its pause, so that many do not come back at once. */
export const delayFailed = count<[id: string]>(
  'operator_delay_failed',
  `update graphile_worker._private_jobs
   set run_at = now() + random() * 0.25 * exp(least(attempts, 10)) * interval '1 second'
   where id = $1::bigint`,
);

/** The two keys of the advisory lock that says: this worker lives. The first is "jobs" in ASCII. */
const lockClass = 0x6a6f6273;

/** Holds, for as long as the session lives, the lock that says so of this worker. */
export const holdPresence = count<[worker: string]>(
  'operator_hold_presence',
  `select pg_advisory_lock_shared(${lockClass}, hashtext($1))`,
);

/** Workers that hold jobs, though the session that spoke for them has ended. */
export const findAbsent = many<[], { worker: string }>(
  'operator_find_absent',
  `select distinct j.locked_by as worker
   from graphile_worker._private_jobs j
   where j.locked_at is not null and not exists (
     select from pg_locks l
     where l.locktype = 'advisory' and l.classid = ${lockClass} and l.objsubid = 2
       and l.objid = (hashtext(j.locked_by)::bigint & 4294967295)::oid
       and l.database = (select oid from pg_database where datname = current_database()))`,
);

/**
 * Gives the jobs of workers back. Such a run may have been the last one allowed, or a newer job may have taken its
 * key (the queue then marks the older one as used up): it is tried again all the same, since it was never finished.
 */
export const releaseJobs = count<[workers: readonly string[]]>(
  'operator_release_jobs',
  `with queues as (
     update graphile_worker._private_job_queues set locked_at = null, locked_by = null where locked_by = any ($1)
   )
   update graphile_worker._private_jobs
   set locked_at = null, locked_by = null, run_at = now(), attempts = least(attempts, max_attempts - 1)
   where locked_by = any ($1)`,
);

/** Deletes jobs that were given up a month ago. */
export const operatorDropFailedJobs = count<[limit: number]>(
  'operator_drop_failed_jobs',
  `delete from graphile_worker._private_jobs where id in (
     select id from graphile_worker._private_jobs
     where locked_at is null and not is_available and run_at < now() - interval '30 days' limit $1)
   and locked_at is null and not is_available`,
);

export interface QueueProgress {
  job: string;
  /** Due and waiting for a worker. */
  due: number;
  running: number;
  /** Due later, retries included. */
  scheduled: number;
  /** Given up after the last attempt. */
  failed: number;
  /** Seconds since the oldest of those that wait was due; 0 where none waits. */
  oldest_due_seconds: number;
}

/** How far the queue has come, by kind of job. */
export const queueProgress = many<[], QueueProgress>(
  'operator_queue_progress',
  `select t.identifier as job,
     count(*) filter (where j.is_available and j.run_at <= now())::integer as due,
     count(*) filter (where j.locked_at is not null)::integer as running,
     count(*) filter (where j.is_available and j.run_at > now())::integer as scheduled,
     count(*) filter (where j.locked_at is null and not j.is_available)::integer as failed,
     coalesce(extract(epoch from now() - min(j.run_at) filter (where j.is_available and j.run_at <= now())), 0)::float8
       as oldest_due_seconds
   from graphile_worker._private_jobs j
   join graphile_worker._private_tasks t on t.id = j.task_id
   group by t.identifier order by t.identifier`,
);
