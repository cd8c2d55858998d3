import { Client, type ClientConfig } from 'pg';
import { expect, onTestFinished, test } from 'vitest';
import { readMigrations } from '../../src/db/migrate.ts';
import { migrations } from '../../src/migrations.ts';
import { daymarkProcess } from '../cli/run.ts';
import { emptyDatabase } from '../database.ts';
import { databaseUrl, fetcher, startServer } from '../security/child-server.ts';
import { fillDiaries, over, password, signUp, type OldPerson } from './old-diaries.ts';
import { startNewcomers, startWriters, type Ledger } from './old-writers.ts';

const people = 12;
const each = 1050;
const inTrash = Math.floor(each / 20);

test('the first schema is migrated to the newest while nodes of the old version write, and nothing is lost', async () => {
  const database = await emptyDatabase();
  onTestFinished(() => database.drop());
  const env = { DATABASE_URL: databaseUrl(database.connection, 'any'), SECRET_KEY: '0'.repeat(64) };
  const client = await connected(database.connection);
  const files = (await readMigrations(migrations)).map(({ version, name }) => `${pad(version)}_${name}`);

  // Accounts begin at version 1, entries at version 2; people sign up all the while.
  expect(await daymarkProcess(['migrate', 'goto', '1'], env)).toMatchObject({
    code: 0,
    stdout: applied(files[0]!),
  });
  const old: OldPerson[] = [];
  for (let n = 0; n < people; n++) old.push(await signUp(over(client), `old${n}@example.org`));
  const newcomers = startNewcomers(database.connection);
  expect(await daymarkProcess(['migrate', 'goto', '2'], env)).toMatchObject({
    code: 0,
    stdout: applied(files[1]!),
  });
  await fillDiaries(client, old, each);
  const newcomersBefore = newcomers.ledger.people.length;
  const writers = startWriters(database.connection, old.slice(0, 8));
  await expect.poll(() => writers.acknowledged()).toBeGreaterThan(100);

  // Somebody reads a diary for long, as an export does: each of the two tables that change is read until the migration has let
  // the others pass once.
  const readers = { journals: await reading(client, 'journals'), entries: await reading(client, 'entries') };
  const upgrade = daymarkProcess(['migrate', 'up'], env);
  for (const table of ['journals', 'entries'] as const) {
    const before = writers.acknowledged();
    await gaveWay(client, table);
    await readers[table]();
    expect(writers.acknowledged()).toBeGreaterThan(before);
  }
  const { code, stdout, stderr } = await upgrade;
  expect([code, stdout], stderr).toEqual([0, files.slice(2).map(applied).join('')]);
  expect(stderr.match(/waits for a lock: trying again/g)?.length).toBeGreaterThanOrEqual(2);

  // A new node beside the old ones, which go on.
  const server = await startServer(env);
  onTestFinished(() => server.kill());
  const during = writers.acknowledged();
  await walk(server.url, old.at(-1)!);
  await expect.poll(() => writers.acknowledged()).toBeGreaterThan(during + 100);
  await writers.stop();
  await newcomers.stop();
  expect(newcomers.ledger.people.length).toBeGreaterThan(newcomersBefore);

  await nothingLost(client, old, writers.ledger, newcomers.ledger);
  await eachOnce(client, files);
  const [writer] = old;
  const listed = await fetcher(server.url, writer!.token)(
    'GET',
    '/entries?category=written&total=true&limit=1',
  );
  expect(listed.json.total).toBe(
    [...writers.ledger.entries.values()].filter((entry) => entry.user_id === writer!.id && !entry.in_trash)
      .length,
  );
}, 240_000);

/** Somebody from before, on the new version: signs in, lists, searches, edits, takes everything along. */
async function walk(url: string, { id, email, token }: OldPerson): Promise<void> {
  expect((await fetcher(url, token)('GET', '/me')).json).toMatchObject({ id, time_zone: 'Europe/Berlin' });
  const login = await fetcher(url)('POST', '/auth/login', { body: { email, password } });
  expect(login.status).toBe(200);
  const call = fetcher(url, login.json.token);
  const page = await call('GET', '/entries?total=true&limit=50');
  expect([page.status, page.json.total]).toEqual([200, each - inTrash]);
  const [newest] = page.json.entries;
  expect(newest).toMatchObject({
    text: 'Day 1: a walk along the river, and coffee',
    mood: 2,
    tags: ['walk', 'tag 1'],
  });
  const trash = await call('GET', '/entries?trash=true&total=true&limit=1');
  expect(trash.json.total).toBe(inTrash);
  const found = await call('GET', `/entries?q=${encodeURIComponent('river coffee')}&total=true`);
  expect(found.json.total).toBe(numbers().filter((n) => n % 3 === 1 && n % 20 > 0).length);

  const edited = await call('PATCH', `/entries/${newest.id}`, {
    body: { text: 'edited after the upgrade', measures: { ran: null, steps: 9000 } },
    headers: { 'if-match': `"${newest.version}"` },
  });
  expect(edited.json).toMatchObject({ version: newest.version + 1, measures: { steps: 9000 } });
  const exported = await fetch(`${url}/api/v1/export?format=daymark`, {
    headers: { authorization: `Bearer ${login.json.token}` },
  });
  const lines = (await exported.text()).trimEnd().split('\n').slice(1);
  expect(lines.length).toBe(each);
  expect(lines.filter((line) => line.includes('edited after the upgrade')).length).toBe(1);
}

