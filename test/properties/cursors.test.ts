import fc from 'fast-check';
import { Client } from 'pg';
import { afterAll, expect, test } from 'vitest';
import { testApp, type Person } from '../app.ts';

const { person, database } = await testApp();
const other = new Client(database.connection);
await other.connect();
afterAll(() => other.end());

interface Entry {
  id: string;
  at: string;
  category: string;
}

const tie = '2025-06-01T12:00:00.000Z';
const columns = 'user_id, text, category, at, time_zone, local_day, search';
const row = `'text ' || n, case n % 5 when 0 then 'mortal' else 'lasting' end, t.at, 'UTC', t.at::date, owner_word($1)`;

/** 10,000 entries, one in five of which others may delete and move; 3,000 share one time to the millisecond. */
async function fill(userId: string): Promise<void> {
  await other.query(
    `insert into entries (${columns})
     select $1, ${row} from generate_series(1, 10000) n,
       lateral (select case when n % 10 < 3 then $2::timestamptz
                else '2025-01-01Z'::timestamptz + n % 2000 * interval '7 hours' end as at) t`,
    [userId, tie],
  );
}

// In one statement, which the database has planned: it is run a thousand times.
await other.query(`
  create function pg_temp.disturb(
    owner uuid, gone uuid[], trashed uuid[], page_end timestamptz, tie timestamptz, chosen uuid[]
  ) returns void language plpgsql as $$ begin
    delete from entries where user_id = owner and id = any (gone);
    update entries set deleted_at = now() where user_id = owner and id = any (trashed);
    insert into entries (id, ${columns})
      select gen_random_uuid(), owner, 'text ' || n, 'new', t.at, 'UTC', t.at::date, owner_word(owner)
      from generate_series(1, 4) n,
        lateral (select (array[tie, page_end, '2024-01-01Z', '2026-01-01Z'])[n] as at) t;
    update entries
      set text = text || '.', updated_at = now(), version = version + 1,
          at = case category when 'mortal' then at + interval '1 day' else at end
      where user_id = owner and id = any (chosen);
  end $$`);

/** What another program does to the diary while a page is read: around the cursor, and anywhere. */
async function disturb(userId: string, ids: string[], turn: number, page: Entry[]): Promise<void> {
  const mortal = page.filter((entry) => entry.category === 'mortal').map((entry) => entry.id);
  const gone = mortal.filter((_, n) => n % 2 === 0);
  // 7,919 is a prime: turn by turn it goes through all of them, near and far from the cursor.
  const chosen = Array.from({ length: 10 }, (_, n) => ids[((turn * 10 + n) * 7919) % ids.length]);
  await other.query({
    name: 'disturb',
    text: 'select pg_temp.disturb($1, $2, $3, $4, $5, $6)',
    values: [userId, gone, mortal.slice(-1), page.at(-1)?.at ?? tie, tie, chosen],
  });
}

/** All pages of a list, `limits` by turns, each read while the diary is changed. */
async function walk(someone: Person, ids: string[], order: string, limits: number[]): Promise<Entry[]> {
  const seen: Entry[] = [];
  let page: Entry[] = [];
  for (let turn = 0, cursor = ''; ; turn++) {
    const limit = limits[turn % limits.length];
    const [answer] = await Promise.all([
      someone.call('GET', `/entries?order=${order}&limit=${limit}${cursor}`),
      disturb(someone.id, ids, turn, page),
    ]);
    if (answer.status !== 200) throw new Error(answer.text);
    page = answer.json.entries;
    seen.push(...page);
    if (answer.json.next_cursor === null) return seen;
    expect(page).toHaveLength(limit as number);
    cursor = `&cursor=${answer.json.next_cursor}`;
  }
}

const place = (entry: Entry) => `${entry.at} ${entry.id}`;

interface Known {
  id: string;
  category: string;
}

async function everyEntry(userId: string): Promise<Known[]> {
  const text = 'select id, category from entries where user_id = $1 order by at desc, id desc';
  return (await other.query<Known>(text, [userId])).rows;
}

const order = fc.constantFrom('asc', 'desc');
// Those at the end keep a walk of small pages from taking thousands of turns.
const limits = fc
  .array(fc.integer({ min: 1, max: 100 }), { maxLength: 8 })
  .map((drawn) => [...drawn, 37, 100, 100]);

// One diary for both: first what leaves it as it is.
const anna = await person();
await fill(anna.id);

test('an undisturbed diary is the same list whatever the sizes of its pages', async () => {
  const whole = (await everyEntry(anna.id)).map(({ id }) => id);
  await fc.assert(
    fc.asyncProperty(order, limits, async (direction, turns) => {
      const ids: string[] = [];
      for (let turn = 0, cursor = ''; ; turn++) {
        const path = `/entries?order=${direction}&limit=${turns[turn % turns.length]}${cursor}`;
        const { json } = await anna.call('GET', path);
        ids.push(...json.entries.map((entry: Entry) => entry.id));
        if (json.next_cursor === null) break;
        cursor = `&cursor=${json.next_cursor}`;
      }
      expect(ids).toEqual(direction === 'desc' ? whole : whole.toReversed());
    }),
    { numRuns: 3 },
  );
});

test('each entry that lives throughout is on exactly one page, while others are written, moved and deleted', async () => {
  const all = await everyEntry(anna.id);
  const lasting = all.filter(({ category }) => category === 'lasting').map(({ id }) => id);
  expect(lasting).toHaveLength(8000);
  const ids = all.map(({ id }) => id);
  await fc.assert(
    fc.asyncProperty(order, limits, async (direction, turns) => {
      const seen = await walk(anna, ids, direction, turns);
      const found = seen.filter((entry) => entry.category === 'lasting').map((entry) => entry.id);
      expect(found.length).toBe(lasting.length);
      expect(found).toEqual(direction === 'desc' ? lasting : lasting.toReversed());
      const places = seen.map(place);
      expect(places).toEqual(direction === 'asc' ? places.toSorted() : places.toSorted().toReversed());
      expect(new Set(places).size).toBe(places.length);
    }),
    { numRuns: 4 },
  );
});
