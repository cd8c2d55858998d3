import { isTimeZone } from '../http/formats.ts';
import { rowProblem } from './formats/row.ts';

/** A wall clock's time without a zone; `month` counts from 1. */
export interface WallTime {
  year: number;
  month: number;
  day: number;
  hour: number;
  minute: number;
  second: number;
}

/** A moment, and what the clock on the wall showed as if it were UTC; both RFC 3339. */
export interface LocalTime {
  at: string;
  stamp: string;
}

/** Reads wall clock times of one zone. */
export type LocalClock = (time: WallTime) => LocalTime;

/** The clock of a zone, or of the one that is meant where none is named. Throws a Problem for a zone that is none. */
export type LocalClocks = (timeZone?: string) => LocalClock;

/** Clocks, each made once, however its zone is spelled: it takes as long as reading a hundred rows. */
export function localClocks(usual: string): LocalClocks {
  const known = new Map<string, LocalClock>();
  return (timeZone = usual) => {
    const name = timeZone.toLowerCase();
    const clock = known.get(name) ?? localClock(timeZone);
    known.set(name, clock);
    return clock;
  };
}

const dayMs = 86_400_000;

/**
 * A clock of an IANA time zone. Of an hour that comes twice the first is meant, and one that is skipped is as much
 * later as the clocks were put forward ("compatible" in ECMAScript's Temporal).
 */
function localClock(timeZone: string): LocalClock {
  if (!isTimeZone(timeZone)) {
    throw rowProblem('time_zone_unknown', 'The time zone must be a name of IANA, like Europe/Paris.');
  }
  const format = new Intl.DateTimeFormat('en', {
    timeZone,
    calendar: 'gregory',
    era: 'short',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
    hourCycle: 'h23',
  });
  const offsets = new Map<number, number>();
  // One look at the zone's rules costs as much as reading a row; a diary asks for the same quarters of hours again.
  const offsetAt = (ms: number) => {
    const quarter = Math.floor(ms / 900_000);
    const known = offsets.get(quarter);
    if (known !== undefined) return known;
    if (offsets.size >= 10_000) offsets.clear();
    const offset = wallMs(format, quarter * 900_000) - quarter * 900_000;
    offsets.set(quarter, offset);
    return offset;
  };
  const momentOf = (wall: number) => {
    const [before, after] = [offsetAt(wall - dayMs), offsetAt(wall + dayMs)];
    const first = wall - before;
    if (before === after || offsetAt(first) === before) return first;
    const second = wall - after;
    return offsetAt(second) === after ? second : first;
  };
  return (time) => {
    const wall = utcMs(time);
    return { at: new Date(momentOf(wall)).toISOString(), stamp: new Date(wall).toISOString() };
  };
}

/** A wall clock's time in UTC as RFC 3339. */
export function utcTime(time: WallTime): string {
  return new Date(utcMs(time)).toISOString();
}

function wallMs(format: Intl.DateTimeFormat, ms: number): number {
  const parts = Object.fromEntries(format.formatToParts(ms).map(({ type, value }) => [type, value]));
  const number = (name: string) => Number(parts[name]);
  const year = parts['era'] === 'BC' ? 1 - number('year') : number('year');
  const [month, day] = [number('month'), number('day')];
  return utcMs({
    year,
    month,
    day,
    hour: number('hour'),
    minute: number('minute'),
    second: number('second'),
  });
}

function utcMs({ year, month, day, hour, minute, second }: WallTime): number {
  const date = new Date(0);
  // setUTCFullYear and not Date.UTC, which reads the years 0 to 99 as 1900 to 1999.
  date.setUTCFullYear(year, month - 1, day);
  return date.setUTCHours(hour, minute, second);
}
