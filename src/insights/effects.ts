import { one, type Sql } from '../db/sql.ts';
import { textOfDay } from './calendar-day.ts';
import type { WrittenDiary } from './effects/written-diary.ts';
import { dayNumber, entriesInRange, readDays, writtenDays } from './mood-days.ts';
import type { Range } from './range.ts';
import { ruleAndNotes } from './rule.ts';
import type { StatisticsThread } from './thread/statistics-thread.ts';

/** Each name of `names` and the days that have it, as a list of pairs: a name, and its days with spaces between. */
const presences = (names: string) => `
     (select coalesce(json_agg(json_build_array(name, days)), '[]')::text
      from (select name, string_agg(day, ' ') as days
            from (select day, ${names} as name from chosen) present group by 1) named)`;

/**
 * The days from `$2` to `$3` that have a mood; and those that have each category, tag and measure. Grouping tags and
 * measures by day too would cost three times as much, and be in vain for whoever writes once a day.
 */
export const countFactors = one<[userId: string, from: string, to: string], WrittenDiary>(
  'insights_effects',
  `with chosen as materialized (
     select ${dayNumber}::text as day, e.mood, e.category, e.tags, e.measures
     ${entriesInRange}
   )
   select
     ${writtenDays('select day, count(*) as entries, sum(mood) as sum from chosen where mood is not null group by 1')} as days,
     ${presences('category')} as categories,
     ${presences('unnest(tags)')} as tags,
     (select coalesce(json_agg(json_build_array(name, values)), '[]')::text
      from (select key as name, string_agg(day || ' ' || value, ',') as values
            from chosen, jsonb_each_text(measures) group by 1) named) as measures`,
);

/** What goes with better and worse days. The tests run on a thread of their own until `signal` says that nobody waits. */
export async function effects(
  sql: Sql,
  userId: string,
  range: Range,
  thread: StatisticsThread,
  signal: AbortSignal,
): Promise<string> {
  const found = await countFactors(sql, userId, textOfDay(range.from), textOfDay(range.to));
  const { rule, notes } = ruleAndNotes(range, readDays(found.days));
  const tested = await thread.run({ kind: 'effects', diary: found, weighting: range.weighting }, signal);
  const said = [...notes, ...tested.notes];
  return `{"rule":${JSON.stringify(rule)},"notes":${JSON.stringify(said)},"effects":${tested.json}}`;
}
