import type { DayNumber } from './calendar-day.ts';
import type { Weighting } from './range.ts';

/** A day on which at least one mood was noted. */
export interface MoodDay {
  day: DayNumber;
  /** How many moods. */
  entries: number;
  /** Their sum. */
  sum: number;
}

/** SQL for a day's number. */
export const dayNumber = `(e.local_day - date '1970-01-01')`;

/**
 * The live entries of user `$1` on the days from `$2` to `$3`. A day's entries lie within two days of it on the
 * clock, whatever the time zone and the start of the day: the second half lets the index on `at` skip the rest.
 */
export const entriesInRange = `from entries e
     where e.user_id = $1 and e.deleted_at is null and e.local_day between $2::date and $3::date
       and e.at >= ($2::date - 2)::timestamp at time zone 'UTC'
       and e.at < ($3::date + 3)::timestamp at time zone 'UTC'`;

/** SQL for the days from `$2` to `$3` with a mood, as rows of `day`, `entries` and `sum`. */
export const moodsByDay = `select ${dayNumber} as day, count(*) as entries, sum(e.mood) as sum
     ${entriesInRange} and e.mood is not null
     group by 1`;

/** SQL that writes rows of `day`, `entries` and `sum` as the text that `readDays` reads: as JSON it would cost twice. */
export function writtenDays(rows: string): string {
  return `(select coalesce(string_agg(concat_ws(' ', day, entries, sum), ','), '') from (${rows}) written)`;
}

/** Reads days that `writtenDays` wrote, in order; parts of a day come together. */
export function readDays(written: string): MoodDay[] {
  const days = new Map<DayNumber, MoodDay>();
  for (const part of written === '' ? [] : written.split(',')) {
    const [day, entries, sum] = part.split(' ').map(Number) as [number, number, number];
    const known = days.get(day) ?? { day, entries: 0, sum: 0 };
    days.set(day, { day, entries: known.entries + entries, sum: known.sum + sum });
  }
  return inOrder([...days.values()]);
}

/** The mean of a day's moods. */
export function meanOf({ sum, entries }: MoodDay): number {
  return sum / entries;
}

/** What a day counts in an average. */
export function weightOf({ entries }: MoodDay, weighting: Weighting): number {
  return weighting === 'day' ? 1 : entries;
}

/** The mean of some days by a weighting; null of none. */
export function meanOfDays(days: readonly MoodDay[], weighting: Weighting): number | null {
  let [total, weight] = [0, 0];
  for (const each of days) {
    const w = weightOf(each, weighting);
    total += w * meanOf(each);
    weight += w;
  }
  return weight === 0 ? null : total / weight;
}

export function inOrder<Row extends { day: DayNumber }>(rows: readonly Row[]): Row[] {
  return rows.toSorted((a, b) => a.day - b.day);
}
