import { one, type Sql } from '../db/sql.ts';
import { textOfDay } from './calendar-day.ts';
import { dayNumber, entriesInRange, inOrder, type MoodDay } from './mood-days.ts';
import type { Range } from './range.ts';
import { ruleAndNotes } from './rule.ts';
import type { StatisticsThread } from './thread/statistics-thread.ts';

const presences = (column: string, source: string) => `
     (select coalesce(json_agg(json_build_object('name', name, 'days', days)), '[]')::text
      from (select name, json_agg(day) as days
            from (select distinct ${column} as name, day from chosen${source}) present group by 1) named)`;

/** The days from `$2` to `$3` that have a mood; and those that have each category, tag and measure. */
export const countFactors = one<
  [userId: string, from: string, to: string],
  { days: string; categories: string; tags: string; measures: string }
>(
  'insights_effects',
  `with chosen as materialized (
     select ${dayNumber} as day, e.mood, e.category, e.tags, e.measures
     ${entriesInRange}
   )
   select
     (select coalesce(json_agg(json_build_object('day', day, 'entries', entries, 'sum', sum)), '[]')::text
      from (select day, count(*) as entries, sum(mood) as sum from chosen where mood is not null group by 1) d) as days,
     ${presences('category', '')} as categories,
     ${presences('tag', ', unnest(tags) tag')} as tags,
     (select coalesce(json_agg(json_build_object('name', name, 'values', daily)), '[]')::text
      from (select name, json_agg(json_build_array(day, numbers, mean, booleans, any_true)) as daily
            from (select key as name, day,
                    count(*) filter (where jsonb_typeof(value) = 'number') as numbers,
                    avg(case when jsonb_typeof(value) = 'number' then value::numeric end) as mean,
                    count(*) filter (where jsonb_typeof(value) = 'boolean') as booleans,
                    bool_or(case when jsonb_typeof(value) = 'boolean' then value::boolean end) as any_true
                  from chosen, jsonb_each(measures) group by 1, 2) measured
            group by 1) named) as measures`,
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
  const { rule, notes } = ruleAndNotes(range, inOrder(JSON.parse(found.days) as MoodDay[]));
  const diary = `{"days":${found.days},"categories":${found.categories},"tags":${found.tags},"measures":${found.measures}}`;
  const tested = await thread.run({ kind: 'effects', diary, weighting: range.weighting }, signal);
  const said = [...notes, ...tested.notes];
  return `{"rule":${JSON.stringify(rule)},"notes":${JSON.stringify(said)},"effects":${tested.json}}`;
}
