import pino from 'pino';
import { expect, onTestFinished, test } from 'vitest';
import { connect } from '../../src/db/connect.ts';
import { one } from '../../src/db/sql.ts';
import { cuttingProxy } from '../cutting-proxy.ts';
import { cloneDatabase } from '../database.ts';

const answer = one<[], { n: number }>('answer', 'select 42 as n');

test('a connection that ends while it passes from one statement to the next costs that one at most, not the process', async () => {
  const database = await cloneDatabase();
  const proxy = await cuttingProxy(database.connection);
  const options = { poolSize: 1, prepare: true, statementTimeoutMs: 5000, acquireTimeoutMs: 5000 };
  const db = connect({ ...options, connection: () => proxy.connection, log: pino({ level: 'silent' }) });
  onTestFinished(async () => {
    await db.close();
    proxy.close();
    await database.drop();
  });
  await answer(db);
  proxy.endAfterAnswer();
  const [first] = await Promise.allSettled([answer(db), db.transaction((sql) => answer(sql))]);
  expect(first).toEqual({ status: 'fulfilled', value: { n: 42 } });
  expect(await answer(db)).toEqual({ n: 42 });
});
