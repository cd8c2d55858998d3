import type { Database } from '../../src/db/connect.ts';
import { count } from '../../src/db/sql.ts';
import { documentOf } from '../../src/entries/search-document.ts';

const batch = 5000;

const writeBatch = count<[userId: string, first: number, last: number, texts: string[], documents: string[]]>(
  'write_batch',
  `insert into entries (user_id, id, text, mood, category, tags, measures, at, time_zone, local_day, search)
   select $1::uuid, gen_random_uuid(), ($4::text[])[t.n], 1 + i % 10, 'general', '{run}', '{}', a.at, 'UTC', a.at::date,
     (($5::text[])[t.n])::tsvector || owner_word($1::uuid)
   from generate_series($2::integer, $3::integer) i
   cross join lateral (select case when i % 100 = 0 then 3 else 1 + i % 2 end as n) t
   cross join lateral (select date_trunc('day', now()) - i * interval '3 hours' as at) a`,
);

const raiseRevision = count<[userId: string]>(
  'raise_revision',
  'update journals set revision = revision + 1 where user_id = $1',
);

/** Fills somebody's diary with `entries` entries, three hours apart, the newest a day ago; every 100th says "lighthouse". */
export async function writeMany(db: Database, userId: string, entries: number): Promise<void> {
  const texts = [
    'Slept badly.',
    'Long run along the river before work.',
    'We saw the lighthouse from the train.',
  ];
  const documents = texts.map((text) => documentOf({ text, category: 'general', tags: ['run'] }));
  for (let first = 1; first <= entries; first += batch) {
    await writeBatch(db, userId, first, Math.min(entries, first + batch - 1), texts, documents);
  }
  await raiseRevision(db, userId);
}
