import pino from 'pino';
import { expect, onTestFinished, test } from 'vitest';
import { connect } from '../../src/db/connect.ts';
import { one } from '../../src/db/sql.ts';
import { cuttingProxy } from '../cutting-proxy.ts';
import { cloneDatabase } from '../database.ts';

const answer = one<[], { n: number }>('answer', 'select 42 as n');

test('a connection that ends before its next user listens costs a statement, not the process', async () => {
  const database = await cloneDatabase();
  const proxy = await cuttingProxy(database.connection);
  const options = { poolSize: 1, prepare: true, statementTimeoutMs: 5000, acquireTimeoutMs: 5000 };
  const db = connect({ ...options, connection: () => proxy.connection, log: pino({ level: 'silent' }) });
  onTestFinished(async () => {
    await db.close();
    proxy.close();
    await database.drop();
  });
  // The first answer is the one that opens the connection.
  proxy.endAfterAnswer();
  expect(await answer(db).catch((error: unknown) => error)).toBeInstanceOf(Error);
  proxy.endAfterAnswer();
  await Promise.allSettled([answer(db), db.transaction((sql) => answer(sql)), answer(db)]);
  expect(await answer(db)).toEqual({ n: 42 });
});
