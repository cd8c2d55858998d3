import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from 'pg';
import { Webhook } from 'standardwebhooks';
import { expect, onTestFinished, test } from 'vitest';
import { cloneDatabase, onServer } from '../database.ts';
import { scratch } from '../embedded/scratch.ts';
import { receiver } from '../receiver.ts';
import { databaseUrl, fetcher, spawnWork, startServer, type Program } from '../security/child-server.ts';

/** Starts `daymark work` with this environment and no other; ended after the test. */
function startWork(env: Record<string, string>): Program {
  const worker = spawnWork(env);
  onTestFinished(() => worker.kill());
  return worker;
}

test('`serve` without a worker only writes; `work` beside it sends, finishes what it has in hand, and ends with 0', async () => {
  const database = await cloneDatabase();
  onTestFinished(() => database.drop());
  const env = {
    DATABASE_URL: databaseUrl(database.connection, 'any'),
    SECRET_KEY: '0'.repeat(64),
    WEBHOOK_ALLOW_NETS: '127.0.0.0/8',
  };
  const server = await startServer({ ...env, WORKER: 'false' });
  onTestFinished(async () => {
    await server.stop();
  });
  const body = { email: 'you@example.org', password: 'a long sentence of yours' };
  const { json: account } = await fetcher(server.url)('POST', '/auth/register', { body });
  const call = fetcher(server.url, account.token);
  const answer: (() => void)[] = [];
  const there = await receiver((_message, _request, response) => {
    answer.push(() => void response.writeHead(204).end());
  });
  const { json: webhook } = await call('POST', '/webhooks', {
    body: { url: there.url, events: ['entry.created'] },
  });
  await call('POST', '/entries', { body: { mood: 5 } });
  const workers = `select from pg_stat_activity where datname = '${database.name}' and application_name = 'daymark-jobs'`;
  expect(await onServer(workers)).toEqual([]);

  const worker = startWork(env);
  await expect.poll(() => there.received.length).toBe(1);
  const [{ body: text, headers } = { body: '', headers: {} }] = there.received;
  new Webhook(webhook.secret).verify(text, headers);
  const stopped = worker.stop();
  await expect.poll(() => worker.written()).toContain('shutting down');
  answer.forEach((each) => each());
  expect(await stopped).toBe(0);
  const { json } = await call('GET', `/webhooks/${webhook.id}/deliveries`);
  expect(json.deliveries).toMatchObject([{ state: 'succeeded', attempts: [{ status: 204 }] }]);
  expect(worker.written()).not.toContain(webhook.secret);
});

test('`work` waits for a database that is away, and ends when it is told to', async () => {
  const worker = startWork({
    DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none',
    SECRET_KEY: '0'.repeat(64),
  });
  await expect.poll(() => worker.written()).toContain('waiting for it');
  expect(await worker.stop()).toBe(0);
});

test('`work` that is told to end while it makes its database leaves no PostgreSQL behind', async () => {
  const dataDir = join(scratch(), 'data');
  const worker = startWork({ DATA_DIR: dataDir, SECRET_KEY: '0'.repeat(64) });
  await expect.poll(() => worker.written(), { timeout: 15_000 }).toContain('making a database');
  expect(await worker.stop()).toBe(0);
  expect(worker.written()).toContain('ended');
  expect(existsSync(join(dataDir, 'postgres', 'postmaster.pid'))).toBe(false);
});

test('`work` that loses its database while it ends says so in its log, and nowhere past it', async () => {
  const database = await cloneDatabase();
  onTestFinished(() => database.drop());
  const env = { DATABASE_URL: databaseUrl(database.connection, 'any'), SECRET_KEY: '0'.repeat(64) };
  const worker = startWork(env);
  await expect.poll(() => worker.written()).toContain('runs background jobs');
  const locker = new Client(database.connection);
  await locker.connect();
  onTestFinished(() => locker.end());
  // A job of each lane that is done: then all of its workers have begun to look for jobs.
  await locker.query(`select graphile_worker.add_job('drop_guesses', '{}')`);
  await locker.query(
    `select graphile_worker.add_job('deliver', json_build_object('user_id', $1::text, 'webhook_id', $1::text))`,
    [crypto.randomUUID()],
  );
  await expect
    .poll(async () => (await locker.query('select from graphile_worker._private_jobs')).rowCount)
    .toBe(0);
  await locker.query('begin; lock table graphile_worker._private_job_queues, graphile_worker._private_jobs');
  const waiting = `select pid from pg_stat_activity where application_name = 'daymark-jobs'
    and datname = '${database.name}' and wait_event_type = 'Lock'`;
  // All that look for jobs: two workers, and the one that does for all of the lane `network`.
  await expect.poll(async () => (await onServer(waiting)).length).toBeGreaterThanOrEqual(3);
  const stopped = worker.stop();
  await expect.poll(() => worker.written()).toContain('shutting down');
  await onServer(`select pg_terminate_backend(pid) from (${waiting}) waiting`);
  expect(await stopped).toBe(0);
  const events = worker.written().trimEnd().split('\n');
  expect(events.map((line) => JSON.parse(line))).toContainEqual(
    expect.objectContaining({ level: 40, err: expect.objectContaining({ code: '57P01' }) }),
  );
});
