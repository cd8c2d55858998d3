import { expect, test } from 'vitest';
import { column, openEmpty } from './empty-database.ts';
import { migrationsOf } from './folder.ts';

const versions = 'select version from schema_migrations order by version';

test('an index is built concurrently while other starters wait', async () => {
  const { migrate, client } = await openEmpty();
  const folder = await migrationsOf(
    ['create table a (b int); insert into a select generate_series(1, 1000)', 'drop table a'],
    [
      '-- no-transaction\ndrop index concurrently if exists a_b;\ncreate index concurrently a_b on a (b);\nvacuum a',
      '-- no-transaction\ndrop index concurrently if exists a_b',
    ],
  );
  const all = await Promise.all(Array.from({ length: 6 }, () => migrate(folder)));
  expect(all.flatMap(({ applied }) => applied)).toEqual(['0001_first', '0002_second']);
  expect(await column(client, `select indisvalid from pg_index where indexrelid = 'a_b'::regclass`)).toEqual([
    true,
  ]);
  expect((await migrate(folder, 1)).reverted).toEqual(['0002_second']);
  expect(await column(client, versions)).toEqual([1]);
});

test('one that fails keeps what it did, is not recorded, and runs again from its start', async () => {
  const { migrate, client } = await openEmpty();
  const folder = await migrationsOf(
    ['create table a (b int); insert into a values (1), (1)', 'drop table a'],
    [
      `-- no-transaction
       create table if not exists done (at timestamptz default now());
       insert into done default values;
       drop index concurrently if exists a_b;
       create unique index concurrently a_b on a (b);`,
      'drop table done',
    ],
  );
  const failure =
    /^0002_second\.up\.sql, line 5: could not create unique index.*\(23505\); the statements above it were kept/;
  await expect(migrate(folder)).rejects.toThrow(failure);
  expect(await column(client, versions)).toEqual([1]);
  expect(await column(client, `select indisvalid from pg_index where indexrelid = 'a_b'::regclass`)).toEqual([
    false,
  ]);

  await client.query('delete from a');
  expect((await migrate(folder)).applied).toEqual(['0002_second']);
  expect(await column(client, versions)).toEqual([1, 2]);
  expect(await column(client, 'select count(*)::int from done')).toEqual([2]);
  expect(await column(client, `select indisvalid from pg_index where indexrelid = 'a_b'::regclass`)).toEqual([
    true,
  ]);
});

test('it may be the first of all, and the last to go', async () => {
  const { migrate, client } = await openEmpty();
  const folder = await migrationsOf([
    '-- no-transaction\nvacuum; create table a ()',
    '-- no-transaction\nvacuum; drop table a',
  ]);
  await migrate(folder);
  expect(await column(client, versions)).toEqual([1]);
  await migrate(folder, 0);
  expect(await column(client, `select to_regclass('schema_migrations')`)).toEqual([null]);
});
