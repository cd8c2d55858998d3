import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { Manifest } from '../../src/backup/manifest.ts';
import { accounts } from './accounts.ts';
import { testApp } from '../app.ts';
import { emptyDatabase, onServer } from '../database.ts';
import { startInstalled } from '../installed-postgres.ts';
import { backUp, contentOf, folder, restore } from './installation.ts';
import { openEmpty } from '../migrate/empty-database.ts';
import { scratch } from '../embedded/scratch.ts';
import { migrations } from '../../src/migrations.ts';

const world = await testApp();
await accounts(world);

test('a restored installation is the same row for row, with the same schema', async () => {
  const file = join(folder(), 'backup.zip');
  const manifest = await backUp(world.database.connection, file);
  const target = await emptyDatabase();
  onTestFinished(() => target.drop());
  await restore(target.connection, file);
  expect(await contentOf(target.connection)).toEqual(await contentOf(world.database.connection));
  expect(manifest.tables.find(({ name }) => name === 'entries')?.rows).toBeGreaterThan(40);
  expect(manifest.migrations.length).toBeGreaterThan(3);
});

test('the file is its owner’s alone, and nothing else is left beside it', async () => {
  const path = folder();
  await backUp(world.database.connection, join(path, 'backup.zip'));
  await backUp(world.database.connection, join(path, 'backup.zip'));
  expect(readdirSync(path)).toEqual(['backup.zip']);
  expect(statSync(join(path, 'backup.zip')).mode & 0o777).toBe(0o600);
});

test('what was in the database is replaced only by consent, and then wholly', async () => {
  const file = join(folder(), 'backup.zip');
  await backUp(world.database.connection, file);
  const other = await emptyDatabase();
  onTestFinished(() => other.drop());
  await restore(other.connection, file);
  await onServer(`delete from entries`, other.connection);
  await onServer(`update users set name = 'changed'`, other.connection);
  const before = await contentOf(other.connection);
  await expect(restore(other.connection, file)).rejects.toThrow('not empty');
  expect(await contentOf(other.connection)).toEqual(before);
  await restore(other.connection, file, true);
  expect(await contentOf(other.connection)).toEqual(await contentOf(world.database.connection));
});

test('a backup of an older schema is brought to the newest, also over a newer database with rows', async () => {
  const old = await openEmpty();
  await old.migrate(migrations, 2);
  await old.client.query(
    `with u as (insert into users (email, password_hash) values ('old@example.org', 'x') returning id)
     insert into journals (user_id) select id from u`,
  );
  const file = join(folder(), 'old.zip');
  const { migrations: known } = await backUp(old.connection, file);
  expect(known).toHaveLength(2);
  const target = await emptyDatabase();
  onTestFinished(() => target.drop());
  const full = join(folder(), 'full.zip');
  await backUp(world.database.connection, full);
  await restore(target.connection, full);
  await restore(target.connection, file, true);
  await old.migrate(migrations);
  expect(await contentOf(target.connection)).toEqual(await contentOf(old.connection));
});

test('sequences and columns that are computed', async () => {
  const source = await emptyDatabase();
  const target = await emptyDatabase();
  onTestFinished(async () => {
    await source.drop();
    await target.drop();
  });
  const file = join(folder(), 'backup.zip');
  await backUp(world.database.connection, file);
  await restore(source.connection, file);
  // As a migration might make them; both databases have the table, as they would have its migration.
  const table = `create table numbered (n bigint generated always as identity primary key, a text, b text generated always as (a || '!') stored)`;
  for (const { connection } of [source, target]) {
    await restore(connection, file, true);
    await onServer(table, connection);
  }
  await onServer(
    `insert into numbered (a) values ('x'), (E'\\\\.'), (E'\\n\\\\.\\n'), (null), ('')`,
    source.connection,
  );
  await backUp(source.connection, file);
  await restore(target.connection, file, true);
  expect(await contentOf(target.connection)).toEqual(await contentOf(source.connection));
  const [row] = await onServer<{ n: string }>(
    `insert into numbered (a) values ('y') returning n`,
    target.connection,
  );
  expect(row?.n).toBe('6');
});

const bin = '/usr/lib/postgresql/15/bin';

test.skipIf(!existsSync(join(bin, 'postgres')))(
  'between PostgreSQL 15 and that of the run, both ways [skipped where PostgreSQL 15 is not installed]',
  async () => {
    const newer = await emptyDatabase();
    onTestFinished(() => newer.drop());
    const old = await startInstalled(bin, scratch(), { fsync: 'off' });
    onTestFinished(() => old.stop());
    const files = [join(folder(), 'a.zip'), join(folder(), 'b.zip'), join(folder(), 'c.zip')] as const;
    await backUp(world.database.connection, files[0]);
    await restore(old.connection, files[0]);
    const fifteen = await backUp(old.connection, files[1]);
    await restore(newer.connection, files[1]);
    const later = await backUp(newer.connection, files[2]);
    await restore(old.connection, files[2], true);
    const [run] = await onServer<{ server_version: string }>('show server_version');
    expect([fifteen.postgresql, later.postgresql].map((version) => parseInt(version))).toEqual([
      15,
      parseInt(run!.server_version),
    ]);
    // A restore renews the revision of each diary.
    const others = ({ tables }: Manifest) => tables.filter(({ name }) => name !== 'journals');
    expect(others(later)).toEqual(others(fifteen));
    const rows = (await contentOf(world.database.connection)).rows;
    expect((await contentOf(newer.connection)).rows).toEqual(rows);
    expect((await contentOf(old.connection)).rows).toEqual(rows);
  },
);
