/** A calendar day, YYYY-MM-DD. */
export type Day = string;

const dayMs = 86_400_000;

/** The wall clock of an instant in a time zone, as milliseconds of UTC that show the same digits. */
export function wallClock(at: number, timeZone: string): number {
  const parts = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  }).formatToParts(at);
  const part = (type: string) => Number(parts.find((each) => each.type === type)?.value);
  return Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute'), part('second'));
}

/** The day to which an entry counts, as the server decides it. */
export function localDay(at: string, timeZone: string, dayStartMinutes: number): Day {
  return dayOf(wallClock(Date.parse(at), timeZone) - dayStartMinutes * 60_000);
}

/** The instant at which the clocks of a zone show `wall` (YYYY-MM-DDTHH:MM); where they show it twice, the later one east of Greenwich, the earlier one west of it. */
export function instantOf(wall: string, timeZone: string): string {
  const shown = Date.parse(`${wall}Z`);
  let at = shown;
  // The offset at the guess may not be the offset at the answer; twice is enough for one change of clocks.
  for (let round = 0; round < 2; round++) at = shown - (wallClock(at, timeZone) - at);
  return new Date(at).toISOString();
}

/** What a `datetime-local` field shows for an instant in a zone. */
export function wallField(at: string, timeZone: string): string {
  return new Date(wallClock(Date.parse(at), timeZone)).toISOString().slice(0, 16);
}

export function dayOf(utcMs: number): Day {
  return new Date(utcMs).toISOString().slice(0, 10);
}

export function shiftDay(day: Day, by: number): Day {
  return dayOf(Date.parse(day) + by * dayMs);
}

export function daysBetween(from: Day, to: Day): number {
  return Math.round((Date.parse(to) - Date.parse(from)) / dayMs);
}

/** The day that a text names; null where it names none, as 2024-02-30 does. */
export function readDay(text: string | null): Day | null {
  if (text === null || !/^\d{4}-\d\d-\d\d$/.test(text)) return null;
  const at = Date.parse(`${text}T00:00:00Z`);
  return Number.isNaN(at) || dayOf(at) !== text ? null : text;
}

/** Monday is 0. */
export function weekdayOf(day: Day): number {
  return (new Date(day).getUTCDay() + 6) % 7;
}

/** The time zone of the device. */
export function browserZone(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone;
}

let rules = { timeZone: browserZone(), dayStartMinutes: 0 };

/** Sets by whose clock `today` counts. */
export function countDaysBy(timeZone: string, dayStartMinutes: number): void {
  rules = { timeZone, dayStartMinutes };
}

/** The day it is for the person who is signed in. */
export function today(): Day {
  return localDay(new Date().toISOString(), rules.timeZone, rules.dayStartMinutes);
}

/** The day to which something written in `timeZone` at that time counts for the person who is signed in. */
export function countedDay(at: string, timeZone: string): Day {
  return localDay(at, timeZone, rules.dayStartMinutes);
}
