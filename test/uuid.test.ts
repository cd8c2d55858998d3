import { afterAll, expect, test } from 'vitest';
import { cloneDatabase, onServer } from './database.ts';

const database = await cloneDatabase();
afterAll(() => database.drop());
const micros = '(extract(epoch from clock_timestamp()) * 1000000)::bigint::text';

test('ids are version 7 and carry the time to the microsecond, so that they sort as they were made', async () => {
  const rows = await onServer<{ id: string; before: string; after: string }>(
    `select ${micros} as before, uuid_v7() as id, ${micros} as after from generate_series(1, 500)`,
    database.connection,
  );
  for (const { id, before, after } of rows) {
    expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    const made = microseconds(id);
    // The fraction is kept in 4,096 steps of a millisecond: up to a microsecond is cut.
    expect(made).toBeGreaterThanOrEqual(Number(before) - 1);
    expect(made).toBeLessThanOrEqual(Number(after));
  }
});

function microseconds(id: string): number {
  const hex = id.replaceAll('-', '');
  return parseInt(hex.slice(0, 12), 16) * 1000 + (parseInt(hex.slice(13, 16), 16) * 1000) / 4096;
}
