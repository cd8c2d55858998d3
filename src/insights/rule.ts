import { textOfDay } from './calendar-day.ts';
import { gapNote } from './gaps.ts';
import type { MoodDay } from './mood-days.ts';
import type { Range } from './range.ts';
import { rounded } from './round.ts';

/** Under so many of a hundred days the logged ones may not speak for the others. */
const sparseRate = 0.5;

/** The rule by which a report counted, and what its reader should know. `days`: those in the range, in order. */
export function ruleAndNotes(range: Range, days: readonly MoodDay[]) {
  const rule = ruleOf(range, days);
  const notes = [...range.notes, ...sparseNote(rule.days_logged, rule.days_in_range), ...gapNote(days)];
  return { rule, notes };
}

export function ruleOf(range: Range, days: readonly MoodDay[]) {
  const { from, to, weighting, day_start_minutes } = range;
  const daysInRange = to - from + 1;
  const entries = days.reduce((sum, each) => sum + each.entries, 0);
  return {
    from: textOfDay(from),
    to: textOfDay(to),
    weighting,
    day_start_minutes,
    days_in_range: daysInRange,
    days_logged: days.length,
    logging_rate: rounded(days.length / daysInRange),
    entries,
  };
}

function sparseNote(logged: number, inRange: number): string[] {
  if (logged === 0) return ['No day in this range has a mood.'];
  if (logged / inRange >= sparseRate) return [];
  const have = logged === 1 ? 'has' : 'have';
  return [`Only ${logged} of ${inRange} days ${have} a mood: what is said here may not hold for the others.`];
}
