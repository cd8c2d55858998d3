import { first, one, type Sql } from '../db/sql.ts';
import { entryJson } from '../entries/entry-json.ts';
import { textOfDay } from './calendar-day.ts';
import { entriesInRange, moodsByDay, readDays, writtenDays } from './mood-days.ts';
import type { Range } from './range.ts';
import { ruleOf } from './rule.ts';

/** The day of the first entry. */
export const findFirstDay = first<[userId: string], { day: string }>(
  'insights_first_day',
  'select local_day::text as day from entries where user_id = $1 and deleted_at is null order by at, id limit 1',
);

/** The days with a mood from `$2` to `$3`, and the entries on the month and day of `$4` in years before it. */
export const findAnniversaries = one<
  [userId: string, from: string, to: string, day: string],
  { days: string; entries: string }
>(
  'insights_on_this_day',
  `select
     ${writtenDays(moodsByDay)} as days,
     (select '[' || coalesce(string_agg(${entryJson}, ',' order by e.at desc, e.id desc), '') || ']'
      ${entriesInRange}
        and extract(month from e.local_day) = extract(month from $4::date)
        and extract(day from e.local_day) = extract(day from $4::date)
        and e.local_day < $4::date) as entries`,
);

/** The entries of a month and day in earlier years, the newest first, as JSON text. */
export async function onThisDay(sql: Sql, userId: string, range: Range, day: string): Promise<string> {
  const [from, to] = [textOfDay(range.from), textOfDay(range.to)];
  const found = await findAnniversaries(sql, userId, from, to, day);
  const rule = ruleOf(range, readDays(found.days));
  const leap = day.endsWith('-02-29') ? ['29 February comes in leap years only.'] : [];
  const notes = [...range.notes, ...leap];
  return `{"rule":${JSON.stringify(rule)},"notes":${JSON.stringify(notes)},"entries":${found.entries}}`;
}
