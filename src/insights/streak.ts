import type { DayNumber } from './calendar-day.ts';

/**
 * How many days in a row have an entry: now, and at most ever. A row that reaches yesterday is alive until
 * today ends; one that reaches into tomorrow (written further east) is too. `days` in order, each once.
 */
export function streakOf(days: readonly DayNumber[], today: DayNumber): { current: number; longest: number } {
  let [length, longest, current] = [0, 0, 0];
  for (const [n, day] of days.entries()) {
    length = n > 0 && days[n - 1] === day - 1 ? length + 1 : 1;
    longest = Math.max(longest, length);
    // Entries reach a day ahead at most: what ends later than that is not there.
    if (day >= today - 1) current = length;
  }
  return { current, longest };
}
