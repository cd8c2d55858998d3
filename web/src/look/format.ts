import type { Day } from './days.ts';

// One formatter per kind, made once: making one costs more than using it a thousand times.
const inUtc = (options: Intl.DateTimeFormatOptions) =>
  new Intl.DateTimeFormat(undefined, { timeZone: 'UTC', ...options });
const formats = {
  day: inUtc({ weekday: 'short', day: 'numeric', month: 'long' }),
  dayAndYear: inUtc({ weekday: 'short', day: 'numeric', month: 'long', year: 'numeric' }),
  short: inUtc({ day: 'numeric', month: 'short' }),
  shortAndYear: inUtc({ day: 'numeric', month: 'short', year: 'numeric' }),
  month: inUtc({ month: 'short' }),
  shortWeekday: inUtc({ weekday: 'short' }),
  moment: new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' }),
};
const count = new Intl.NumberFormat();
const oneDigit = new Intl.NumberFormat(undefined, { minimumFractionDigits: 1, maximumFractionDigits: 1 });
const signedDigit = new Intl.NumberFormat(undefined, {
  minimumFractionDigits: 1,
  maximumFractionDigits: 1,
  signDisplay: 'exceptZero',
});
const twoDigits = new Intl.NumberFormat(undefined, {
  maximumSignificantDigits: 2,
  signDisplay: 'exceptZero',
});
const measure = new Intl.NumberFormat(undefined, { maximumFractionDigits: 3 });
const times = new Map<string, Intl.DateTimeFormat>();

/** The year stands only where it is not this one. */
export function showDay(day: Day): string {
  const isThisYear = day.slice(0, 4) === String(new Date().getFullYear());
  return (isThisYear ? formats.day : formats.dayAndYear).format(Date.parse(day));
}

export const showShortDay = (day: Day) => formats.short.format(Date.parse(day));
export const showShortDate = (day: Day) => formats.shortAndYear.format(Date.parse(day));
export const showMonth = (day: Day) => formats.month.format(Date.parse(day));
export const showMoment = (at: string) => formats.moment.format(Date.parse(at));

/** `weekday` counts from Monday, which is 0. 2024 began on a Monday. */
export const showShortWeekday = (weekday: number) =>
  formats.shortWeekday.format(Date.UTC(2024, 0, 1 + weekday));

/** The time of day as the clocks showed it where the entry was written. */
export function showTime(at: string, timeZone: string): string {
  let format = times.get(timeZone);
  if (format === undefined) {
    format = new Intl.DateTimeFormat(undefined, { timeZone, hour: '2-digit', minute: '2-digit' });
    times.set(timeZone, format);
  }
  return format.format(Date.parse(at));
}

export const showCount = (value: number) => count.format(value);
export const showMean = (value: number) => oneDigit.format(value);
export const showDifference = (value: number) => signedDigit.format(value).replace('-', '−');
/** A difference per unit: of steps by the thousand there is little for each. */
export const showSlope = (value: number) => twoDigits.format(value).replace('-', '−');
export const showMeasure = (value: number) => measure.format(value);
