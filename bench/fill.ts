import type { Client } from 'pg';
import { tokenHash } from '../src/accounts/tokens.ts';
import { documentOf } from '../src/entries/search-document.ts';
import type { Options } from './options.ts';
import { entryIdSql, userIdSql, type Person } from './people.ts';
import { makeMembers } from './texts.ts';

const poolSize = 20_000;
const batchSize = 1000;

/** Fills a migrated database: every person's entries, the last person's are the many. Same data each time but for tokens. */
export async function fill(
  client: Client,
  people: Person[],
  options: Pick<Options, 'quick' | 'entriesPerUser' | 'manyEntries'>,
): Promise<void> {
  await addPeople(client, people);
  await addTexts(client, options.quick ? 500 : poolSize);
  await client.query(`set maintenance_work_mem = '512MB'`);
  const { rows: indexes } = await client.query<{ indexname: string; indexdef: string }>(
    `select indexname, indexdef from pg_indexes where tablename = 'entries' and indexname <> 'entries_pkey'`,
  );
  // Building an index from a full table takes a tenth of the time of keeping it while the table fills.
  for (const { indexname } of indexes) await client.query(`drop index ${indexname}`);
  await addEntries(client, 1, people.length - 1, options.entriesPerUser);
  await addEntries(client, people.length, people.length, options.manyEntries);
  for (const { indexdef } of indexes) await client.query(indexdef);
  await client.query('vacuum analyze');
  await client.query('checkpoint');
}

async function addPeople(client: Client, people: Person[]): Promise<void> {
  const ids = people.map(({ id }) => id);
  await client.query(
    `insert into users (id, email, password_hash) select id, id || '@example.org', 'none' from unnest($1::uuid[]) id`,
    [ids],
  );
  await client.query('insert into journals (user_id) select unnest($1::uuid[])', [ids]);
  await client.query(
    `insert into sessions (user_id, kind, token_hash, last_used_at, expires_at)
     select id, 'session', hash, now(), now() + interval '90 days' from unnest($1::uuid[], $2::bytea[]) s (id, hash)`,
    [ids, people.map(({ token }) => tokenHash(token))],
  );
}

/** The members that the entries take theirs from, each with its search document. */
async function addTexts(client: Client, count: number): Promise<void> {
  await client.query(
    `create temporary table texts (n integer primary key, text text, mood smallint, category text, tags text[],
       measures jsonb, search tsvector)`,
  );
  const rows = makeMembers(count, 42).map((each, n) => ({ n, ...each, search: documentOf(each) }));
  for (let from = 0; from < rows.length; from += batchSize) {
    await client.query(
      `insert into texts select * from json_to_recordset($1) as t
         (n integer, text text, mood smallint, category text, tags text[], measures jsonb, search tsvector)`,
      [JSON.stringify(rows.slice(from, from + batchSize))],
    );
  }
  await client.query('analyze texts');
}

/** `entries` entries for each user from number `first` to `last`, three hours apart, in the order of their times. */
async function addEntries(client: Client, first: number, last: number, entries: number): Promise<void> {
  await client.query(
    `insert into entries (user_id, id, text, mood, category, tags, measures, at, time_zone, local_day,
       created_at, updated_at, search)
     select ${userIdSql('u')}, ${entryIdSql('i')}, t.text, t.mood, t.category, t.tags, t.measures, a.at, 'UTC',
       a.at::date, a.at, a.at, t.search || owner_word(${userIdSql('u')})
     from generate_series($1::integer, $2::integer) u
     cross join generate_series(1, $3::integer) i
     cross join lateral (select '2026-01-01Z'::timestamptz - ($3::integer - i) * interval '3 hours' as at) a
     join texts t on t.n = (u * 7919 + i * 31) % (select count(*)::integer from texts)`,
    [first, last, entries],
  );
}
