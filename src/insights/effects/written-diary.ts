import { readDays } from '../mood-days.ts';
import type { DiaryDays, Measure, Presence } from './factors.ts';

/** The days of a range as the database writes them: text, which costs half of what JSON of numbers does. */
export interface WrittenDiary {
  /** As `readDays` reads them. */
  days: string;
  /** JSON: a list of names, each with its days, spaces between. */
  categories: string;
  tags: string;
  /** JSON: a list of names, each with a day and a value for every entry, commas between. */
  measures: string;
}

/** Reads a diary as the database wrote it; `checkpoint` is called for each name, and may throw. */
export function readDiary(
  { days, categories, tags, measures }: WrittenDiary,
  checkpoint: () => void,
): DiaryDays {
  const presence = ([name, text]: Pair): Presence => {
    checkpoint();
    return { name, days: text.split(' ').map(Number) };
  };
  const measure = ([name, text]: Pair): Measure => {
    checkpoint();
    return { name, values: text.split(',').map(valueOf) };
  };
  return {
    days: readDays(days),
    categories: pairs(categories).map(presence),
    tags: pairs(tags).map(presence),
    measures: pairs(measures).map(measure),
  };
}

type Pair = [name: string, text: string];

function pairs(written: string): Pair[] {
  return JSON.parse(written) as Pair[];
}

function valueOf(written: string): Measure['values'][number] {
  const [day, value] = written.split(' ') as [string, string];
  return [Number(day), value === 'true' ? true : value === 'false' ? false : Number(value)];
}
