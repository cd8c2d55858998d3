import { one, type Sql } from '../db/sql.ts';
import { firstDay, monthStart, textOfDay, weekStart, type DayNumber } from './calendar-day.ts';
import { meanOf, meanOfDays, moodsByDay, readDays, writtenDays, type MoodDay } from './mood-days.ts';
import type { Range } from './range.ts';
import { rounded, roundedOrNull } from './round.ts';
import { ruleAndNotes } from './rule.ts';

export type Bucket = 'day' | 'week' | 'month';

/** The days from `$2` to `$3` that have a mood. */
export const sumMoods = one<[userId: string, from: string, to: string], { days: string }>(
  'insights_series',
  `select ${writtenDays(moodsByDay)} as days`,
);

/** A rolling mean is of so many days, and of no fewer logged ones than `leastLogged`. */
const rollingDays = 7;
const leastLogged = 3;

/** The range cut into days, weeks or months, empty ones too. Only days of the range count in the first and last. */
export async function series(sql: Sql, userId: string, range: Range, bucket: Bucket) {
  // The first days' rolling means reach before the range.
  const reach = Math.max(range.from - rollingDays + 1, firstDay);
  const { days: text } = await sumMoods(sql, userId, textOfDay(reach), textOfDay(range.to));
  const known = readDays(text);
  const days = known.filter(({ day }) => day >= range.from);
  const byStart = new Map<DayNumber, MoodDay[]>();
  for (let start = startOf(range.from, bucket); start <= range.to; start = nextStart(start, bucket)) {
    byStart.set(start, []);
  }
  for (const each of days) byStart.get(startOf(each.day, bucket))?.push(each);
  const rolling = bucket === 'day' ? rollingMeans(known) : () => null;
  const buckets = [...byStart].map(([start, each]) => ({
    start: textOfDay(start),
    ...figures(each, range),
    rolling_7d: rolling(start),
  }));
  return { ...ruleAndNotes(range, days), buckets };
}

function startOf(day: DayNumber, bucket: Bucket): DayNumber {
  if (bucket === 'day') return day;
  return bucket === 'week' ? weekStart(day) : monthStart(day);
}

function nextStart(start: DayNumber, bucket: Bucket): DayNumber {
  return bucket === 'month' ? monthStart(start, 1) : start + (bucket === 'week' ? 7 : 1);
}

function figures(days: readonly MoodDay[], { weighting }: Range) {
  const means = days.map(meanOf);
  return {
    mean: roundedOrNull(meanOfDays(days, weighting)),
    days: days.length,
    entries: days.reduce((sum, each) => sum + each.entries, 0),
    min: means.length === 0 ? null : rounded(Math.min(...means)),
    max: means.length === 0 ? null : rounded(Math.max(...means)),
  };
}

/** The mean of the days' means of the seven days up to a day; null where fewer than three have one. */
function rollingMeans(days: readonly MoodDay[]): (day: DayNumber) => number | null {
  const byDay = new Map(days.map((each) => [each.day, meanOf(each)]));
  return (day) => {
    let [total, logged] = [0, 0];
    for (let back = 0; back < rollingDays; back++) {
      const value = byDay.get(day - back);
      if (value === undefined) continue;
      total += value;
      logged++;
    }
    return logged < leastLogged ? null : rounded(total / logged);
  };
}
