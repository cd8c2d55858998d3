import { documentOf } from '../../src/entries/search-document.ts';
import type { Database } from '../../src/db/connect.ts';

/** Fills somebody's diary with `count` entries, three hours apart, the newest a day ago; every 100th says "lighthouse". */
export async function writeMany(db: Database, userId: string, count: number): Promise<void> {
  const texts = [
    'Slept badly.',
    'Long run along the river before work.',
    'We saw the lighthouse from the train.',
  ];
  const documents = texts.map((text) => documentOf({ text, category: 'general', tags: ['run'] }));
  await db.transaction(async (sql) => {
    await sql.query(
      {
        name: 'write_many',
        text: `insert into entries (user_id, id, text, mood, category, tags, measures, at, time_zone, local_day, search)
        select $1::uuid, gen_random_uuid(), ($3::text[])[t.n], 1 + i % 10, 'general', '{run}', '{}', a.at, 'UTC', a.at::date,
          (($4::text[])[t.n])::tsvector || owner_word($1::uuid)
        from generate_series(1, $2::integer) i
        cross join lateral (select case when i % 100 = 0 then 3 else 1 + i % 2 end as n) t
        cross join lateral (select date_trunc('day', now()) - i * interval '3 hours' as at) a`,
      },
      [userId, count, texts, documents],
    );
    await sql.query(
      { name: 'note_many', text: 'update journals set revision = revision + 1 where user_id = $1' },
      [userId],
    );
  });
}
