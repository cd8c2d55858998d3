import { randomInt } from 'node:crypto';
import { expect } from 'vitest';
import type { Person, TestApp } from '../app.ts';
import { daymarkFile, torture } from './torture.ts';
import { imported } from './world.ts';

/**
 * Brings so many entries as strange as the contract allows, takes them away and brings them to somebody else: they are
 * the same member for member, and coming again they make nothing. TEST_SEED repeats the entries of an earlier run.
 */
export async function thereAndBack(server: Pick<TestApp, 'app' | 'person'>, count: number): Promise<void> {
  const seed = Number(process.env['TEST_SEED'] ?? randomInt(2 ** 31));
  console.log(`seed ${seed}`);
  const entries = torture(count, seed);
  const [anna, ben] = [await server.person(), await server.person()];
  await anna.call('PATCH', '/me', { body: { day_start_minutes: 300 } });

  const first = await imported(server, anna, daymarkFile(entries), '?format=daymark');
  expect(first).toMatchObject({ state: 'finished', total: count, created: count, errors: [] });
  const [manifest, ...lines] = await exported(anna);
  expect(manifest).toMatchObject({ format: 'daymark', version: 1, entries: count, day_start_minutes: 300 });
  const withoutDay = lines.map(({ local_day: _day, ...entry }) => entry);
  expect(byId(withoutDay)).toEqual(byId(entries as unknown as Record<string, unknown>[]));

  const { text: file } = await anna.call('GET', '/export?format=daymark');
  const second = await imported(server, ben, file);
  expect(second).toMatchObject({ format: 'daymark', created: count, skipped: 0, errors: [] });
  expect((await exported(ben)).slice(1)).toEqual(lines);

  const again = await imported(server, ben, file);
  expect([again.created, again.skipped]).toEqual([0, count]);
}

async function exported(someone: Person): Promise<Record<string, unknown>[]> {
  const { status, text, headers } = await someone.call('GET', '/export');
  expect([status, headers['content-type']]).toEqual([200, 'application/x-ndjson']);
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

const byId = (entries: Record<string, unknown>[]) =>
  entries.toSorted((a, b) => (String(a['id']) < String(b['id']) ? -1 : 1));
