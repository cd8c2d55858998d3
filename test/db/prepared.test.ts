import { Client, types } from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runPrepared } from '../../src/db/prepared.ts';
import { cloneDatabase, type TestDatabase } from '../database.ts';

let database: TestDatabase;
let client: Client;

beforeAll(async () => {
  database = await cloneDatabase();
  client = new Client({ ...database.connection, types: { getTypeParser: parser } });
  await client.connect();
  await client.query('create table kept (n integer primary key, word text)');
});
afterAll(async () => {
  await client.end();
  await database.drop();
});

const timestamptz: number = types.builtins.TIMESTAMPTZ;
const parser = (oid: number, format?: 'text' | 'binary') =>
  oid === timestamptz
    ? (value: string) => `at ${value}`
    : (types.getTypeParser as (oid: number, format?: string) => (value: string) => unknown)(oid, format);

let names = 0;
function named(text: string) {
  return { name: `prepared_${names++}`, text };
}

async function thrice(statement: { name: string; text: string }, values: unknown[]) {
  const answers = [];
  for (let n = 0; n < 3; n++) answers.push(await runPrepared(client as never, statement, values));
  return answers;
}

test.each([
  [
    'select $1::integer as n, null as nothing, true as yes, 2.5::float8 as half, 12345678901234567890 as much',
    [7],
  ],
  [
    'select $1::text as words, $2::text[] as list, $3::bytea as bytes',
    ['naïve 🙂 "', ['a', 'b,c', ''], Buffer.from([0, 255])],
  ],
  [
    'select $1::jsonb as json, $2::timestamptz as at, array[1,2] as numbers',
    ['{"a": 1}', '2026-01-02T03:04:05Z'],
  ],
  ['select n from generate_series(1, $1::integer) n', [2000]],
  ['select 1 as one where false', []],
  ['select 1 as twice, 2 as twice', []],
])('%s answers as node-postgres does, each time', async (text, values) => {
  const { rows, rowCount } = await client.query<Record<string, unknown>>({ text, values });
  for (const answer of await thrice(named(text), values)) expect(answer).toEqual({ rows, rowCount });
});

test('statements without rows say how many they touched', async () => {
  const insert = named(
    'insert into kept (n, word) select $1, $2 where not exists (select from kept where n = $1)',
  );
  const counts = (await thrice(insert, [1, 'a'])).map(({ rowCount }) => rowCount);
  expect(counts).toEqual([1, 0, 0]);
  const update = named('update kept set word = $1 where n = 1 returning word');
  expect((await thrice(update, ['b'])).at(-1)).toEqual({ rows: [{ word: 'b' }], rowCount: 1 });
  const nothing = await runPrepared(client as never, named('set local work_mem = 4096'), []);
  expect(nothing).toEqual({ rows: [], rowCount: null });
});

test('one that fails leaves the connection as it was, whether it was new or known', async () => {
  const divide = named('select 1 / $1::integer as share');
  const unknown = named('select no_such_column');
  for (let n = 0; n < 2; n++) {
    await expect(runPrepared(client as never, divide, [0])).rejects.toMatchObject({ code: '22012' });
    await expect(runPrepared(client as never, unknown, [])).rejects.toMatchObject({ code: '42703' });
    await expect(runPrepared(client as never, divide, ['x'])).rejects.toMatchObject({ code: '22P02' });
    expect((await runPrepared(client as never, divide, [1])).rows).toEqual([{ share: 1 }]);
  }
});

test('values that cannot be sent fail before anything is', async () => {
  const circular: Record<string, unknown> = {};
  circular['self'] = circular;
  const statement = named('select $1::jsonb as json');
  await expect(runPrepared(client as never, statement, [circular])).rejects.toThrow('circular');
  expect((await runPrepared(client as never, statement, ['1'])).rows).toEqual([{ json: 1 }]);
});

test('one whose answer has another shape since is refused and not misread', async () => {
  const read = named('select * from kept where n = $1');
  expect((await thrice(read, [1])).at(-1)?.rows).toHaveLength(1);
  await client.query('alter table kept alter column word type integer using 5');
  await expect(runPrepared(client as never, read, [1])).rejects.toMatchObject({ code: '0A000' });
});
