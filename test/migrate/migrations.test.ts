import { expect, test } from 'vitest';
import { describeSchema } from '../../src/db/describe-schema.ts';
import { readMigrations } from '../../src/db/migrate.ts';
import { migrations } from '../../src/migrations.ts';
import { openEmpty } from './empty-database.ts';

test('every migration of this project can be taken back exactly, and run again', async () => {
  const { migrate, client } = await openEmpty();
  const { length } = await readMigrations(migrations);
  let below = await describeSchema(client);
  for (let version = 1; version <= length; version += 1) {
    await migrate(migrations, version);
    const above = await describeSchema(client);
    expect(above).not.toBe(below);
    await migrate(migrations, version - 1);
    expect(await describeSchema(client)).toBe(below);
    await migrate(migrations, version);
    expect(await describeSchema(client)).toBe(above);
    below = above;
  }
  await migrate(migrations, 0);
  expect(await describeSchema(client)).toBe('');
});
