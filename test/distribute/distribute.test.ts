import { expect, onTestFinished, test } from 'vitest';
import { buildApp } from '../../src/app.ts';
import { layout, placed } from '../../src/distribute/layout.ts';
import { caller, openDatabase, testApp } from '../app.ts';
import { daymark, daymarkProcess } from '../cli/run.ts';
import { installation, onStandIn } from './citus.ts';

const { deps } = await testApp();
const everyDistributed = Object.fromEntries(placed('distributed').map((name) => [name, ['distributed', 1]]));
const wanted = { users: ['reference', null], ...everyDistributed };

test('an installation with people in it is distributed, keeps its keys, and serves on', async () => {
  const { database, env, places, foreignKeys, rows } = await onStandIn();
  const db = openDatabase(database);
  const server = await buildApp({ ...deps, db });
  onTestFinished(() => server.close().then(() => db.close()));
  const body = { email: 'anna@example.org', password: 'a long enough password' };
  const { json } = await caller(server)('POST', '/auth/register', { body });
  const call = caller(server, json.token as string);
  expect((await call('POST', '/entries', { body: { mood: 7 } })).status).toBe(201);
  const before = await foreignKeys();

  const { code, stdout, stderr } = await daymarkProcess(['distribute', '--yes'], env);
  expect([code, stdout]).toEqual([0, 'the tables are distributed\n']);
  expect(stderr).toContain(
    `select create_distributed_table('entries', 'user_id', colocate_with => 'journals')\n`,
  );
  expect(await places()).toEqual(wanted);
  expect(await foreignKeys()).toEqual(before);
  expect(await rows(`select from stand_in.placed where kind = 'distributed' and not cleaned`)).toEqual([]);

  expect((await call('POST', '/entries', { body: { mood: 8 } })).status).toBe(201);
  expect((await call('GET', '/entries?total=true')).json.total).toBe(2);
  const again = await daymark(['distribute', '--yes'], env);
  expect([again.code, again.stdout]).toEqual([0, 'the tables were distributed before; nothing to do\n']);
});

test('a dry run changes nothing, needs no Citus, and prints a script that does the same', async () => {
  const plain = await installation();
  const { code, stdout, stderr } = await daymark(['distribute', '--dry-run'], plain.env);
  expect([code, stderr]).toEqual([0, '']);
  for (const { table, place } of layout) expect(stdout).toContain(`-- ${table}: ${place}; `);
  const { client, places, foreignKeys } = await onStandIn();
  const before = await foreignKeys();
  await client.query(stdout);
  expect(await places()).toEqual(wanted);
  expect(await foreignKeys()).toEqual(before);
});

test('every table of the schema has its place', async () => {
  const { rows } = await installation();
  const tables = await rows(`select tablename::text as name from pg_tables where schemaname = 'public'`);
  expect(layout.map(({ table }) => table).sort()).toEqual(tables.map(({ name }) => name as string).sort());
});

test('without Citus it says so, and without a word of consent it does nothing', async () => {
  const plain = await installation();
  const without = await daymark(['distribute', '--yes'], plain.env);
  expect([without.code, without.stderr]).toEqual([
    1,
    'daymark: the database has no extension citus; distribute an installation on the coordinator of a Citus cluster, after "create extension citus" there\n',
  ]);
  const { env, places } = await onStandIn();
  const unasked = await daymark(['distribute'], env);
  expect([unasked.code, unasked.stderr]).toEqual([64, expect.stringContaining('add --yes')]);
  expect(await places()).toEqual({});
});

test('where the server refuses a statement on the new tables, nothing is changed', async () => {
  const { client, env, places, foreignKeys } = await onStandIn();
  // A server that cannot do what `list_imports` and `find_import` need.
  await client.query(
    `create function stand_in.spoil() returns trigger language plpgsql as
       $$ begin execute 'alter table imports rename column left_out to left_behind'; return null; end $$;
     create trigger spoil after insert on stand_in.placed for each row
       when (new.relation = 'imports'::regclass) execute function stand_in.spoil()`,
  );
  const before = await foreignKeys();
  const { code, stdout, stderr } = await daymark(['distribute', '--yes'], env);
  expect([code, stdout]).toEqual([1, '']);
  expect(stderr).toMatch(
    /^daymark: nothing was changed: on distributed tables this server refuses \d of the \d+ /m,
  );
  expect(stderr).toMatch(/^ {2}list_imports: column i.left_out does not exist$/m);
  expect(await places()).toEqual({});
  expect(await foreignKeys()).toEqual(before);
});

test.each([
  ['a table that is not ours', 'create table extra (id integer)', /tables that are not Daymark's: extra/],
  [
    'a schema of before',
    'drop table import_chunks',
    /no table import_chunks; run "daymark migrate up" first/,
  ],
  [
    'a half of it done',
    `insert into stand_in.placed values ('journals', 'distributed', 'user_id', 1)`,
    /only some tables are distributed: journals; /,
  ],
])('%s is refused', async (_what, text, message) => {
  const { client, env } = await onStandIn();
  await client.query(text);
  const { code, stderr } = await daymark(['distribute', '--yes'], env);
  expect([code, stderr]).toEqual([1, expect.stringMatching(message)]);
});

test.each([
  [
    'a unique index without the column',
    `select create_distributed_table('sessions', 'user_id', colocate_with => 'none')`,
    /triggers are not supported/,
  ],
  [
    'the same without triggers',
    `drop trigger sessions_deleted on sessions; drop trigger sessions_changed on sessions; select create_distributed_table('sessions', 'user_id', colocate_with => 'none')`,
    /sessions_token_hash_key does not include/,
  ],
  [
    'people cut by id',
    `select create_distributed_table('users', 'id', colocate_with => 'none')`,
    /users_email_key does not include/,
  ],
  [
    'a table to which local ones refer',
    `alter table journals drop constraint journals_user_fkey; select create_distributed_table('journals', 'user_id', colocate_with => 'none')`,
    /from reference tables and local tables/,
  ],
  [
    'a key to a local table',
    `alter table entries drop constraint entries_journal_fkey; alter table journals drop constraint journals_user_fkey; select create_distributed_table('journals', 'user_id', colocate_with => 'none'); alter table journals add foreign key (user_id) references users (id)`,
    /not colocated or not referencing a reference table/,
  ],
])('the stand-in refuses %s', async (_what, text, message) => {
  const { client } = await onStandIn();
  await expect(client.query(`set citus.multi_shard_modify_mode = 'sequential'; ${text}`)).rejects.toThrow(
    message,
  );
});
