import { fiveMoods, moodNames } from '../mood-map.ts';
import { localClocks, type LocalTime } from '../local-time.ts';
import type { SourceFile } from '../source-file.ts';
import { csvTable } from './csv-records.ts';
import { measureName } from './measure-name.ts';
import { plainText } from './plain-text.ts';
import { rowsOfBlocks, UnmappedMood, type Draft, type Reading, type Rows } from './row.ts';
import { wallTime } from './when.ts';

type Cells = Record<string, string>;

/**
 * Daylio's table: a local time without a zone, a mood by name, activities and scales with ` | ` between them. The
 * columns `date` and `weekday` say the same as `full_date` in some language.
 */
export async function* daylioCsv(file: SourceFile, { moods, timeZone }: Reading): Rows {
  const { header, blocks } = await csvTable(file);
  // It has nine columns at most.
  const names = header.slice(0, 20).map((name) => name.toLowerCase());
  const clock = localClocks(timeZone)();
  yield* rowsOfBlocks(blocks, (record) => {
    const cells = named(names, record);
    const mood = moodOf(cells['mood'] ?? '', moods);
    const time = clock(wallTime(cells['full_date'] ?? '', cells['time'] ?? ''));
    return draftOf(cells, time, mood);
  });
}

function draftOf(cells: Cells, { at, stamp }: LocalTime, mood: number | null): Draft {
  const { measures, leftOut } = scalesIn(cells['scales'] ?? '');
  return {
    entry: {
      at,
      mood,
      text: [cells['note_title'] ?? '', plainText(cells['note'] ?? '')]
        .filter((text) => text !== '')
        .join('\n'),
      tags: parts(cells['activities'] ?? ''),
      measures,
    },
    stamp,
    // Without the columns that are written in the language of the phone.
    identity: JSON.stringify({ ...cells, date: undefined, weekday: undefined }),
    leftOut,
  };
}

/** The cells by the names of their columns. A note whose commas were not quoted spills over: it is the last column. */
function named(names: string[], record: string[]): Cells {
  const last = names.length - 1;
  const spilt = record
    .slice(last)
    .join(',')
    .replace(/[,\s]+$/u, '');
  const cells = record.length > names.length ? [...record.slice(0, last), spilt] : record;
  return Object.fromEntries(names.map((name, n) => [name, (cells[n] ?? '').trim()]));
}

/** The mood of a name, null where there is none. Throws UnmappedMood. */
export function moodOf(name: string, moods: Reading['moods']): number | null {
  if (name === '') return null;
  const mood = moods(name) ?? fiveNames(name);
  if (mood === undefined) throw new UnmappedMood(name);
  return mood;
}

const fiveNames = moodNames(fiveMoods);

function parts(cell: string): string[] {
  const all = cell.split(' | ').map((part) => part.trim());
  return [...new Set(all.filter((part) => part !== ''))];
}

/** `Sleep Quality: 8/10 points | Sleep Time: 8:00`: points as they are, a time in hours. */
function scalesIn(cell: string): { measures: Record<string, number>; leftOut: string[] } {
  const measures: Record<string, number> = {};
  const leftOut: string[] = [];
  for (const part of parts(cell)) {
    const [, label = '', points, hours, minutes] =
      /^(.*\S)\s*:\s*(?:(-?\d+(?:\.\d+)?)\s*\/\s*\d.*|(\d+):([0-5]\d))$/su.exec(part) ?? [];
    const name = measureName(label);
    if (name === null || Object.hasOwn(measures, name)) leftOut.push('scales');
    else measures[name] = points === undefined ? Number(hours) + Number(minutes) / 60 : Number(points);
  }
  return { measures, leftOut };
}
