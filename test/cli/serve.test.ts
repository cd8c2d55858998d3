import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pino from 'pino';
import { expect, onTestFinished, test } from 'vitest';
import { demoLogin, makeDemo } from '../../src/demo/account.ts';
import { demoYear } from '../../src/demo/year.ts';
import { openDatabase } from '../app.ts';
import { cloneDatabase, emptyDatabase } from '../database.ts';
import { databaseUrl, fetcher, startServer } from '../security/child-server.ts';
import { daymark } from './run.ts';

test('a database named by five variables is migrated and served; a URL names the same one', async () => {
  const database = await emptyDatabase();
  onTestFinished(() => database.drop());
  const { host = '', port = 5432, user = '', password, database: name = '' } = database.connection;
  const dataDir = mkdtempSync(join(tmpdir(), 'daymark-serve-'));
  onTestFinished(() => rmSync(dataDir, { recursive: true, force: true }));
  const five = {
    DB_HOST: host,
    DB_PORT: String(port),
    DB_USER: user,
    DB_NAME: name,
    ...(typeof password === 'string' ? { DB_PASSWORD: password } : {}),
  };
  const server = await startServer({ ...five, DATA_DIR: dataDir });
  const call = fetcher(server.url);
  expect((await call('GET', '//readyz')).json).toEqual({ status: 'ok', database: 'up', redis: 'off' });
  const body = { email: 'you@example.org', password: 'a long sentence of yours' };
  expect((await call('POST', '/auth/register', { body })).status).toBe(201);
  expect(await server.stop()).toBe(0);

  const url = databaseUrl(database.connection, 'any');
  const users = await daymark(['user', 'list', '--json'], { DATABASE_URL: url });
  expect(JSON.parse(users.stdout)).toMatchObject([{ email: body.email }]);
  const { code, stdout } = await daymark(['migrate', 'status'], { DATABASE_URL: url });
  expect(code).toBe(0);
  expect(
    stdout
      .trim()
      .split('\n')
      .every((line) => / applied +\d{4}-/.test(line)),
  ).toBe(true);
  expect((await daymark(['migrate', 'goto', '0'], { DATABASE_URL: url })).code).toBe(0);
  const after = await daymark(['migrate', 'status'], { DATABASE_URL: url });
  expect(
    after.stdout
      .trim()
      .split('\n')
      .every((line) => line.endsWith('pending')),
  ).toBe(true);
});

test('the demo year is the same whenever it is made, counted back from its last day', () => {
  const plain = (now: string) =>
    demoYear(new Date(now)).map(({ at = '', ...rest }) => ({
      ...rest,
      ago: Date.parse(now) - Date.parse(at),
    }));
  const year = plain('2026-11-24T23:59:59.000Z');
  expect(plain('2026-11-24T23:59:59.000Z')).toEqual(year);
  // A week later the weekdays are the same, and so is all that hangs on them.
  expect(plain('2026-12-01T23:59:59.000Z')).toEqual(year);
  expect(year.length).toBeGreaterThan(365);
  expect(new Set(year.map(({ mood }) => mood)).size).toBeGreaterThan(6);
});

test('--demo makes the account with its year, once', async () => {
  const database = await cloneDatabase();
  onTestFinished(() => database.drop());
  const env = { DATABASE_URL: databaseUrl(database.connection, 'any'), SECRET_KEY: '0'.repeat(64) };
  const server = await startServer(env, ['--demo']);
  onTestFinished(() => server.kill());
  const { json } = await fetcher(server.url)('POST', '/auth/login', { body: demoLogin });
  const count = async (): Promise<number> =>
    (await fetcher(server.url, json.token)('GET', '/entries?total=true&limit=1')).json.total;
  const first = await count();
  expect(first).toBeGreaterThan(365);
  // What the next start with it does.
  const db = openDatabase(database);
  onTestFinished(() => db.close());
  await makeDemo(db, pino({ level: 'silent' }));
  expect(await count()).toBe(first);
});
