import pino from 'pino';
import { expect, inject, onTestFinished, test } from 'vitest';
import { demoLogin, makeDemo } from '../../src/demo/account.ts';
import { demoYear } from '../../src/demo/year.ts';
import { openDatabase } from '../app.ts';
import { emptyDatabase, type TestDatabase } from '../database.ts';
import { applyRowSecurity } from '../row-security.ts';
import { databaseUrl, fetcher, startServer } from '../security/child-server.ts';
import { daymark, newFolder } from './run.ts';

test('a database named by five variables is migrated and served, with the year of --demo in it once; a URL names the same one', async () => {
  const database = await emptyDatabase();
  onTestFinished(() => database.drop());
  const server = await startServer({ ...fiveOf(database), DATA_DIR: newFolder() }, ['--demo']);
  onTestFinished(() => server.kill());
  const call = fetcher(server.url);
  expect((await call('GET', '//readyz')).json).toEqual({ status: 'ok', database: 'up', redis: 'off' });
  const { json } = await call('POST', '/auth/login', { body: demoLogin });
  const count = async (): Promise<number> =>
    (await fetcher(server.url, json.token)('GET', '/entries?total=true&limit=1')).json.total;
  const first = await count();
  expect(first).toBeGreaterThan(365);
  // What the next start with it does.
  if (inject('rowSecurity')) await applyRowSecurity(database.connection);
  const db = openDatabase(database);
  onTestFinished(() => db.close());
  await makeDemo(db, pino({ level: 'silent' }));
  expect(await count()).toBe(first);
  const body = { email: 'you@example.org', password: 'a long sentence of yours' };
  expect((await call('POST', '/auth/register', { body })).status).toBe(201);
  expect(await server.stop()).toBe(0);

  const url = { DATABASE_URL: databaseUrl(database.connection, 'any') };
  const users = await daymark(['user', 'list', '--json'], url);
  const emails = (JSON.parse(users.stdout) as { email: string }[]).map(({ email }) => email);
  expect(emails.sort()).toEqual([demoLogin.email, body.email]);
  const status = () => daymark(['migrate', 'status'], url);
  expect(await status()).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/^(.* applied +\d{4}-.*\n)+$/) as string,
  });
  expect((await daymark(['migrate', 'goto', '0'], url)).code).toBe(0);
  expect((await status()).stdout).toMatch(/^(.*pending\n)+$/);
});

/** The variables that name a database one by one. */
function fiveOf({ connection }: TestDatabase): Record<string, string> {
  const { host = '', port = 5432, user = '', password, database = '' } = connection;
  return {
    DB_HOST: host,
    DB_PORT: String(port),
    DB_USER: user,
    DB_NAME: database,
    ...(typeof password === 'string' ? { DB_PASSWORD: password } : {}),
  };
}

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
