import { afterAll, describe, expect, test } from 'vitest';
import { passwords } from '../../src/accounts/passwords.ts';
import { buildApp } from '../../src/app.ts';
import { caller, openDatabase, testApp } from '../app.ts';
import { onServer } from '../database.ts';

const { app, call, person, database, deps } = await testApp();

const secondDb = openDatabase(database);
const secondNode = await buildApp({ ...deps, db: secondDb });
afterAll(async () => {
  await secondNode.close();
  await secondDb.close();
});

const from = (ip: string, on = app) => {
  const inject = caller(on);
  return (email: string, password: string) =>
    inject('POST', '/auth/login', { body: { email, password }, remoteAddress: ip });
};

describe('failed sign-ins per e-mail', () => {
  test('past the limit the right password is refused too, on every node, until the window has passed', async () => {
    const anna = await person();
    for (let n = 0; n < 10; n++)
      expect((await from(`192.0.2.${n}`)(anna.email, 'a wrong guess')).status).toBe(401);
    for (const node of [app, secondNode]) {
      const refused = await from('192.0.2.99', node)(anna.email, anna.password);
      expect([refused.status, refused.json.code]).toEqual([429, 'rate_limited']);
      expect(Number(refused.headers['retry-after'])).toBeGreaterThanOrEqual(1);
      expect(Number(refused.headers['retry-after'])).toBeLessThanOrEqual(300);
    }
    // Five minutes pass.
    await onServer(
      `update login_failures set at = array(select t - interval '301 seconds' from unnest(at) t)`,
      database.connection,
    );
    expect((await from('192.0.2.99')(anna.email, anna.password)).status).toBe(200);
  });

  test('200 parallel guesses over two nodes: no more than ten are looked at', async () => {
    const anna = await person();
    const guesses = Array.from({ length: 200 }, (_, n) =>
      from(`198.51.100.${n}`, n % 2 === 0 ? app : secondNode)(anna.email, `guess ${n} of many`),
    );
    const statuses = (await Promise.all(guesses)).map((answer) => answer.status);
    expect(statuses.filter((status) => status === 401)).toHaveLength(10);
    expect(statuses.filter((status) => status === 429)).toHaveLength(190);
  });

  test('sign-ins that succeed are no failures', async () => {
    const anna = await person();
    for (let n = 0; n < 12; n++)
      expect((await from('192.0.2.1')(anna.email, anna.password)).status).toBe(200);
  });

  test('an unknown e-mail is counted like a known one, in any spelling', async () => {
    const statuses: number[] = [];
    for (let n = 0; n < 11; n++) {
      const email = n % 2 === 0 ? 'ghost@example.org' : 'ＧHOST@example.org';
      statuses.push((await from(`203.0.113.${n}`)(email, 'a wrong guess')).status);
    }
    expect(statuses).toEqual([...Array<number>(10).fill(401), 429]);
  });
});

test('failed sign-ins per client address: ten times as many, IPv6 by its first 64 bits', async () => {
  const strict = await buildApp({ ...deps, loginLimit: { attempts: 1, windowSeconds: 300 } });
  const statuses: number[] = [];
  for (let n = 0; n < 11; n++) {
    const login = from(`2001:db8:0:7::${n.toString(16)}`, strict);
    statuses.push((await login(`nobody${n}@example.org`, 'a wrong guess')).status);
  }
  expect(statuses).toEqual([...Array<number>(10).fill(401), 429]);
  expect((await from('2001:db8:0:8::1', strict)('another@example.org', 'a wrong guess')).status).toBe(401);
  await strict.close();
});

test('a failure is shown to the owner of the account', async () => {
  const anna = await person();
  await call('POST', '/auth/login', { body: { email: anna.email, password: 'a wrong guess' } });
  const { json } = await anna.call('GET', '/me/events');
  expect(json.events.map((event: { type: string }) => event.type)).toEqual([
    'login.failed',
    'account.registered',
  ]);
  expect(json.events[0].ip).toBe('127.0.0.1');
});

test('more sign-ins at once than the queue takes are sent away, and the rest of the server goes on', async () => {
  const crowded = await buildApp({ ...deps, passwords: passwords(2, 3) });
  const anna = await person();
  const logins = Array.from({ length: 9 }, () => from('192.0.2.50', crowded)(anna.email, anna.password));
  const statuses = (await Promise.all(logins)).map((answer) => answer.status).sort();
  expect(statuses.filter((status) => status === 200).length).toBeGreaterThanOrEqual(5);
  expect(statuses.filter((status) => status === 429).length).toBeGreaterThanOrEqual(1);
  expect(statuses.length).toBe(9);
  await crowded.close();
});
