import { setTimeout as sleep } from 'node:timers/promises';
import pino from 'pino';
import { afterAll, expect, onTestFinished, test } from 'vitest';
import { enqueue } from '../../src/jobs/enqueue.ts';
import { defineJob, handle, type Handler, type Schedule } from '../../src/jobs/job.ts';
import { queueProgress } from '../../src/jobs/queries.ts';
import { runJobs } from '../../src/jobs/run.ts';
import { openDatabase } from '../app.ts';
import { cloneDatabase, onServer } from '../database.ts';

const database = await cloneDatabase();
const db = openDatabase(database);
afterAll(async () => {
  await db.close();
  await database.drop();
});

const log = pino({ level: 'silent' });

function running(handlers: Handler[], schedules: Schedule[] = []) {
  const jobs = runJobs({ connection: database.connection, handlers, schedules, log, lookMs: 100 });
  let stopped: Promise<void> | undefined;
  const stop = (graceMs = 5000) => (stopped ??= jobs.stop(graceMs));
  onTestFinished(() => stop());
  return { stop };
}

const progressOf = async (name: string) => (await queueProgress(db)).find(({ job }) => job === name);

test('a job runs once its transaction commits, and never where that rolls back', async () => {
  const greet = defineJob<{ name: string }>('greet');
  const greeted: string[] = [];
  running([handle(greet, async ({ name }) => void greeted.push(name))]);
  await enqueue(db, greet, { name: 'alone' });
  await db.transaction((sql) => enqueue(sql, greet, { name: 'committed' }));
  const rolledBack = db.transaction(async (sql) => {
    await enqueue(sql, greet, { name: 'rolled back' });
    throw new Error('no');
  });
  await expect(rolledBack).rejects.toThrow('no');
  await enqueue(db, greet, { name: 'after' });
  await expect.poll(() => greeted.toSorted()).toEqual(['after', 'alone', 'committed']);
});

test('one that fails is tried again after a pause, until its last attempt; the error is kept without its text', async () => {
  const flaky = defineJob<{ until: number }>('flaky', { lane: 'network', maxAttempts: 2 });
  const attempts: number[] = [];
  running([
    handle(flaky, async ({ until }, { attempt }) => {
      attempts.push(attempt);
      if (attempt < until) await onServer(`select 'secret'::integer`, database.connection);
    }),
  ]);
  await enqueue(db, flaky, { until: 2 });
  await enqueue(db, flaky, { until: 3 });
  await expect.poll(() => attempts.toSorted()).toEqual([1, 1, 2, 2]);
  await expect.poll(async () => (await progressOf('flaky'))?.failed).toBe(1);
  const kept = await onServer<{ last_error: string }>(
    'select last_error from graphile_worker.jobs where attempts = max_attempts',
    database.connection,
  );
  expect(kept).toEqual([{ last_error: 'DatabaseError 22P02' }]);
});

test('of jobs that wait under one key there is one, with the payload of the last', async () => {
  const keyed = defineJob<{ n: number }>('keyed', { lane: 'network' });
  for (const n of [1, 2, 3]) await enqueue(db, keyed, { n }, { key: 'one' });
  const seen: number[] = [];
  running([handle(keyed, async ({ n }) => void seen.push(n))]);
  await expect.poll(() => seen).toEqual([3]);
});

test('one that is not due yet waits, and shows as scheduled', async () => {
  const later = defineJob<{ n: number }>('later');
  running([handle(later, () => Promise.reject(new Error('too early')))]);
  await enqueue(db, later, { n: 1 }, { runAt: '2099-01-01T00:00:00Z' });
  expect(await progressOf('later')).toEqual({
    job: 'later',
    due: 0,
    running: 0,
    scheduled: 1,
    failed: 0,
    oldest_due_seconds: 0,
  });
});

test('at the end jobs in hand finish; what takes too long goes back and another process takes it', async () => {
  const slow = defineJob<{ ms: number }>('slow', { lane: 'network' });
  const log: string[] = [];
  let release: () => void = () => undefined;
  const blocked = new Promise<void>((resolve) => (release = resolve));
  const first = running([
    handle(slow, async ({ ms }, { signal }) => {
      log.push(`began ${ms}`);
      if (ms === 0) await blocked;
      else await new Promise((resolve) => signal.addEventListener('abort', resolve));
      log.push(`finished ${ms}`);
    }),
  ]);
  await enqueue(db, slow, { ms: 0 });
  await enqueue(db, slow, { ms: 1 });
  await expect.poll(() => log.toSorted()).toEqual(['began 0', 'began 1']);
  await first.stop(500);
  expect(log.slice(2)).toEqual(['finished 1']);
  const again: number[] = [];
  running([handle(slow, async ({ ms }) => void again.push(ms))]);
  await expect.poll(() => again).toEqual([0]);
  release();
});

test('jobs of a worker that died go out again, also the last attempt; those of a live one do not', async () => {
  const orphan = defineJob<{ n: number }>('orphan', { lane: 'network', maxAttempts: 1 });
  const done: number[] = [];
  for (const n of [1, 2]) await enqueue(db, orphan, { n });
  await onServer(
    `update graphile_worker._private_jobs j set locked_at = now(), attempts = 1, locked_by = 'pool-dead'
     from graphile_worker._private_tasks t where t.id = j.task_id and t.identifier = 'orphan'`,
    database.connection,
  );
  let starts = 0;
  let finish: () => void = () => undefined;
  const held = new Promise<void>((resolve) => (finish = resolve));
  const living = handle(orphan, async ({ n }) => {
    starts += 1;
    await held;
    done.push(n);
  });
  running([living]);
  // A second process looks for the dead too; the jobs the first one now holds are not taken from it.
  running([living]);
  await expect.poll(() => starts).toBe(2);
  // Several looks of each.
  await sleep(500);
  finish();
  await expect.poll(() => done.toSorted()).toEqual([1, 2]);
  expect(starts).toBe(2);
});

test('connections that are cut, all at once, are made again and lose no job', async () => {
  const sturdy = defineJob<{ n: number }>('sturdy', { lane: 'network' });
  const done = new Set<number>();
  running([handle(sturdy, async ({ n }) => void done.add(n))]);
  await enqueue(db, sturdy, { n: 0 });
  await expect.poll(() => done.size).toBe(1);
  const cut = `select pg_terminate_backend(pid) from pg_stat_activity
    where application_name = 'daymark-jobs' and datname = current_database()`;
  for (let n = 1; n <= 3; n++) {
    await expect.poll(() => onServer(cut, database.connection)).not.toEqual([]);
    await enqueue(db, sturdy, { n });
  }
  await expect.poll(() => [...done].toSorted()).toEqual([0, 1, 2, 3]);
});
