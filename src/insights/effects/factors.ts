import type { DayNumber } from '../calendar-day.ts';
import { meanOf, weightOf, type MoodDay } from '../mood-days.ts';
import type { Weighting } from '../range.ts';
import type { FactorDays } from '../statistics/factor-test.ts';

/** The days of a range as the database counted them. */
export interface DiaryDays {
  days: MoodDay[];
  categories: Presence[];
  tags: Presence[];
  measures: Measure[];
}

/** The days that have a category or a tag; one that two entries have comes twice. */
export interface Presence {
  name: string;
  days: DayNumber[];
}

export interface Measure {
  name: string;
  /** Of each entry that has it. */
  values: [day: DayNumber, value: number | boolean][];
}

export interface Factor {
  name: string;
  kind: 'category' | 'tag' | 'measure';
  /** Compares days that have it with days that have not; a number is followed along its scale. */
  scale: 'presence' | 'boolean' | 'number';
  /** Its value on the days that have one; absent on other days. A presence is 0 on all days it is not listed. */
  values: Map<DayNumber, number>;
}

/** Everything in a diary that a mood may go with, the most frequent first; and notes on what had to be left out. */
export function factorsOf({ categories, tags, measures }: DiaryDays): { factors: Factor[]; notes: string[] } {
  const present = (kind: 'category' | 'tag') => (each: Presence) =>
    ({
      name: each.name,
      kind,
      scale: 'presence',
      values: new Map(each.days.map((day) => [day, 1])),
    }) as const;
  const measured = measures.map(measureOf);
  const factors: Factor[] = [
    ...categories.map(present('category')),
    ...tags.map(present('tag')),
    ...measured.map(({ factor }) => factor),
  ];
  const order = (a: Factor, b: Factor) =>
    b.values.size - a.values.size || compare(a.kind, b.kind) || compare(a.name, b.name);
  return { factors: factors.sort(order), notes: measured.flatMap(({ note }) => note) };
}

/**
 * A measure is what most of its values are, a number or yes and no: one cannot be told as the other. A day's number is the
 * mean of its numbers; a day is a yes if any of its entries says so.
 */
function measureOf({ name, values }: Measure): { factor: Factor; note: string[] } {
  const booleans = values.filter(([, value]) => typeof value === 'boolean').length;
  const numbers = values.length - booleans;
  const isNumber = numbers >= booleans;
  const byDay = new Map<DayNumber, number[]>();
  for (const [day, value] of values) {
    if ((typeof value === 'number') !== isNumber) continue;
    const known = byDay.get(day);
    if (known === undefined) byDay.set(day, [Number(value)]);
    else known.push(Number(value));
  }
  const together = isNumber ? meanOfLarge : (all: readonly number[]) => Math.max(...all);
  const left = isNumber ? booleans : numbers;
  const [kept, dropped] = isNumber ? ['numbers', 'yes or no'] : ['yes and no', 'a number'];
  const note = `“${name}” is mostly ${kept}; ${left} of its values that are ${dropped} were left out.`;
  return {
    factor: {
      name,
      kind: 'measure',
      scale: isNumber ? 'number' : 'boolean',
      values: new Map([...byDay].map(([day, all]) => [day, together(all)])),
    },
    note: left === 0 ? [] : [note],
  };
}

/** A mean of what may be as large as a double: the sum of two would not fit into one. */
function meanOfLarge(values: readonly number[]): number {
  return values.reduce((sum, each) => sum + each / values.length, 0);
}

/**
 * A factor beside the moods of the same day, or of the day after it. Only days with a mood are known: a tag that is not on
 * one was not there; and a day whose day before has no mood has no day before.
 */
export function daysOf(
  factor: Factor,
  moods: readonly MoodDay[],
  lag: 0 | 1,
  weighting: Weighting,
): FactorDays {
  const days: DayNumber[] = [];
  const [x, y, w]: [number[], number[], number[]] = [[], [], []];
  for (const [i, each] of moods.entries()) {
    if (lag === 1 && moods[i - 1]?.day !== each.day - 1) continue;
    const value = factor.values.get(each.day - lag) ?? (factor.scale === 'presence' ? 0 : undefined);
    if (value === undefined) continue;
    days.push(each.day);
    x.push(value);
    y.push(meanOf(each));
    w.push(weightOf(each, weighting));
  }
  return { days, x: Float64Array.from(x), y: Float64Array.from(y), w: Float64Array.from(w) };
}

/** How many days with a mood can be looked at: all, or those after a day with a mood. */
export function countDays(moods: readonly MoodDay[], lag: 0 | 1): number {
  return lag === 0 ? moods.length : moods.filter(({ day }, i) => moods[i - 1]?.day === day - 1).length;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
