import { one, type Sql } from '../db/sql.ts';
import { numberOfDay, textOfDay, type DayNumber } from './calendar-day.ts';
import { dayNumber, inOrder, meanOf, meanOfDays, weightOf, type MoodDay } from './mood-days.ts';
import type { Range } from './range.ts';
import { rounded, roundedOrNull } from './round.ts';
import { ruleAndNotes } from './rule.ts';
import { lagOneCorrelation } from './statistics/autocorrelation.ts';
import { differenceOf, estimateMean, intervalOf } from './statistics/mean-interval.ts';
import { median, standardDeviation } from './statistics/moments.ts';
import { streakOf } from './streak.ts';

type Row = [day: DayNumber, mood: number | null, entries: number];

/** How often each mood was noted on each day of the whole diary: the streak is over all time. */
export const countMoods = one<[userId: string], { rows: string }>(
  'insights_summary',
  `select coalesce(json_agg(json_build_array(day, mood, entries)), '[]')::text as rows
   from (
     select ${dayNumber} as day, e.mood, count(*) as entries
     from entries e where e.user_id = $1 and e.deleted_at is null
     group by 1, 2
   ) counted`,
);

/** The range in figures: middle, spread, best and worst day, streak, and the change against the days before. */
export async function summary(sql: Sql, userId: string, range: Range, today: string) {
  const rows = JSON.parse((await countMoods(sql, userId)).rows) as Row[];
  const days = inOrder(daysOf(rows, range.from, range.to));
  const length = range.to - range.from + 1;
  const before = inOrder(daysOf(rows, range.from - length, range.from - 1));
  const all = [...new Set(rows.map(([day]) => day))].sort((a, b) => a - b);
  return {
    ...ruleAndNotes(range, days),
    ...figures(rows, days, range),
    ...extremes(days),
    streak: streakOf(all, numberOfDay(today)),
    change: changeFrom(before, days, range),
  };
}

function daysOf(rows: readonly Row[], from: DayNumber, to: DayNumber): MoodDay[] {
  const days = new Map<DayNumber, MoodDay>();
  for (const [day, mood, entries] of rows) {
    if (mood === null || day < from || day > to) continue;
    const known = days.get(day) ?? { day, entries: 0, sum: 0 };
    days.set(day, { day, entries: known.entries + entries, sum: known.sum + mood * entries });
  }
  return [...days.values()];
}

function figures(rows: readonly Row[], days: readonly MoodDay[], { from, to, weighting }: Range) {
  const distribution = Object.fromEntries(Array.from({ length: 10 }, (_, n) => [String(n + 1), 0]));
  const moods: number[] = [];
  for (const [day, mood, entries] of rows) {
    if (mood === null || day < from || day > to) continue;
    distribution[mood] = (distribution[mood] ?? 0) + entries;
    for (let n = 0; n < entries; n++) moods.push(mood);
  }
  const values = weighting === 'day' ? days.map(meanOf) : moods;
  return {
    mean: roundedOrNull(meanOfDays(days, weighting)),
    median: values.length === 0 ? null : rounded(median(values)),
    sd: values.length < 2 ? null : rounded(standardDeviation(values)),
    distribution,
  };
}

/** The days with the highest and the lowest mean; of several the earliest. `days` in order. */
function extremes(days: readonly MoodDay[]) {
  const shown = (day: MoodDay) => ({ day: textOfDay(day.day), mean: rounded(meanOf(day)) });
  const [first] = days;
  if (first === undefined) return { best_day: null, worst_day: null };
  const best = days.reduce((a, b) => (meanOf(b) > meanOf(a) ? b : a), first);
  const worst = days.reduce((a, b) => (meanOf(b) < meanOf(a) ? b : a), first);
  return { best_day: shown(best), worst_day: shown(worst) };
}

/** The mean against that of as many days before, with an interval that knows that days resemble each other. */
function changeFrom(before: readonly MoodDay[], days: readonly MoodDay[], { weighting }: Range) {
  const [previous, mean] = [meanOfDays(before, weighting), meanOfDays(days, weighting)];
  const difference = previous === null || mean === null ? null : mean - previous;
  const [earlier, later] = [before, days].map((each) => {
    const dated = each.map((day) => ({ day: day.day, value: meanOf(day), weight: weightOf(day, weighting) }));
    return estimateMean(dated, lagOneCorrelation(dated));
  });
  const ci95 = earlier && later ? intervalOf(differenceOf(later, earlier)).map(rounded) : null;
  return { previous_mean: roundedOrNull(previous), difference: roundedOrNull(difference), ci95 };
}
