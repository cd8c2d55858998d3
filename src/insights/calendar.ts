import { one, type Sql } from '../db/sql.ts';
import { textOfDay, type DayNumber } from './calendar-day.ts';
import { dayNumber, entriesInRange, inOrder } from './mood-days.ts';
import type { Range } from './range.ts';
import { rounded } from './round.ts';
import { ruleAndNotes } from './rule.ts';

interface Row {
  day: DayNumber;
  /** All entries of the day, and those of them with a mood. */
  entries: number;
  moods: number;
  sum: number | null;
}

/** The days from `$2` to `$3` that have an entry. */
export const countDays = one<[userId: string, from: string, to: string], { days: string }>(
  'insights_calendar',
  `select coalesce(
     json_agg(json_build_object('day', day, 'entries', entries, 'moods', moods, 'sum', sum)), '[]')::text as days
   from (
     select ${dayNumber} as day, count(*) as entries, count(e.mood) as moods, sum(e.mood) as sum
     ${entriesInRange}
     group by 1
   ) counted`,
);

/** The days that have an entry, with all their entries; a day without a mood has no mean. */
export async function calendar(sql: Sql, userId: string, range: Range) {
  const { days: text } = await countDays(sql, userId, textOfDay(range.from), textOfDay(range.to));
  const rows = inOrder(JSON.parse(text) as Row[]);
  const withMood = rows.flatMap(({ day, moods, sum }) =>
    sum === null ? [] : [{ day, entries: moods, sum }],
  );
  const days = rows.map(({ day, entries, moods, sum }) => ({
    day: textOfDay(day),
    mean: sum === null ? null : rounded(sum / moods),
    entries,
  }));
  return { ...ruleAndNotes(range, withMood), days };
}
