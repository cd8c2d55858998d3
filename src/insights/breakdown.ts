import { one, type Query, type Sql } from '../db/sql.ts';
import { wallClock } from '../db/wall-clock.ts';
import { textOfDay } from './calendar-day.ts';
import {
  dayNumber,
  entriesInRange,
  meanOf,
  meanOfDays,
  readDays,
  weightOf,
  writtenDays,
  type MoodDay,
} from './mood-days.ts';
import type { Range } from './range.ts';
import { rounded, roundedOrNull } from './round.ts';
import { ruleAndNotes } from './rule.ts';
import { lagOneCorrelation } from './statistics/autocorrelation.ts';
import { estimateMean, intervalOf } from './statistics/mean-interval.ts';

export type By = 'category' | 'tag' | 'weekday' | 'hour';

type Statement = Query<[userId: string, from: string, to: string], { days: string; groups: string }>;

/**
 * The days that have a mood, and those of each group: a day in parts where its entries differ in `column`, of which
 * `keys` makes the groups. Grouped before tags are taken apart it costs half.
 */
const groupedBy = (name: string, column: string, keys = 'value as key'): Statement =>
  one(
    name,
    `with parts as materialized (
       select ${dayNumber} as day, ${column} as value, count(*) as entries, sum(e.mood) as sum,
         concat_ws(' ', ${dayNumber}, count(*), sum(e.mood)) as part
       ${entriesInRange} and e.mood is not null
       group by 1, 2
     )
     select
       ${writtenDays('select day, sum(entries) as entries, sum(sum) as sum from parts group by 1')} as days,
       (select coalesce(json_agg(json_build_array(key, written)), '[]')::text
        from (select key, string_agg(part, ',') as written
              from (select part, ${keys} from parts) p
              group by 1) g) as groups`,
  );

export const byCategory = groupedBy('insights_by_category', 'e.category');
export const byTag = groupedBy('insights_by_tag', 'e.tags', 'unnest(value) as key');
export const byWeekday = groupedBy('insights_by_weekday', 'extract(isodow from e.local_day)::integer::text');
/** By the hour that the clock showed where the entry was written, whenever the day starts. */
export const byHour = groupedBy(
  'insights_by_hour',
  `extract(hour from ${wallClock('e.at', 'e.time_zone')})::integer::text`,
);

const statements = { category: byCategory, tag: byTag, weekday: byWeekday, hour: byHour };

/** Mood by group: a day's value is the mean of its entries in that group. Groups without a mood are not there. */
export async function breakdown(sql: Sql, userId: string, range: Range, by: By) {
  const found = await statements[by](sql, userId, textOfDay(range.from), textOfDay(range.to));
  const days = readDays(found.days);
  // The whole diary says how days resemble each other; a group alone may hold no neighbours.
  const phi = lagOneCorrelation(dated(days, range));
  const written = JSON.parse(found.groups) as [key: string, days: string][];
  const groups = written.map(([key, each]) => ({ key, ...figures(readDays(each), range, phi) }));
  const numeric = by === 'weekday' || by === 'hour';
  const sorted = groups.sort((a, b) =>
    numeric ? Number(a.key) - Number(b.key) : b.days - a.days || (a.key < b.key ? -1 : 1),
  );
  return { ...ruleAndNotes(range, days), groups: sorted };
}

function figures(days: readonly MoodDay[], range: Range, phi: number) {
  const estimate = estimateMean(dated(days, range), phi);
  return {
    mean: roundedOrNull(meanOfDays(days, range.weighting)),
    days: days.length,
    entries: days.reduce((sum, each) => sum + each.entries, 0),
    ci95: estimate === null ? null : intervalOf(estimate).map(rounded),
  };
}

function dated(days: readonly MoodDay[], { weighting }: Range) {
  return days.map((each) => ({ day: each.day, value: meanOf(each), weight: weightOf(each, weighting) }));
}
