import { join } from 'node:path';
import { expect, test } from 'vitest';
import { releaseDeliveries } from '../../src/backup/deliveries.ts';
import { column, openEmpty } from '../migrate/empty-database.ts';
import { migrationsOf } from '../migrate/folder.ts';
import { backUp, folder, restore } from './installation.ts';

const up = `create table users (id int primary key);
  create table entries (user_id int references users (id) on delete cascade, id int primary key);
  create table deliveries (id int primary key, state text not null, next_attempt_at timestamptz, claimed_until timestamptz)`;

test('deliveries that wait are held back in a restored copy until they are let go', async () => {
  const migrations = await migrationsOf([up, 'drop table deliveries; drop table entries; drop table users']);
  const [source, target, eager] = [await openEmpty(), await openEmpty(), await openEmpty()];
  await source.migrate(migrations);
  await source.client.query(
    `insert into users values (1);
     insert into entries values (1, 1);
     insert into deliveries values (1, 'pending', now(), now()), (2, 'failed', now() + interval '1 hour', null),
       (3, 'succeeded', null, null), (4, 'exhausted', null, null)`,
  );
  const file = join(folder(), 'backup.zip');
  await backUp(source.connection, file);
  const waiting = 'select id from deliveries where next_attempt_at is not null order by id';
  expect(await restore(target.connection, file, false, { migrations })).toBe(2);
  expect(await column(target.client, waiting)).toEqual([]);
  expect(await releaseDeliveries(target.client)).toBe(2);
  expect(await column(target.client, waiting)).toEqual([1, 2]);
  expect(await restore(eager.connection, file, false, { migrations, resumeDeliveries: true })).toBe(0);
  expect(await column(eager.client, waiting)).toEqual([1, 2]);
});
