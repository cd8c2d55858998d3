import { isDay, parseInstant } from '../../http/formats.ts';
import type { WallTime } from '../local-time.ts';
import { rowProblem } from './row.ts';

const clock = /^(\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?\s*(?:([ap])\.?\s*m\.?)?$/iu;

/** A day, YYYY-MM-DD, and a time of the day, `18:50`, `18:50:30` or `6:50 pm`; noon where there is none. */
export function wallTime(day: string, time: string): WallTime {
  const date = day.trim();
  if (!isDay(date)) throw rowProblem('date_invalid', 'The date must be a day of the calendar, YYYY-MM-DD.');
  const [year = 0, month = 0, dayOfMonth = 0] = date.split('-').map(Number);
  return { year, month, day: dayOfMonth, ...timeOfDay(time.trim() === '' ? '12:00' : time) };
}

function timeOfDay(text: string): Pick<WallTime, 'hour' | 'minute' | 'second'> {
  // CLDR writes a narrow no-break space before am and pm.
  const parts = clock.exec(text.replaceAll(/\s+/gu, ' ').trim());
  const [hour = 99, minute = 99, second = 99] = (parts ?? [])
    .slice(1, 4)
    .map((part: string | undefined) => Number(part ?? 0));
  const half = parts?.[4]?.toLowerCase();
  const isGood = half === undefined ? hour <= 23 : hour >= 1 && hour <= 12;
  if (!isGood || minute > 59 || second > 59)
    throw rowProblem('time_invalid', 'The time must be one of the day, like 18:50 or 6:50 pm.');
  return { hour: half === undefined ? hour : (hour % 12) + (half === 'p' ? 12 : 0), minute, second };
}

/** A wall time in one text: `2026-03-01 07:30`, with `T` between too. Null where it does not look like one; throws a
 * Problem for what looks like one and is none, such as 30 February. */
export function wallTimeIn(text: string): WallTime | null {
  const parts = /^(\d{4}-\d{2}-\d{2})(?:[T ]+(\d.*))?$/iu.exec(text.trim());
  return parts === null ? null : wallTime(parts[1] ?? '', parts[2] ?? '');
}

/** A time with an offset as RFC 3339 in UTC; also with a space for the `T`. */
export function instantIn(text: string): string | null {
  const trimmed = text.trim();
  // Most write the T, and are not copied for it.
  return parseInstant(
    trimmed.charAt(10) === ' ' ? trimmed.replace(/^(\d{4}-\d{2}-\d{2}) +(?=\d)/, '$1T') : trimmed,
  );
}
