import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { allStatements } from '../src/cli/statements.ts';
import { count, many, type Statement } from '../src/db/sql.ts';
import { pageStatement, totalStatement } from '../src/entries/list.ts';
import { openDatabase, testApp, type Person } from './app.ts';
import { onServer } from './database.ts';
import { faultsOf, planOf } from './plans.ts';
import { applyRowSecurity, underRowSecurity, withoutOwner } from './row-security.ts';

const { person, database } = await testApp();
if (!inject('rowSecurity')) await applyRowSecurity(database.connection);
const opened = openDatabase(database);
const db = inject('rowSecurity') ? opened : underRowSecurity(opened);
afterAll(() => db.close());

/** A table whose rows have owners: itself and the column that names them. */
const tables = await onServer<{ name: string; owner: string }>(
  `select tablename as name, case tablename when 'users' then 'id' else 'user_id' end as owner
   from pg_policies where schemaname = 'public' order by tablename`,
  database.connection,
);

let anna: Person;
let bert: Person;
beforeAll(async () => {
  anna = await person();
  bert = await person();
  for (const { call } of [anna, bert]) await call('POST', '/entries', { body: { text: 'a day' } });
});

test('every table with an owner has a policy, and no other table is within reach', async () => {
  const owned = await onServer<{ name: string }>(
    `select table_name as name from information_schema.columns
     where column_name = 'user_id' and table_schema = 'public' union select 'users'`,
    database.connection,
  );
  const reachable = await onServer<{ name: string }>(
    `select relname as name from pg_class
     where relnamespace = 'public'::regnamespace and relkind in ('r', 'p', 'v', 'm')
       and has_table_privilege('daymark_app', oid, 'select, insert, update, delete')`,
    database.connection,
  );
  const names = (rows: { name: string }[]) => rows.map(({ name }) => name).sort();
  expect(names(tables)).toEqual(names(owned));
  expect(names(reachable)).toEqual(names(owned));
  expect(names(tables)).toEqual(expect.arrayContaining(['entries', 'journals', 'sessions', 'users']));
});

describe('a statement that forgets its owner', () => {
  test.each(tables)('reads the rows of its first parameter only: $name', async ({ name, owner }) => {
    const statement = many<[string], { owner: string }>(
      `owners_of_${name}`,
      `select distinct ${owner} as owner from ${name} where $1::uuid is not null`,
    );
    const everybody = await onServer(`select distinct ${owner} as owner from ${name}`, database.connection);
    if (['users', 'journals', 'entries', 'sessions', 'account_events'].includes(name))
      expect(everybody).toHaveLength(2);
    for (const { id } of [anna, bert]) {
      const own = everybody.filter((row) => (row as { owner: string }).owner === id);
      expect(await statement(db, id)).toEqual(own);
    }
  });

  test('changes and deletes no row of anybody else', async () => {
    const rename = count<[string, string]>(
      'rename_all',
      'update users set name = $2 where $1::uuid is not null',
    );
    const empty = count<[string]>('delete_all', 'delete from entries where $1::uuid is not null');
    expect(await rename(db, anna.id, 'Anna')).toBe(1);
    expect(await empty(db, anna.id)).toBe(1);
    expect((await bert.call('GET', '/me')).json.name).toBe('');
    expect((await bert.call('GET', '/entries')).json.entries).toHaveLength(1);
  });

  test('writes no row of anybody else', async () => {
    const event = count<[string, string]>(
      'add_event_for',
      `insert into account_events (user_id, type) select $2::uuid, 'test' where $1::uuid is not null`,
    );
    expect(await event(db, anna.id, anna.id)).toBe(1);
    await expect(event(db, anna.id, bert.id)).rejects.toMatchObject({ code: '42501' });
  });
});

describe('in a transaction', () => {
  const seen = many<[string], { user_id: string }>(
    'seen_journals',
    'select user_id from journals where $1::uuid is not null',
  );
  const operatorSeen = many<[], { user_id: string }>('operator_seen', 'select user_id from journals');

  test('each statement is its own owner’s, in any order', async () => {
    const answers = await db.transaction(async (sql) => [
      await seen(sql, anna.id),
      await operatorSeen(sql),
      await seen(sql, bert.id),
      await seen(sql, anna.id),
    ]);
    const [first, all, second, third] = answers;
    expect(all).toHaveLength(2);
    expect([first, second, third]).toEqual([anna, bert, anna].map(({ id }) => [{ user_id: id }]));
  });

  test('nothing of it is left on the connection', async () => {
    const role = many<[], { role: string; owner: string }>(
      'operator_role',
      `select current_setting('role') as role, coalesce(current_setting('daymark.user_id', true), '') as owner`,
    );
    const failing = count<[string]>('failing', 'select 1 / (case when $1::uuid is null then 1 else 0 end)');
    await seen(db, anna.id);
    await expect(failing(db, anna.id)).rejects.toMatchObject({ code: '22012' });
    const connections = Array.from({ length: 10 }, () => role(db));
    expect(new Set((await Promise.all(connections)).flat().map(({ role, owner }) => role + owner))).toEqual(
      new Set(['none']),
    );
  });
});

test('a statement that names no user first is refused', async () => {
  const lost = many<[string], unknown>('lost', 'select from entries where text = $1');
  await expect(lost(db, 'a day')).rejects.toThrow('the first parameter of statement lost is no user');
});

describe('the policy', () => {
  // None is missing there: see queries.test.ts.
  const statements = [...allStatements(), ...pages()];
  const bound = statements.filter(({ name }) => !name.startsWith('operator_') && !(name in withoutOwner));

  test('is waived for statements that exist', () => {
    const names = statements.map(({ name }) => name);
    expect(Object.keys(withoutOwner).filter((name) => !names.includes(name))).toEqual([]);
    expect(bound.length).toBeGreaterThan(60);
  });

  test('leaves every other statement its index', async () => {
    const client = new Client(database.connection);
    await client.connect();
    try {
      await client.query(`set role daymark_app; set daymark.user_id = '${anna.id}'`);
      const owned = new Set(tables.map(({ name }) => name).filter((name) => name !== 'users'));
      const faults: [name: string, faults: string[]][] = [];
      for (const { name, text } of bound) {
        const found = faultsOf(await planOf(client, text), owned);
        // What may sort, and why, stands in queries.test.ts.
        faults.push([name, found.filter((fault) => fault !== 'sorts')]);
      }
      expect(faults.filter(([, found]) => found.length > 0)).toEqual([]);
    } finally {
      await client.end();
    }
  });
});

function pages(): Statement[] {
  const position = { at: '2026-01-01T00:00:00Z', id: '00000000-0000-7000-8000-000000000000' };
  return [true, false].flatMap((trash) => [
    totalStatement('', { trash, order: 'desc' }).query,
    ...(['asc', 'desc'] as const).flatMap((order) =>
      [position, null].map((from) => pageStatement('', { trash, order }, from, 20).query),
    ),
  ]);
}
