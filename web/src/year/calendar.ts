import type { CalendarDay } from '../api/types.ts';
import { dayOf, shiftDay, weekdayOf, type Day } from '../look/days.ts';

/** All days of a year with what was written on them; null for a day without an entry. */
export function daysOf(
  year: number,
  written: readonly CalendarDay[],
): { day: Day; found: CalendarDay | null }[] {
  const known = new Map(written.map((each) => [each.day, each]));
  const first = dayOf(Date.UTC(year, 0, 1));
  const count = new Date(Date.UTC(year, 1, 29)).getUTCMonth() === 1 ? 366 : 365;
  return Array.from({ length: count }, (_, index) => {
    const day = shiftDay(first, index);
    return { day, found: known.get(day) ?? null };
  });
}

/** Where a day stands where months are rows. From 1, as CSS counts. */
export function byMonth(day: Day): { row: number; column: number } {
  return { row: Number(day.slice(5, 7)), column: Number(day.slice(8)) };
}

/** Where a day stands where weeks are rows, from the week of 1 January. */
export function byWeek(day: Day): { row: number; column: number } {
  const first = `${day.slice(0, 4)}-01-01`;
  const index = Math.round((Date.parse(day) - Date.parse(first)) / 86_400_000);
  return { row: Math.floor((index + weekdayOf(first)) / 7) + 1, column: weekdayOf(day) + 1 };
}

/** How far an arrow goes, in days, where months or weeks are rows. Other keys are no steps. */
export function stepOf(key: string, day: Day, isByMonth: boolean): number {
  if (key === 'ArrowLeft') return -1;
  if (key === 'ArrowRight') return 1;
  const down = { ArrowDown: 1, ArrowUp: -1 }[key] ?? 0;
  if (!isByMonth) return 7 * down;
  if (down === 0) return 0;
  const [year = 0, month = 0, date = 0] = day.split('-').map(Number);
  // The last of a longer month leads to the last of a shorter one.
  const lastOfTarget = new Date(Date.UTC(year, month + down, 0)).getUTCDate();
  const target = Date.UTC(year, month - 1 + down, Math.min(date, lastOfTarget));
  return Math.round((target - Date.parse(day)) / 86_400_000);
}
