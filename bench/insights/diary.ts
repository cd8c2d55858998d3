import type { Client } from 'pg';
import { tokenHash } from '../../src/accounts/tokens.ts';
import { documentOf } from '../../src/entries/search-document.ts';
import { random } from '../../src/demo/random.ts';
import type { Person } from '../people.ts';

const dayMs = 86_400_000;

/** The last day of every diary here. */
export const lastDay = '2026-06-30';
export const days = 1826;
export const firstDay = dayBefore(days - 1);

export function dayBefore(back: number): string {
  return new Date(Date.parse(lastDay) - back * dayMs).toISOString().slice(0, 10);
}

/** Five years of one entry a day, or of so many, with 40 tags and 10 measures, some of which matter. */
export async function fillDiary(client: Client, person: Person, seed: number, perDay = 1): Promise<void> {
  await client.query(
    `insert into users (id, email, password_hash) values ($1, $1::uuid || '@example.org', 'none')`,
    [person.id],
  );
  await client.query('insert into journals (user_id, revision) values ($1, 1)', [person.id]);
  await client.query(
    `insert into sessions (user_id, kind, token_hash, last_used_at, expires_at)
     values ($1, 'session', $2, now(), now() + interval '90 days')`,
    [person.id, tokenHash(person.token)],
  );
  await client.query(
    `insert into entries (user_id, text, mood, category, tags, measures, at, time_zone, local_day, updated_at, search)
     select $1, text, mood, category, tags, measures, at, 'UTC', at::date, at, search::tsvector || owner_word($1)
     from json_to_recordset($2) as e (text text, mood smallint, category text, tags text[], measures jsonb,
       at timestamptz, search text)`,
    [person.id, JSON.stringify(entries(seed, perDay))],
  );
}

function entries(seed: number, perDay: number) {
  const { next, normal } = random(seed);
  let drift = 0;
  return Array.from({ length: days * perDay }, (_, n) => {
    drift = 0.6 * drift + 1.2 * normal();
    const tags = Array.from({ length: 40 }, (_each, t) => t).filter((t) => next() < 0.05 + t / 100);
    const measures = Array.from({ length: 10 }, () => Math.round(10 * (7 + normal())) / 10);
    const matters = tags.filter((t) => t % 4 === 0).length * 0.6 + 0.3 * ((measures[0] as number) - 7);
    const said = {
      text: 'A day like many others, with work, a walk and something to eat in the evening.',
      category: `category ${Math.floor(next() * 5)}`,
      tags: tags.slice(0, 32).map((t) => `tag ${t}`),
    };
    return {
      ...said,
      mood: Math.min(10, Math.max(1, Math.round(4.5 + drift + matters))),
      measures: Object.fromEntries(measures.map((value, m) => [`measure_${m}`, value])),
      at: new Date(Date.parse(firstDay) + ((n + 0.8) / perDay) * dayMs).toISOString(),
      search: documentOf(said),
    };
  });
}
