import { readdir, readFile } from 'node:fs/promises';
import { pathToFileURL } from 'node:url';
import { describe, expect, test } from 'vitest';
import { MigrationError, newMigration, readMigrations } from '../../src/db/migrate.ts';
import { folderOf, migrationsOf } from './folder.ts';

test('a folder is read in order, by path or URL', async () => {
  const folder = await migrationsOf(['select 1', 'select 2'], ['-- no-transaction\nselect 3', 'select 4']);
  const migrations = await readMigrations(folder);
  expect(migrations).toMatchObject([
    {
      version: 1,
      name: 'first',
      up: 'select 1',
      down: 'select 2',
      upTransaction: true,
      downTransaction: true,
    },
    { version: 2, name: 'second', upTransaction: false, downTransaction: true },
  ]);
  expect(await readMigrations(pathToFileURL(folder))).toEqual(migrations);
});

test('line ends and a byte order mark change nothing', async () => {
  const [unix] = await readMigrations(await migrationsOf(['select 1;\nselect 2;\n', 'select 3']));
  const [windows] = await readMigrations(
    await migrationsOf(['\ufeffselect 1;\r\nselect 2;\r\n', 'select 3']),
  );
  expect(windows).toEqual(unix);
});

test('the checksum is that of the up file alone', async () => {
  const checksum = async (up: string, down: string) =>
    (await readMigrations(await migrationsOf([up, down])))[0]?.checksum;
  const first = await checksum('select 1', 'select 2');
  expect(first).toMatch(/^[0-9a-f]{64}$/);
  expect(await checksum('select 1', 'select 3')).toBe(first);
  expect(await checksum('select 1 ', 'select 2')).not.toBe(first);
});

test("other files are nobody's business", async () => {
  const folder = await folderOf({
    'README.md': '#',
    '.0001_first.up.sql': 'a swap file',
    '0001_first.up.sql': 'select 1',
    '0001_first.up.sql~': '',
    '0001_first.down.sql': 'select 1',
  });
  expect(await readMigrations(folder)).toHaveLength(1);
});

const pair = (stem: string) => ({ [`${stem}.up.sql`]: 'select 1', [`${stem}.down.sql`]: 'select 1' });

describe('refused', () => {
  test.each([
    ['an empty folder', {}, /^there are no migrations in \//],
    ['a gap', { ...pair('0001_a'), ...pair('0003_c') }, /^0003_c: there is no migration 0002/],
    ['no first one', pair('0002_b'), /^0002_b: there is no migration 0001/],
    ['number 0', pair('0000_a'), /^0000_a: there is no migration 0001/],
    ['a number twice', { ...pair('0001_a'), ...pair('0001_b') }, /^0001_a and 0001_b have the same number/],
    ['up without down', { '0001_a.up.sql': '' }, /^0001_a\.up\.sql has no 0001_a\.down\.sql/],
    ['down without up', { '0001_a.down.sql': '' }, /^0001_a\.down\.sql has no 0001_a\.up\.sql/],
    ['a short number', pair('1_a'), /^1_a\.(up|down)\.sql: wrong file name/],
    ['capitals', pair('0001_Accounts'), /wrong file name/],
    ['no direction', { ...pair('0001_a'), '0002_b.sql': '' }, /^0002_b\.sql: wrong file name/],
    [
      'not UTF-8',
      { ...pair('0001_a'), '0001_a.up.sql': Uint8Array.of(0x2d, 0x2d, 0xe9) },
      /0001_a\.up\.sql is not UTF-8/,
    ],
  ])('%s', async (_, files, message) => {
    const failure = readMigrations(await folderOf(files));
    await expect(failure).rejects.toThrow(MigrationError);
    await expect(failure).rejects.toThrow(message);
  });

  test('a folder that is not there', async () => {
    await expect(readMigrations('/nowhere/at/all')).rejects.toThrow(
      /^the folder of migrations \/nowhere\/at\/all/,
    );
  });

  test.each([
    'BEGIN',
    'commit',
    'Rollback',
    'end',
    'abort',
    'start transaction',
    'prepare transaction',
    'savepoint a',
  ])('its own %s', async (command) => {
    const folder = await migrationsOf([`select 1;\n\n/* so */ ${command};\nselect 2`, 'select 1']);
    await expect(readMigrations(folder)).rejects.toThrow(
      /^0001_first\.up\.sql, line 3: \w.* is not for migrations/,
    );
  });

  test('not the word where it is no command', async () => {
    const up = `do $$ begin commit; end $$; select 'begin;'; create function f() returns int begin atomic select 1; end;
      -- begin;\n create table commit (rollback int); prepare a as select 1`;
    expect(await readMigrations(await migrationsOf([up, 'select 1']))).toHaveLength(1);
  });
});

describe('a new migration', () => {
  test('takes the next number, in an empty folder too', async () => {
    const folder = await folderOf({});
    const first = await newMigration(folder, 'accounts');
    expect(first).toEqual([`${folder}/0001_accounts.up.sql`, `${folder}/0001_accounts.down.sql`]);
    await newMigration(pathToFileURL(`${folder}/`), 'more_2');
    expect((await readdir(folder)).sort()).toEqual([
      '0001_accounts.down.sql',
      '0001_accounts.up.sql',
      '0002_more_2.down.sql',
      '0002_more_2.up.sql',
    ]);
    expect(await readFile(first[0] ?? '', 'utf8')).toMatch(/^-- /);
    expect(await readMigrations(folder)).toHaveLength(2);
  });

  test.each(['', 'Accounts', '1st', 'a-b', 'a b', '../a', 'é', 'a\n'])('is not called %j', async (name) => {
    const folder = await folderOf({});
    await expect(newMigration(folder, name)).rejects.toThrow(/cannot name a migration/);
    expect(await readdir(folder)).toEqual([]);
  });
});
