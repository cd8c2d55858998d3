import { Client, type ClientConfig } from 'pg';
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { buildApp, type Deps } from '../../src/app.ts';
import { connect, type Database } from '../../src/db/connect.ts';
import { startWorker } from '../../src/worker.ts';
import { caller, testApp, type Call } from '../app.ts';
import { daymark } from '../cli/run.ts';
import { onServer } from '../database.ts';
import { hasPgbouncer, pgbouncer } from '../pgbouncer.ts';
import { receiver } from '../receiver.ts';
import { databaseUrl, fetcher, startServer } from '../security/child-server.ts';
import { loopback } from '../webhooks/world.ts';

const { deps, database } = await testApp({ targets: loopback });

describe.skipIf(!hasPgbouncer())('behind PgBouncer in transaction mode', () => {
  let through: ClientConfig;
  let db: Database;
  beforeAll(async () => {
    const pooler = await pgbouncer(database.connection);
    through = pooler.through;
    const limits = { statementTimeoutMs: 10_000, acquireTimeoutMs: 10_000 };
    db = connect({ connection: () => through, prepare: false, poolSize: 20, ...limits, log: deps.log });
    return async () => {
      await db.close();
      await pooler.stop();
    };
  });

  /** What leads the program through it and, for migrations and jobs, around it. */
  const settings = () => ({
    DATABASE_URL: databaseUrl(through, 'any'),
    DATABASE_DIRECT_URL: databaseUrl(database.connection, 'any'),
    DB_PREPARE: 'false',
    DB_POOL_SIZE: '20',
    SECRET_KEY: '7'.repeat(64),
  });

  /** Somebody new on a server behind it. */
  async function served(overrides: Partial<Deps> = {}) {
    const app = await buildApp({ ...deps, db, ...overrides });
    onTestFinished(() => app.close());
    const email = `${crypto.randomUUID()}@example.org`;
    return { app, email, call: caller(app, await signUp(caller(app), email)) };
  }

  test('many write and read at once, and each reads what they wrote', async () => {
    const server = await startServer(settings());
    onTestFinished(() => server.kill());
    const call = fetcher(server.url, await signUp(fetcher(server.url), `${crypto.randomUUID()}@example.org`));
    const made = await Promise.all(
      Array.from({ length: 60 }, (_, n) =>
        call('POST', '/entries', { body: { text: `day ${n}`, mood: 1 + (n % 10), tags: ['run'] } }),
      ),
    );
    expect(new Set(made.map(({ status }) => status))).toEqual(new Set([201]));
    const found = await Promise.all(made.map(({ json }) => call('GET', `/entries/${json.id}`)));
    expect(found.map(({ json }) => json)).toEqual(made.map(({ json }) => json));
    const changed = await call('PATCH', `/entries/${made[0]?.json.id}`, { body: { mood: 3 } });
    expect(changed.json).toMatchObject({ mood: 3, version: 2 });
    const { json: list } = await call('GET', '/entries?limit=100&total=true&tag=run');
    expect([list.entries.length, list.total]).toEqual([60, 60]);
    expect((await call('GET', '/entries?q=%22day 7%22')).json.entries).toHaveLength(1);
    for (const report of ['summary', 'series', 'effects', 'breakdown?by=tag', 'shifts', 'on-this-day'])
      expect((await call('GET', `/insights/${report}`)).json.rule.days_in_range).toBeGreaterThan(0);
    expect((await call('PATCH', '/me', { body: { day_start_minutes: 240 } })).status).toBe(200);
    expect((await call('GET', '/export?format=csv')).text.trim().split('\n')).toHaveLength(61);
    expect(await server.stop()).toBe(0);
  });

  test('a key holds over transactions of several connections', async () => {
    const { call } = await served();
    const headers = { 'idempotency-key': 'one' };
    const send = () => call('POST', '/entries', { body: { mood: 4 }, headers });
    const statuses = (await Promise.all(Array.from({ length: 12 }, send))).map(({ status }) => status);
    expect(statuses.filter((status) => status !== 201 && status !== 409)).toEqual([]);
    expect((await send()).headers['idempotency-replayed']).toBe('true');
    expect((await call('GET', '/entries?total=true')).json.total).toBe(1);
  });

  test('a session that ends is refused, jobs run, deliveries and imports arrive', async () => {
    const { app, call, email } = await served();
    const jobs = startWorker(database.connection, { ...deps, db });
    onTestFinished(() => jobs.stop(5000));
    const { url: hook, received } = await receiver();
    const body = { url: hook, events: ['entry.created', 'import.finished'] };
    expect((await call('POST', '/webhooks', { body })).status).toBe(201);
    await call('POST', '/entries', { body: { text: 'told' } });
    const headers = { 'content-type': 'application/octet-stream' };
    const csv = 'date,mood,note\n2026-03-01,7,first\n2026-03-02,8,second\n';
    expect((await call('POST', '/imports?format=csv', { body: csv, headers })).status).toBe(202);
    const types = () => received.map((each) => (JSON.parse(each.body) as { type: string }).type);
    await expect.poll(types).toEqual(expect.arrayContaining(['entry.created', 'import.finished']));
    expect((await call('GET', '/imports')).json.imports).toMatchObject([{ state: 'finished', created: 2 }]);
    const again = await caller(app)('POST', '/auth/login', { body: { email, password } });
    const other = caller(app, again.json.token as string);
    expect((await other('POST', '/auth/logout')).status).toBe(204);
    expect((await other('GET', '/me')).status).toBe(401);
  });

  test('a request past its time is cancelled in PostgreSQL', async () => {
    const { call } = await served({ requestTimeoutMs: 1000 });
    await call('POST', '/entries', { body: { mood: 4 } });
    const lock = await held(database.connection, 'select from journals for update');
    const { status, json } = await call('POST', '/entries', { body: { mood: 5 } });
    expect([status, json.code]).toEqual([503, 'timeout']);
    const waiting = `select query from pg_stat_activity where datname = '${database.name}' and wait_event_type = 'Lock'`;
    await expect.poll(() => onServer(waiting)).toEqual([]);
    await lock.release();
    expect((await call('POST', '/entries', { body: { mood: 6 } })).status).toBe(201);
    expect((await call('GET', '/entries?total=true')).json.total).toBe(2);
  });

  test('the limits on statements are those that the pooler sets', async () => {
    const client = new Client({ ...through, statement_timeout: 123 });
    await client.connect();
    try {
      const { rows } = await client.query(
        `select current_setting('statement_timeout') as statement, current_setting('idle_in_transaction_session_timeout') as idle`,
      );
      expect(rows).toEqual([{ statement: '5s', idle: '10s' }]);
    } finally {
      await client.end();
    }
  });

  test('commands work through it, and around it where they must', async () => {
    const email = `${crypto.randomUUID()}@example.org`;
    const added = await daymark(['user', 'add', email], settings(), `${password}\n`);
    expect([added.stderr, added.code]).toEqual(['', 0]);
    expect((await daymark(['user', 'list'], settings())).stdout).toContain(email);
    const status = await daymark(['migrate', 'status', '--json'], settings());
    const states = (JSON.parse(status.stdout) as { state: string }[]).map(({ state }) => state);
    expect(new Set(states)).toEqual(new Set(['applied']));
    const backup = await daymark(['backup', 'all.zip'], settings());
    expect([backup.code, backup.stderr]).toEqual([0, expect.stringMatching(/^users: \d+ rows$/m)]);
  });
});

const password = 'a long enough password';

async function signUp(call: Call, email: string): Promise<string> {
  const { status, json } = await call('POST', '/auth/register', { body: { email, password } });
  expect(status).toBe(201);
  return json.token as string;
}

/** Holds what a statement locks, in a session around the pooler. */
async function held(connection: ClientConfig, text: string): Promise<{ release(): Promise<unknown> }> {
  const client = new Client(connection);
  await client.connect();
  onTestFinished(() => client.end());
  await client.query('begin');
  await client.query(text);
  return { release: () => client.query('commit') };
}
