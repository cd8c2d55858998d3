import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { compiledFolder } from '../program.ts';
import { column, openEmpty, untilAsleep } from './empty-database.ts';
import { migrationsOf } from './folder.ts';

const brake = 'create table brake as select 60 as seconds';
const slow = 'create table a (); select pg_sleep(seconds) from brake';

test('of eight starters on an empty database each file runs once', async () => {
  const { migrate, client } = await openEmpty();
  const folder = await migrationsOf(
    ['create table a (b int)', 'drop table a'],
    ['insert into a values (2); select pg_sleep(0.2)', 'select 1'],
    ['insert into a values (3)', 'select 1'],
  );
  const all = await Promise.all(Array.from({ length: 8 }, () => migrate(folder)));
  expect(all.flatMap(({ applied }) => applied)).toEqual(['0001_first', '0002_second', '0003_third']);
  expect(await column(client, 'select b from a order by b')).toEqual([2, 3]);
});

test('when the process that migrates is killed, another finishes', async () => {
  const { migrate, client, connection } = await openEmpty();
  await client.query(brake);
  const folder = await migrationsOf([slow, 'drop table a'], ['create table b ()', 'drop table b']);
  const first = startProcess(connection, folder);
  await untilAsleep(client);
  const second = startProcess(connection, folder);
  const third = migrate(folder);
  await client.query('update brake set seconds = 0');
  first.kill('SIGKILL');

  expect(await once(first, 'exit')).toEqual([null, 'SIGKILL']);
  expect(await once(second, 'exit')).toEqual([0, null]);
  await third;
  expect(await column(client, 'select version from schema_migrations order by version')).toEqual([1, 2]);
});

test('when the session that migrates is ended, the error says so and the next one finishes', async () => {
  const { migrate, client } = await openEmpty();
  await client.query(brake);
  const folder = await migrationsOf([slow, 'drop table a']);
  const failure = migrate(folder).catch((error: unknown) => error);
  await untilAsleep(client);
  await client.query('update brake set seconds = 0');
  await client.query(
    `select pg_terminate_backend(pid) from pg_stat_activity
     where datname = current_database() and application_name = 'daymark-migrate'`,
  );
  expect(await failure).toMatchObject({ code: '57P01' });
  expect((await migrate(folder)).applied).toEqual(['0001_first']);
});

function startProcess(connection: object, folder: string): ChildProcess {
  const script = fileURLToPath(new URL('child.js', import.meta.url));
  return spawn(process.execPath, [script, compiledFolder(), folder], {
    env: { ...process.env, CONNECTION: JSON.stringify(connection) },
    stdio: ['ignore', 'inherit', 'inherit'],
  });
}
