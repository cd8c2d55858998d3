import { expect, test } from 'vitest';
import { passwords } from '../../src/accounts/passwords.ts';
import { buildApp } from '../../src/app.ts';
import { caller, testApp, type Answer } from '../app.ts';
import { watched } from '../watched.ts';

const { db, deps, person } = await testApp();

test('of many sign-ins at once a few use the database, and those sent away none', async () => {
  const anna = await person();
  const alone = watched(db);
  const quiet = await buildApp({ ...deps, db: alone.db });
  const body = { email: anna.email, password: 'a wrong guess' };
  const forOne = await alone.since(async () => {
    expect((await caller(quiet)('POST', '/auth/login', { body })).status).toBe(401);
  });
  await quiet.close();

  const flooded = watched(db);
  const app = await buildApp({ ...deps, db: flooded.db, passwords: passwords(2, 5) });
  const login = (n: number) =>
    caller(app)('POST', '/auth/login', {
      body: { email: `nobody${n}@example.org`, password: 'a wrong guess' },
      remoteAddress: `192.0.2.${n}`,
    });
  let answers: Answer[] = [];
  const forAll = await flooded.since(async () => {
    answers = await Promise.all(Array.from({ length: 60 }, (_, n) => login(n)));
  });
  const looked = answers.filter(({ status }) => status === 401).length;
  const refused = answers.filter(({ status }) => status === 429);
  expect(looked + refused.length).toBe(60);
  expect(looked).toBeGreaterThanOrEqual(9);
  expect(refused.length).toBeGreaterThanOrEqual(1);
  for (const { json, headers } of refused) {
    expect([json.code, headers['retry-after']]).toEqual(['rate_limited', '1']);
  }
  expect(forOne.length).toBeGreaterThanOrEqual(1);
  expect(forAll.length).toBeLessThanOrEqual(looked * forOne.length);
  // The pool has five connections here, for everybody.
  expect(flooded.mostAtOnce()).toBeLessThanOrEqual(4);
  await app.close();
});
