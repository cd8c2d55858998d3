import { expect, test } from 'vitest';
import { passwords } from '../../src/accounts/passwords.ts';
import { buildApp } from '../../src/app.ts';
import type { Database } from '../../src/db/connect.ts';
import { caller, testApp } from '../app.ts';

const { db, deps, person } = await testApp();

/** The same database, counting statements: how many ran, and how many at the same time at most. */
function counted(): { db: Database; seen: { statements: number; mostAtOnce: number } } {
  const seen = { statements: 0, mostAtOnce: 0 };
  let running = 0;
  const counting = (each: Database): Database => ({
    ...each,
    within: (lifetime) => counting(each.within(lifetime)),
    query: async (statement, values) => {
      if (statement.name !== 'operator_list_revoked') seen.statements++;
      seen.mostAtOnce = Math.max(seen.mostAtOnce, ++running);
      try {
        return await each.query(statement, values);
      } finally {
        running--;
      }
    },
  });
  return { seen, db: counting(db) };
}

test('of many sign-ins at once a few use the database, and those sent away none', async () => {
  const anna = await person();
  const alone = counted();
  const quiet = await buildApp({ ...deps, db: alone.db });
  const body = { email: anna.email, password: 'a wrong guess' };
  expect((await caller(quiet)('POST', '/auth/login', { body })).status).toBe(401);
  await quiet.close();

  const flooded = counted();
  const app = await buildApp({ ...deps, db: flooded.db, passwords: passwords(2, 5) });
  const logins = Array.from({ length: 60 }, (_, n) =>
    caller(app)('POST', '/auth/login', {
      body: { email: `nobody${n}@example.org`, password: 'a wrong guess' },
      remoteAddress: `192.0.2.${n}`,
    }),
  );
  const answers = await Promise.all(logins);
  const looked = answers.filter(({ status }) => status === 401).length;
  const refused = answers.filter(({ status }) => status === 429);
  expect(looked + refused.length).toBe(60);
  expect(looked).toBeGreaterThanOrEqual(9);
  expect(refused.length).toBeGreaterThanOrEqual(1);
  for (const { json, headers } of refused) {
    expect([json.code, headers['retry-after']]).toEqual(['rate_limited', '1']);
  }
  expect(flooded.seen.statements).toBeLessThanOrEqual(looked * alone.seen.statements);
  // The pool has ten connections, for everybody.
  expect(flooded.seen.mostAtOnce).toBeLessThanOrEqual(4);
  await app.close();
});
