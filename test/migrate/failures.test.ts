import { describe, expect, test } from 'vitest';
import { describeSchema } from '../../src/db/describe-schema.ts';
import { MigrationError } from '../../src/db/migrate.ts';
import { column, openEmpty } from './empty-database.ts';
import { migrationsOf } from './folder.ts';

describe('bad SQL names the file, the line and the reason', () => {
  test.each([
    [
      'a word misspelt',
      'create table a ();\n\ncreat table b ();',
      3,
      'syntax error at or near "creat" (42601)',
    ],
    ['deep in a statement', 'select 1;\nselect\n  1,\n  nope;', 4, 'column "nope" does not exist (42703)'],
    [
      'after characters of four bytes',
      "select '😀',\n '😀', nope",
      2,
      'column "nope" does not exist (42703)',
    ],
    ['without a position', '-- one\nselect 1;\n-- two\nselect\n 1/0', 4, 'division by zero (22012)'],
    [
      'at run time',
      'create table a (b int not null);\ninsert into a\nvalues (null);',
      2,
      'violates not-null constraint (23502)',
    ],
    ['in a block', "select 1;\ndo $$ begin\n raise exception 'two\nlines'; end $$", 2, 'two lines (P0001)'],
    ['never closed', "select 1;\nselect 'a; select 2;", 2, 'unterminated quoted string'],
    ['of psql', 'select 1;\n\\i other.sql', 2, 'syntax error at or near "\\" (42601)'],
    ['that needs a client', 'create table a (b int);\ncopy a from stdin', 2, ''],
  ])('%s', async (_, up, line, reason) => {
    const { migrate, client } = await openEmpty();
    const failure = (await migrate(await migrationsOf([up, 'select 1'])).catch(
      (error: unknown) => error,
    )) as Error;
    expect(failure).toBeInstanceOf(MigrationError);
    expect(failure.message).toContain(`0001_first.up.sql, line ${line}: `);
    expect(failure.message).toContain(reason);
    expect(failure.message).toContain('nothing of this file was kept');
    expect(failure.message).not.toContain('\n');
    expect(await describeSchema(client)).toBe('');
  });
});

test('what ran before the file that failed stays, and the rest follows', async () => {
  const { migrate, client } = await openEmpty();
  const folder = await migrationsOf(
    ['create table a (b int)', 'drop table a'],
    ["insert into a values (1); select 1 / count(*) from pg_class where relname = 'ready'", 'select 1'],
    ['insert into a values (3)', 'select 1'],
  );
  await expect(migrate(folder)).rejects.toThrow(/^0002_second\.up\.sql, line 1: division by zero/);
  expect(await column(client, 'select version from schema_migrations')).toEqual([1]);
  await client.query('create table ready ()');
  expect((await migrate(folder)).applied).toEqual(['0002_second', '0003_third']);
  expect(await column(client, 'select b from a order by b')).toEqual([1, 3]);
});

test('what fails at COMMIT was not kept either', async () => {
  const { migrate, client } = await openEmpty();
  const folder = await migrationsOf([
    `create table a (b int primary key, c int references a deferrable initially deferred);
     insert into a values (1, 2)`,
    'drop table a',
  ]);
  await expect(migrate(folder)).rejects.toThrow(
    /^0001_first\.up\.sql: .*violates foreign key.*\(23503\); nothing/,
  );
  expect(await describeSchema(client)).toBe('');
});

test('what cannot run in a transaction says how it can', async () => {
  const { migrate } = await openEmpty();
  const folder = await migrationsOf(['select 1;\nvacuum', 'select 1']);
  await expect(migrate(folder)).rejects.toThrow(/line 2: .*\(25001\).*"-- no-transaction" the first line/);
});

test('a file without a statement is refused before anything runs', async () => {
  const { migrate, client } = await openEmpty();
  const folder = await migrationsOf(['create table a ()', 'drop table a'], ['-- later\n', 'select 1']);
  await expect(migrate(folder)).rejects.toThrow(/^0002_second\.up\.sql holds no statement/);
  expect(await describeSchema(client)).toBe('');
});

test('settings of one file do not reach the next', async () => {
  const { migrate, client } = await openEmpty();
  const folder = await migrationsOf(
    [`select set_config('search_path', '', false), set_config('statement_timeout', '1', false)`, 'select 1'],
    ['create table a as select from pg_sleep(0.05)', 'drop table a'],
  );
  expect((await migrate(folder)).applied).toHaveLength(2);
  expect(await column(client, 'select count(*)::int from a')).toEqual([1]);
});

test('time limits of the role do not hold for migrations', async () => {
  const { migrate, client, name } = await openEmpty();
  await client.query(`alter database ${name} set statement_timeout = '20ms'`);
  await client.query(`alter database ${name} set idle_in_transaction_session_timeout = '20ms'`);
  const folder = await migrationsOf(['select pg_sleep(0.1)', 'select 1']);
  expect((await migrate(folder)).applied).toEqual(['0001_first']);
});

test('a server that is not there is told as it is', async () => {
  const { connection, migrate } = await openEmpty();
  connection.host = '/nowhere';
  await expect(migrate(await migrationsOf(['select 1', 'select 1']))).rejects.toMatchObject({
    code: 'ENOENT',
  });
});
