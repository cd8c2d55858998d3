import { validationFailed } from '../http/problem.ts';
import { firstDay, numberOfDay, textOfDay, type DayNumber } from './calendar-day.ts';
import type { Diary } from './diary.ts';

export type Weighting = 'day' | 'entry';

/** The days that a report is about, both inclusive, and how it counts them. */
export interface Range {
  from: DayNumber;
  to: DayNumber;
  weighting: Weighting;
  day_start_minutes: number;
  notes: string[];
}

export interface AskedRange {
  from?: string | undefined;
  to?: string | undefined;
  weighting?: Weighting | undefined;
}

const usualDays = 90;

/** Forty years: a bucket per day is an answer of megabytes. */
export const mostDays = 14_610;
/** Ten years: tests on more take minutes, and nobody is the same person. */
export const mostTestedDays = 3_653;

/**
 * The range that was asked for: without `to` it ends on the diary's today, without `from` it is 90 days long.
 * One of more than `most` days is cut to the last of them, with a note. 422 where `from` lies after `to`.
 */
export function resolveRange(asked: AskedRange, diary: Diary, most: number): Range {
  const today = numberOfDay(diary.today);
  const to = asked.to === undefined ? today : numberOfDay(asked.to);
  const from = asked.from === undefined ? Math.max(firstDay, to - usualDays + 1) : numberOfDay(asked.from);
  if (from > to) {
    throw validationFailed([
      { pointer: '?from', detail: `must not lie after the last day, ${textOfDay(to)}` },
    ]);
  }
  const { weighting = 'day' } = asked;
  const { day_start_minutes } = diary;
  if (to - from < most) return { from, to, weighting, day_start_minutes, notes: [] };
  const end = Math.max(from + most - 1, Math.min(to, today));
  const note = `The range was cut to the ${most} days up to ${textOfDay(end)}: no more are looked at together.`;
  return { from: end - most + 1, to: end, weighting, day_start_minutes, notes: [note] };
}
