/** Days are counted from 1970-01-01 (day 0), so that what lies between two of them is a difference. */
export type DayNumber = number;

const dayMs = 86_400_000;

/** The first day that the contract can write, 0001-01-01. */
export const firstDay: DayNumber = numberOfDay('0001-01-01');

/** The number of a day `YYYY-MM-DD`. */
export function numberOfDay(day: string): DayNumber {
  // A date without a time is read as UTC (ECMA-262 §21.4.1.32), where every day has 24 hours.
  return Date.parse(day) / dayMs;
}

/** A day's number as `YYYY-MM-DD`. */
export function textOfDay(day: DayNumber): string {
  return new Date(day * dayMs).toISOString().slice(0, 10);
}

/** 1 for Monday to 7 for Sunday (ISO 8601). 1970-01-01 was a Thursday. */
export function weekdayOf(day: DayNumber): number {
  return ((((day + 3) % 7) + 7) % 7) + 1;
}

/** The Monday of a day's week. */
export function weekStart(day: DayNumber): DayNumber {
  return day - weekdayOf(day) + 1;
}

/** The first day of a day's month, or of the month `later` months after it. */
export function monthStart(day: DayNumber, later = 0): DayNumber {
  const date = new Date(day * dayMs);
  date.setUTCMonth(date.getUTCMonth() + later, 1);
  return date.getTime() / dayMs;
}
