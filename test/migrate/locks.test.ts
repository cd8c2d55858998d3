import pino from 'pino';
import { expect, test } from 'vitest';
import { migrateTo } from '../../src/db/migrate.ts';
import { column, openEmpty, untilAsleep } from './empty-database.ts';
import { migrationsOf } from './folder.ts';

test('a table that somebody locked is waited for a little, and then again', async () => {
  const { connection, client } = await openEmpty();
  await client.query('create table a ()');
  await client.query('begin; lock table a in access exclusive mode');
  const directory = await migrationsOf(['alter table a add b int', 'alter table a drop b']);
  const lines: string[] = [];
  const write = (line: string) => {
    lines.push(line);
    if (line.includes('waits for a lock: trying again')) void client.query('commit');
  };
  const log = pino({ level: 'warn' }, { write });
  expect((await migrateTo({ connection, directory, target: 'latest', log })).applied).toEqual(['0001_first']);
  expect(lines).toHaveLength(1);
  expect(lines[0]).toContain('0001_first.up.sql');
});

test('the loser of a deadlock begins again', async () => {
  const { migrate, client } = await openEmpty();
  // A sequence does not roll back: it counts the attempts.
  await client.query('create sequence attempts');
  const lost = `if nextval('attempts') < 3 then raise exception using errcode = '40P01'; end if;`;
  const folder = await migrationsOf([`create table a (); do $$ begin ${lost} end $$`, 'drop table a']);
  expect((await migrate(folder)).applied).toEqual(['0001_first']);
  expect(await column(client, 'select last_value::int from attempts')).toEqual([3]);
});

test('the signal cancels the statement that runs; its transaction rolls back', async () => {
  const { migrate, client } = await openEmpty();
  await client.query('create table brake as select 60 as seconds');
  const folder = await migrationsOf(
    ['create table a ()', 'drop table a'],
    ['create table b (); select pg_sleep(seconds) from brake', 'drop table b'],
  );
  const stop = new AbortController();
  const failure = migrate(folder, 'latest', stop.signal).catch((error: unknown) => error);
  await untilAsleep(client);
  const reason = new Error('shutting down');
  stop.abort(reason);
  expect(await failure).toBe(reason);
  expect(await column(client, 'select version from schema_migrations')).toEqual([1]);
  expect(await column(client, `select to_regclass('b')`)).toEqual([null]);

  await client.query('update brake set seconds = 0');
  expect((await migrate(folder)).applied).toEqual(['0002_second']);
});

test('the signal ends the wait for another process, told once', async () => {
  const { connection, client } = await openEmpty();
  const directory = await migrationsOf(['create table a ()', 'drop table a']);
  await client.query('select pg_advisory_lock($1)', [String(0x6461796d61726bn)]);
  const stop = new AbortController();
  const lines: string[] = [];
  const write = (line: string) => {
    lines.push(line);
    setTimeout(() => stop.abort(new Error('stopped')), 600);
  };
  const log = pino({ level: 'info' }, { write });
  const failure = migrateTo({ connection, directory, target: 'latest', log, signal: stop.signal });
  await expect(failure).rejects.toThrow('stopped');
  expect(lines.join('')).toContain('another process migrates, backs up or restores this database');
  expect(lines).toHaveLength(1);
});

test('a signal that fired already lets nothing begin', async () => {
  const { migrate, client } = await openEmpty();
  const folder = await migrationsOf(['create table a ()', 'drop table a']);
  await expect(migrate(folder, 'latest', AbortSignal.abort(new Error('stopped')))).rejects.toThrow('stopped');
  expect(await column(client, `select to_regclass('a')`)).toEqual([null]);
});

test('the lock is given back', async () => {
  const { migrate, client } = await openEmpty();
  await migrate(await migrationsOf(['create table a ()', 'drop table a']));
  await expect(migrate(await migrationsOf(['create table b ()', 'drop table b']))).rejects.toThrow(
    'was changed',
  );
  const held = `select objid from pg_locks where locktype = 'advisory'
    and database = (select oid from pg_database where datname = current_database())`;
  expect(await column(client, held)).toEqual([]);
});