/** Holds what is in the tables against what was acknowledged, member by member; nothing else is there. */
async function nothingLost(
  client: Client,
  old: OldPerson[],
  writers: Ledger,
  newcomers: Ledger,
): Promise<void> {
  const { rows } = await client.query(
    `select id, user_id, text, version, deleted_at is not null as in_trash from entries where category = 'written'`,
  );
  const found = new Map(rows.map(({ id, ...entry }) => [id, entry]));
  expect(found).toEqual(writers.entries);
  const { rows: diaries } = await client.query(
    `select j.user_id, j.revision::integer, count(e.id)::integer as entries
     from journals j join users u on u.id = j.user_id left join entries e on e.user_id = j.user_id and e.category <> 'written'
     where u.email like 'old%' group by j.user_id, j.revision`,
  );
  const walked = old.at(-1)!.id;
  expect(diaries.toSorted(byUser)).toEqual(
    old
      .map(({ id }) => ({
        user_id: id,
        revision: each + (writers.writes.get(id) ?? (id === walked ? 1 : 0)),
        entries: each,
      }))
      .toSorted(byUser),
  );
  const { rows: signedUp } = await client.query(
    `select u.id, u.email from users u join journals j on j.user_id = u.id where u.email like 'newcomer%'
       and (select count(*) from sessions s where s.user_id = u.id) = 2
       and (select count(*) from account_events a where a.user_id = u.id) = 2`,
  );
  const people = newcomers.people.map(({ id, email }) => ({ id, email }));
  expect(signedUp.toSorted(byId)).toEqual(people.toSorted(byId));
}

/** Every migration once, every constraint proven on the rows there are, every index usable. */
async function eachOnce(client: Client, files: string[]): Promise<void> {
  const { rows } = await client.query(
    `select lpad(version::text, 4, '0') || '_' || name as file from schema_migrations order by version`,
  );
  expect(rows.map(({ file }) => file)).toEqual(files);
  const { rows: odd } = await client.query(
    `select conname as name from pg_constraint where not convalidated
     union all select indexrelid::regclass::text from pg_index where not indisvalid or not indisready`,
  );
  expect(odd).toEqual([]);
}

async function connected(connection: ClientConfig): Promise<Client> {
  const client = new Client(connection);
  await client.connect();
  onTestFinished(() => client.end());
  return client;
}

/** A transaction that has read a table and goes on; what it gives ends it. */
async function reading({ host, port, user, password: secret, database }: Client, table: string) {
  const reader = await connected({ host, port, user, password: secret ?? '', database: database ?? '' });
  await reader.query('begin transaction isolation level repeatable read');
  await reader.query(`select count(*) from ${table}`);
  return async () => {
    await reader.query('commit');
  };
}

/** Waits until the migration has waited for this table in two transactions: it gave up once and tried again. */
async function gaveWay(client: Client, table: string): Promise<void> {
  const attempts = new Set<string>();
  const look = async () => {
    const { rows } = await client.query<{ xact: string }>(
      `select xact_start::text as xact from pg_stat_activity where datname = current_database()
         and application_name = 'daymark-migrate' and wait_event_type = 'Lock' and query like 'alter table ${table}%'`,
    );
    for (const { xact } of rows) attempts.add(xact);
    return attempts.size;
  };
  await expect.poll(look, { interval: 50, timeout: 60_000 }).toBeGreaterThanOrEqual(2);
}

const byUser = (a: { user_id: string }, b: { user_id: string }) => (a.user_id < b.user_id ? -1 : 1);
const byId = (a: { id: string }, b: { id: string }) => (a.id < b.id ? -1 : 1);
const numbers = () => Array.from({ length: each }, (_, n) => n + 1);
const pad = (version: number) => String(version).padStart(4, '0');
const applied = (file: string) => `applied: ${file}\n`;
