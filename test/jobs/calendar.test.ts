import { expect, test } from 'vitest';
import { buildWorker } from '../../src/worker.ts';
import { testApp } from '../app.ts';
import { onServer } from '../database.ts';

const { person, call, database, deps } = await testApp();
const { handlers, schedules } = buildWorker(deps);

/** Runs a job of the calendar as the queue would. */
async function runJob(name: string): Promise<void> {
  const handler = handlers.find(({ job }) => job.name === name);
  if (handler === undefined) throw new Error(`there is no job ${name}`);
  await handler.run({}, { attempt: 1, signal: new AbortController().signal });
}

const sql = <Row>(text: string) => onServer<Row>(text, database.connection);
const countOf = async (from: string) =>
  (await sql<{ n: number }>(`select count(*)::integer as n from ${from}`))[0]?.n;

test('every job of the calendar has a time and a handler, and no two have one name', () => {
  const names = handlers.map(({ job }) => job.name);
  expect(new Set(names).size).toBe(names.length);
  expect(schedules.map(({ job }) => job.name).filter((name) => !names.includes(name))).toEqual([]);
});

test('the trash is emptied after 30 days, and lists of it that were cached show that', async () => {
  const anna = await person();
  const ids: string[] = [];
  for (let n = 0; n < 3; n++) {
    const { json } = await anna.call('POST', '/entries', { body: { mood: n + 1 } });
    ids.push(json.id);
    await anna.call('DELETE', `/entries/${json.id}`);
  }
  const before = await anna.call('GET', '/entries?trash=true');
  await sql(
    `update entries set deleted_at = now() - interval '30 days 1 second' where id in ('${ids[0]}', '${ids[1]}')`,
  );
  await anna.call('POST', `/entries/${ids[1]}/restore`);
  await runJob('empty_trash');
  const headers = { 'if-none-match': String(before.headers['etag']) };
  const after = await anna.call('GET', '/entries?trash=true', { headers });
  expect([after.status, after.json.entries.map((entry: { id: string }) => entry.id)]).toEqual([
    200,
    [ids[2]],
  ]);
  expect((await anna.call('POST', `/entries/${ids[0]}/restore`)).status).toBe(404);
  expect((await anna.call('GET', `/entries/${ids[1]}`)).status).toBe(200);
});

test('more than one batch is emptied, and nothing of a day ago', async () => {
  const anna = await person();
  await sql(
    `insert into entries (user_id, text, at, time_zone, local_day, search, deleted_at)
     select '${anna.id}', 'x', now(), 'UTC', current_date, '', now() - case when n <= 2500 then interval '40 days' else interval '1 day' end
     from generate_series(1, 2600) n`,
  );
  await runJob('empty_trash');
  expect(await countOf(`entries where user_id = '${anna.id}'`)).toBe(100);
});

test.each([
  ['drop_sessions', 'sessions', 'expires_at', '1 second', "kind = 'session'"],
  ['drop_events', 'account_events', 'at', '1 year 1 day', "type = 'account.registered'"],
])('%s deletes what is over', async (job, table, column, age, which) => {
  const [anna, ben] = [await person(), await person()];
  const ofAnna = `${table} where user_id = '${anna.id}' and ${which}`;
  expect(await countOf(ofAnna)).toBe(1);
  await sql(`update ${table} set ${column} = now() - interval '${age}' where user_id = '${anna.id}'`);
  await runJob(job);
  expect(await countOf(ofAnna)).toBe(0);
  expect(await countOf(`${table} where user_id = '${ben.id}' and ${which}`)).toBe(1);
});

test('a token that has ended is shown for a month more', async () => {
  const anna = await person();
  const body = { name: 'script', scopes: ['export'], expires_at: '2099-01-01T00:00:00Z' };
  const ids = [];
  for (const days of [1, 31]) {
    const { json } = await anna.call('POST', '/me/tokens', { body });
    await sql(`update sessions set expires_at = now() - interval '${days} days' where id = '${json.id}'`);
    ids.push(json.id);
  }
  await runJob('drop_sessions');
  const left = await sql<{ id: string }>(
    `select id from sessions where user_id = '${anna.id}' and kind = 'token'`,
  );
  expect(left).toEqual([{ id: ids[0] }]);
});

test('the list of revoked tokens is kept for an hour', async () => {
  const anna = await person();
  await anna.call('POST', '/auth/logout');
  await sql(
    `insert into revocations values (now() - interval '61 minutes', 'x'), (now() - interval '59 minutes', 'y')`,
  );
  await runJob('drop_revocations');
  expect(await countOf(`revocations where at < now() - interval '1 minute'`)).toBe(1);
  expect(await countOf(`revocations`)).toBeGreaterThan(1);
});

test('answers are kept for seven days, failed logins for the longest window', async () => {
  const anna = await person();
  for (const key of ['old', 'new']) {
    await anna.call('POST', '/entries', { body: { mood: 5 }, headers: { 'idempotency-key': key } });
  }
  await sql(`update idempotency_keys set created_at = now() - interval '7 days 1 second' where key = 'old'`);
  await sql(
    `insert into login_failures values ('old', array[now() - interval '2 days', now() - interval '25 hours']),
       ('new', array[now() - interval '2 days', now() - interval '23 hours'])`,
  );
  await runJob('drop_answers');
  await runJob('drop_guesses');
  expect(await sql(`select key from idempotency_keys where user_id = '${anna.id}'`)).toEqual([
    { key: 'new' },
  ]);
  expect(await sql(`select key from login_failures where key in ('old', 'new')`)).toEqual([{ key: 'new' }]);
});

test('deliveries are kept for 30 days, those between two attempts for as long as they are', async () => {
  const anna = await person();
  const body = { url: 'https://hooks.example.org/x', events: ['ping'] };
  const { json: webhook } = await anna.call('POST', '/webhooks', { body });
  for (const [state, next, tries, days] of [
    ['succeeded', 'null', 1, 31],
    ['exhausted', 'null', 10, 29],
    ['failed', 'now()', 2, 31],
    ['pending', 'now()', 0, 31],
  ]) {
    await sql(
      `insert into deliveries (user_id, webhook_id, event, body, state, next_attempt_at, tries, created_at)
       values ('${anna.id}', '${webhook.id}', 'ping', '{}', '${state}', ${next}, ${tries}, now() - interval '${days} days')`,
    );
  }
  await runJob('drop_deliveries');
  const { json } = await anna.call('GET', `/webhooks/${webhook.id}/deliveries`);
  expect(json.deliveries.map((each: { state: string }) => each.state).toSorted()).toEqual([
    'exhausted',
    'failed',
  ]);
});

test('/metrics shows how far background work has come', async () => {
  const anna = await person();
  const body = { url: 'https://hooks.example.org/x', events: ['ping'] };
  const { json: webhook } = await anna.call('POST', '/webhooks', { body });
  await anna.call('POST', `/webhooks/${webhook.id}/test`);
  const { text } = await call('GET', '//metrics');
  expect(text).toMatch(/^daymark_jobs\{kind="deliver",state="due"\} [1-9]/m);
  expect(text).toMatch(/^daymark_jobs\{kind="deliver",state="running"\} 0$/m);
  expect(text).toMatch(/^daymark_job_oldest_due_seconds\{kind="deliver"\} \d/m);
  expect(text).toMatch(/^daymark_deliveries\{state="pending"\} [1-9]/m);
});
