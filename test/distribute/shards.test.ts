import { readFileSync } from 'node:fs';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { allStatements } from '../../src/cli/statements.ts';
import { cloneDatabase, type TestDatabase } from '../database.ts';
import { planOf } from '../plans.ts';
import { formOf, reachOf } from './shards.ts';

const page = readFileSync(new URL('../../docs/scaling.md', import.meta.url), 'utf8');

let database: TestDatabase;
let client: Client;
beforeAll(async () => {
  database = await cloneDatabase();
  client = new Client(database.connection);
  await client.connect();
});
afterAll(async () => {
  await client.end();
  await database.drop();
});

test('docs/scaling.md lists every statement that does not run on one shard, where it runs, and why', async () => {
  const listed = rowsAfter('### Statements that leave the shard');
  const found: string[] = [];
  for (const { name, text } of allStatements()) {
    const reach = reachOf(await planOf(client, text));
    if (reach !== null) found.push(`${name}: ${reach}`);
  }
  expect(listed.map(([name, where]) => `${name}: ${where}`).sort()).toEqual(found.sort());
  expect(listed.filter(([, , why = '']) => why.length < 10)).toEqual([]);
});

test('docs/scaling.md lists every statement whose form Citus may refuse', () => {
  const listed = rowsAfter('### Statements whose form Citus may refuse');
  const found = allStatements().flatMap(({ name, text }) => {
    const form = formOf(text);
    return form === null ? [] : [`${name}: ${form}`];
  });
  const told = listed.flatMap(([form = '', names = '']) =>
    names.split(', ').map((name) => `${name}: ${form}`),
  );
  expect(told.sort()).toEqual(found.sort());
});

describe('the checker tells', () => {
  test.each([
    ['one shard', 'select text from entries where user_id = $1 and id = $2', null],
    [
      'a diary beside its person',
      'select from users u join journals j on j.user_id = u.id where u.id = $1 and j.user_id = $1',
      null,
    ],
    ['all of them', 'select count(*) from entries where local_day = $1', 'every shard'],
    ['a list of no owner', 'select from revocations where at > $1', 'coordinator'],
    [
      'two places',
      'select from imports i join sessions s using (user_id) where i.user_id = $1 and i.id = $2',
      'coordinator and a shard',
    ],
    ['a copy on each node', 'update users set name = $2 where id = $1', 'every node'],
  ])('%s', async (_what, text, reach) => {
    expect(reachOf(await planOf(client, text))).toBe(reach);
  });

  test.each([
    ['with j as (select 1) insert into entries select from j', 'INSERT with a WITH clause'],
    ['with e as (\n  insert into account_events values (1)\n) select 1', 'INSERT in a WITH clause'],
    ['select announce($1, $2, $3)', 'a function that reaches other tables'],
    ['insert into entries (user_id) values ($1)', null],
  ])('%s', (text, form) => {
    expect(formOf(text)).toBe(form);
  });
});

/** The rows of the first table after a heading, cell by cell, without code marks. */
function rowsAfter(heading: string): string[][] {
  const [, rest = ''] = page.split(`${heading}\n`);
  const lines = rest.slice(rest.indexOf('\n|') + 1).split('\n');
  const end = lines.findIndex((line) => !line.startsWith('|'));
  return lines.slice(2, end).map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim().replaceAll('`', '')),
  );
}
