import { randomBytes } from 'node:crypto';
import { Client } from 'pg';
import { expect, inject, onTestFinished, test } from 'vitest';
import { StartError } from '../../src/exit.ts';
import { checkServer } from '../../src/db/server-version.ts';
import { migrationStatus } from '../../src/db/migrate.ts';
import { onServer } from '../database.ts';
import { openEmpty } from './empty-database.ts';
import { migrationsOf } from './folder.ts';

test('the server of the run will do', async () => {
  const { client } = await openEmpty();
  expect(await checkServer(client)).toMatch(/^1[5-9]\.\d+/);
});

test('an older server is refused by its version', async () => {
  const rows = [{ version: '14.9', number: 140_009, encoding: 'UTF8', database: 'daymark' }];
  const failure = checkServer({ query: () => Promise.resolve({ rows }) });
  await expect(failure).rejects.toThrow(StartError);
  await expect(failure).rejects.toMatchObject({
    message: 'DATABASE_URL: PostgreSQL 14.9 is too old; Daymark needs 15 to 18',
    exitCode: 78,
  });
});

test('a database in another encoding is refused before anything runs', async () => {
  const database = `test_${randomBytes(8).toString('hex')}`;
  await onServer(
    `create database ${database} encoding 'SQL_ASCII' locale_provider libc lc_collate 'C' lc_ctype 'C' template template0`,
  );
  onTestFinished(async () => {
    await onServer(`drop database ${database} with (force)`);
  });
  const connection = { ...inject('postgres'), database };
  const client = new Client(connection);
  await client.connect();
  const message = `DATABASE_URL: the database "${database}" is encoded in SQL_ASCII; Daymark needs UTF8`;
  await expect(checkServer(client)).rejects.toThrow(message);
  await client.end();
  const directory = await migrationsOf(['create table a ()', 'drop table a']);
  await expect(migrationStatus({ connection, directory })).rejects.toMatchObject({ exitCode: 78 });
});
