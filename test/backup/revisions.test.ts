import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { buildApp } from '../../src/app.ts';
import { connect } from '../../src/db/connect.ts';
import { caller, testApp, type Call } from '../app.ts';
import { emptyDatabase } from '../database.ts';
import { backUp, folder, restore } from './installation.ts';

const { person, database, deps } = await testApp();

test('what a client knew of a diary after the backup is not taken for what the diary is after a restore', async () => {
  const { email, password, call } = await person();
  const write = async (as: Call, text: string) => (await as('POST', '/entries', { body: { text } })).status;
  await write(call, 'before the backup');
  const file = join(folder(), 'backup.zip');
  await backUp(database.connection, file);
  await write(call, 'lost');
  const { headers } = await call('GET', '/entries');
  const target = await emptyDatabase();
  await restore(target.connection, file);
  const options = { poolSize: 2, prepare: true, statementTimeoutMs: 5000, acquireTimeoutMs: 5000 };
  const db = connect({ ...options, connection: () => target.connection, log: deps.log });
  const again = await buildApp({ ...deps, db });
  onTestFinished(async () => {
    await again.close();
    await db.close();
    await target.drop();
  });
  const login = await caller(again)('POST', '/auth/login', { body: { email, password } });
  const back = caller(again, login.json.token);
  expect(await write(back, 'instead of what was lost')).toBe(201);
  const known = { 'if-none-match': headers['etag'] as string };
  expect((await back('GET', '/entries', { headers: known })).status).toBe(200);
});
