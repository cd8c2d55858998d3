import { createHash } from 'node:crypto';
import { unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { describeSchema } from '../../src/db/describe-schema.ts';
import { MigrationError, migrationStatus } from '../../src/db/migrate.ts';
import { column, openEmpty } from './empty-database.ts';
import { migrationsOf } from './folder.ts';

const three = () =>
  migrationsOf(
    ['create table steps (at serial, step text); insert into steps (step) values (1)', 'drop table steps'],
    [`insert into steps (step) values ('2')`, `insert into steps (step) values ('-2')`],
    [`insert into steps (step) values ('3')`, `insert into steps (step) values ('-3')`],
  );
const steps = 'select step from steps order by at';

test('up runs each file once, in order', async () => {
  const { migrate, client } = await openEmpty();
  const folder = await three();
  expect(await migrate(folder)).toEqual({
    applied: ['0001_first', '0002_second', '0003_third'],
    reverted: [],
  });
  expect(await migrate(folder)).toEqual({ applied: [], reverted: [] });
  expect(await column(client, steps)).toEqual(['1', '2', '3']);
});

test('goto arrives from either side', async () => {
  const { migrate, client } = await openEmpty();
  const folder = await three();
  expect(await migrate(folder, 1)).toEqual({ applied: ['0001_first'], reverted: [] });
  expect(await migrate(folder, 3)).toEqual({ applied: ['0002_second', '0003_third'], reverted: [] });
  expect(await migrate(folder, 1)).toEqual({ applied: [], reverted: ['0003_third', '0002_second'] });
  expect(await column(client, steps)).toEqual(['1', '2', '3', '-3', '-2']);
});

test('version 0 leaves nothing', async () => {
  const { migrate, client } = await openEmpty();
  const folder = await three();
  await migrate(folder);
  expect(await migrate(folder, 0)).toEqual({
    applied: [],
    reverted: ['0003_third', '0002_second', '0001_first'],
  });
  expect(await describeSchema(client)).toBe('');
  expect(await migrate(folder, 0)).toEqual({ applied: [], reverted: [] });
  expect((await migrate(folder)).applied).toHaveLength(3);
});

test.each([4, -1, 1.5, Number.NaN])('there is no version %s', async (target) => {
  const { migrate, client } = await openEmpty();
  await expect(migrate(await three(), target)).rejects.toThrow(/^there is no migration .*from 0 to 3$/);
  expect(await describeSchema(client)).toBe('');
});

test('status tells what is applied, pending, changed and unknown', async () => {
  const { migrate, connection } = await openEmpty();
  const directory = await three();
  await migrate(directory, 2);
  const states = async () => (await migrationStatus({ connection, directory })).map(({ state }) => state);
  expect(await migrationStatus({ connection, directory })).toEqual([
    {
      version: 1,
      name: 'first',
      applied_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]{12}Z$/),
      state: 'applied',
    },
    { version: 2, name: 'second', applied_at: expect.any(String), state: 'applied' },
    { version: 3, name: 'third', applied_at: null, state: 'pending' },
  ]);
  await migrate(directory);
  await writeFile(join(directory, '0001_first.up.sql'), 'select 1');
  await Promise.all([
    unlink(join(directory, '0003_third.up.sql')),
    unlink(join(directory, '0003_third.down.sql')),
  ]);
  expect(await states()).toEqual(['changed', 'applied', 'unknown']);
});

test('status of an empty database changes nothing', async () => {
  const { connection, client } = await openEmpty();
  const states = await migrationStatus({ connection, directory: await three() });
  expect(states.map(({ state }) => state)).toEqual(['pending', 'pending', 'pending']);
  expect(await describeSchema(client)).toBe('');
});

test('a file changed after it was applied is refused before anything runs', async () => {
  const { migrate, client } = await openEmpty();
  const folder = await three();
  await migrate(folder, 2);
  await writeFile(join(folder, '0001_first.up.sql'), 'create table steps ()');
  for (const target of ['latest', 2, 0] as const) {
    const failure = migrate(folder, target);
    await expect(failure).rejects.toThrow(MigrationError);
    await expect(failure).rejects.toThrow(
      /^0001_first\.up\.sql was changed after it was applied \(2.*restore the file/,
    );
  }
  expect(await column(client, steps)).toEqual(['1', '2']);
});

test('another file of the same number is refused', async () => {
  const { migrate, client } = await openEmpty();
  const folder = await three();
  await migrate(folder);
  await client.query(`update schema_migrations set name = 'moods' where version = 2`);
  await expect(migrate(folder)).rejects.toThrow(/^0002_second\.up\.sql is not what .* 0002_moods/);
});

test('a database of a newer program is refused, up and down', async () => {
  const { migrate, client } = await openEmpty();
  const folder = await three();
  await migrate(folder);
  await client.query(`insert into schema_migrations (version, name, checksum) values (4, 'later', '')`);
  const message = /^the database is at 4, this Daymark knows up to 3: use the newer Daymark/;
  await expect(migrate(folder)).rejects.toThrow(message);
  await expect(migrate(folder, 1)).rejects.toThrow(message);
  expect(await column(client, steps)).toEqual(['1', '2', '3']);
});

test('a gap in what was applied is refused', async () => {
  const { migrate, client } = await openEmpty();
  const folder = await three();
  await migrate(folder);
  await client.query('delete from schema_migrations where version = 2');
  await expect(migrate(folder)).rejects.toThrow(/^schema_migrations lists version 3 but not 2/);
});

test('where all is applied, nothing is written and nobody waited for', async () => {
  const { migrate, client, connection } = await openEmpty();
  const folder = await three();
  await migrate(folder);
  // The lock of the migrating session, in other hands.
  await client.query('select pg_advisory_lock($1)', [String(0x6461796d61726bn)]);
  await client.query(`alter database ${connection.database} set default_transaction_read_only = on`);
  expect(await migrate(folder)).toEqual({ applied: [], reverted: [] });
});

test('a file that was edited is refused, but for one that names its former text', async () => {
  const { migrate } = await openEmpty();
  const folder = await migrationsOf(['create table a (n integer)', 'drop table a']);
  await migrate(folder);
  const edited = '-- Says more.\ncreate table a (n integer)';
  await writeFile(join(folder, '0001_first.up.sql'), edited);
  await expect(migrate(folder)).rejects.toThrow(/0001_first/);
  const former = createHash('sha256').update('create table a (n integer)').digest('hex');
  await writeFile(join(folder, '0001_first.up.sql'), `-- once: ${former}\n${edited}`);
  expect(await migrate(folder)).toEqual({ applied: [], reverted: [] });
});
