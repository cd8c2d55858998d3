import type { EntryInput } from '../../entries/members.ts';
import { tagsIn, textOfCell } from '../csv-cell.ts';
import { localClocks, type LocalClock, type LocalClocks, type LocalTime } from '../local-time.ts';
import type { SourceFile } from '../source-file.ts';
import { csvTable } from './csv-records.ts';
import { measureName } from './measure-name.ts';
import {
  fileProblem,
  rowProblem,
  rowsOfBlocks,
  UnmappedMood,
  type Draft,
  type MoodNames,
  type Reading,
  type Rows,
} from './row.ts';
import { instantIn, wallTime, wallTimeIn } from './when.ts';

/** What stands in a column: something of an entry, one of its measures, or what the server makes itself. */
type Column =
  { member: string; name: string } | { measure: string | null; name: string } | { madeByServer: true };

const members = new Set(['at', 'date', 'time', 'time_zone', 'mood', 'text', 'note', 'category', 'tags']);
const made = new Set(['id', 'local_day', 'created_at', 'updated_at', 'version', 'deleted_at']);

/**
 * Anybody's table: `at`, or `date` and perhaps `time`; `mood`, `text` or `note`, `category`, `tags` with `|`
 * between them; every other column whose cell is a number, true or false is a measure.
 */
export async function* csv(file: SourceFile, { moods, timeZone }: Reading): Rows {
  const { header, blocks } = await csvTable(file);
  const columns = header.map(columnOf);
  if (!header.some((name) => /^(at|date)$/i.test(name)))
    throw fileProblem('format_mismatch', 'The table has neither a column "at" nor a column "date".');
  const clocks = localClocks(timeZone);
  yield* rowsOfBlocks(blocks, (cells) => readRow(columns, cells, moods, clocks));
}

function columnOf(name: string): Column {
  const lower = name.toLowerCase();
  if (members.has(lower)) return { member: lower, name };
  if (made.has(lower)) return { madeByServer: true };
  // Our own export writes `measure:mood` for a measure that is called like one of these.
  return { measure: measureName(name.replace(/^measure:/, '')), name };
}

function readRow(columns: Column[], cells: string[], moods: MoodNames, clocks: LocalClocks): Draft {
  if (cells.length > columns.length && cells.slice(columns.length).some((cell) => cell.trim() !== ''))
    throw rowProblem(
      'too_many_cells',
      `The row has ${cells.length} cells, and the header ${columns.length}.`,
    );
  const read: Record<string, string> = {};
  const measures: Record<string, number | boolean> = {};
  const leftOut: string[] = [];
  // By its cells: a row of one cell under a header of thousands costs what one cell costs.
  for (let n = 0; n < cells.length; n++) {
    const column = columns[n];
    const cell = textOfCell(cells[n] ?? '');
    if (cell === '' || column === undefined || 'madeByServer' in column) continue;
    if ('member' in column) {
      // A second column of the same name has nowhere to go.
      if (Object.hasOwn(read, column.member)) leftOut.push(column.name);
      else read[column.member] = cell;
      continue;
    }
    const value = measureIn(cell);
    if (value === undefined || column.measure === null || Object.hasOwn(measures, column.measure))
      leftOut.push(column.name);
    else measures[column.measure] = value;
  }
  if (read['at'] !== undefined) leftOut.push(...['date', 'time'].filter((name) => Object.hasOwn(read, name)));
  const { at, stamp } = timeIn(read, clocks);
  return { entry: entryIn(read, moods, measures, at), stamp, identity: cells.join('\u001f'), leftOut };
}

function entryIn(
  { text, note, category, tags, mood, time_zone: timeZone }: Record<string, string>,
  moods: MoodNames,
  measures: Record<string, number | boolean>,
  at: string,
): EntryInput {
  const entry: EntryInput = {
    text: text === undefined ? (note ?? '') : note === undefined ? text : `${text}\n${note}`,
    mood: mood === undefined ? null : moodIn(mood.trim(), moods),
    measures,
    at,
  };
  if (category !== undefined) entry.category = category;
  if (tags !== undefined) entry.tags = tagsIn(tags);
  if (timeZone !== undefined) entry.time_zone = timeZone.trim();
  return entry;
}

function moodIn(cell: string, moods: MoodNames): number | null {
  if (cell === '') return null;
  const mood = moods(cell) ?? (/^(10|[1-9])(\.0+)?$/.test(cell) ? Number(cell) : undefined);
  if (mood !== undefined) return mood;
  if (/^[-+]?\d*[.,]?\d+$/.test(cell))
    throw rowProblem('mood_invalid', 'The mood must be a whole number from 1 to 10, or a name in mood_map.');
  throw new UnmappedMood(cell);
}

function timeIn({ at, date, time, time_zone: zone }: Record<string, string>, clocks: LocalClocks): LocalTime {
  const own = clocks(zone?.trim());
  if (at !== undefined) return timeOf(at, 'at', own);
  if (date === undefined) throw rowProblem('time_missing', 'The row has no time.');
  return time === undefined ? timeOf(date, 'date', own) : own(wallTime(date, time));
}

function timeOf(cell: string, column: string, clock: LocalClock): LocalTime {
  const instant = instantIn(cell);
  if (instant !== null) return { at: instant, stamp: instant };
  const wall = wallTimeIn(cell);
  if (wall !== null) return clock(wall);
  const example = column === 'at' ? 'a time, like 2026-03-01T07:30:00Z' : 'a day, like 2026-03-01';
  throw rowProblem('time_invalid', `The column "${column}" must be ${example}.`);
}

function measureIn(cell: string): number | boolean | undefined {
  const text = cell.trim().toLowerCase();
  if (text === 'true' || text === 'false') return text === 'true';
  const value = /^[-+]?(\d+(\.\d*)?|\.\d+)(e[-+]?\d+)?$/.test(text) ? Number(text) : NaN;
  return Number.isFinite(value) ? value : undefined;
}
