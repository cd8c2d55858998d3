import { Client, type ClientConfig } from 'pg';
import { documentOf } from '../../src/entries/search-document.ts';

const texts = [
  'Slept badly.',
  'Long run along the river before work.',
  'We saw the lighthouse from the train.',
];

const write = `
  insert into entries (user_id, id, text, mood, category, tags, measures, at, time_zone, local_day, search)
  select $1::uuid, gen_random_uuid(), ($3::text[])[t.n], 1 + i % 10, 'general', '{run}', '{}', a.at, 'UTC', a.at::date,
    (($4::text[])[t.n])::tsvector || owner_word($1::uuid)
  from generate_series(1, $2::integer) i
  cross join lateral (select case when i % 100 = 0 then 3 else 1 + i % 2 end as n) t
  cross join lateral (select date_trunc('day', now()) - i * interval '3 hours' as at) a`;

/**
 * Fills somebody's diary with `entries` entries, three hours apart, the newest a day ago; every 100th says "lighthouse".
 * For a database of one's own: its indexes are dropped and built anew, which takes a fraction of keeping them.
 */
export async function writeMany(connection: ClientConfig, userId: string, entries: number): Promise<void> {
  const client = new Client(connection);
  await client.connect();
  try {
    const { rows: indexes } = await client.query<{ indexname: string; indexdef: string }>(
      `select indexname, indexdef from pg_indexes where tablename = 'entries' and indexname <> 'entries_pkey'`,
    );
    await client.query('begin');
    for (const { indexname } of indexes) await client.query(`drop index ${indexname}`);
    const documents = texts.map((text) => documentOf({ text, category: 'general', tags: ['run'] }));
    await client.query(write, [userId, entries, texts, documents]);
    for (const { indexdef } of indexes) await client.query(indexdef);
    await client.query('update journals set revision = revision + 1 where user_id = $1', [userId]);
    await client.query('commit');
    await client.query('analyze entries');
  } finally {
    await client.end();
  }
}
