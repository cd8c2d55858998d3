import type { EntryInput } from '../../entries/members.ts';
import { Problem } from '../../http/problem.ts';

/** What only our own export knows of an entry, and gives back as it was. */
export interface Restored {
  id: string;
  created_at: string;
  updated_at: string;
  version: number;
  deleted_at: string | null;
}

/** An entry as a file tells it, not yet checked. */
export interface Draft {
  entry: EntryInput;
  /** The row as the file has it: with the format, what tells it from all others. */
  identity: string;
  /** The time that goes into the id, where `at` depends on who reads the file: what the clock on the wall showed. */
  stamp?: string;
  /** Where entries of one moment keep the order of their source: 0 to 2^32 - 1. */
  order?: number;
  restored?: Restored;
  /** Names of what the row holds and an entry does not. */
  leftOut: string[];
}

/** One row of a file: an entry, or the reason why it is none. */
export type Row = Draft | { problem: Problem };

/** How a file is to be read. */
export interface Reading {
  moods: MoodNames;
  /** Of times that name none. */
  timeZone: string;
  /** Of whoever gets the entries: a file of many people's is read for them alone. */
  email: string;
}

/** The mood behind a name, whatever its case; undefined where there is none. */
export type MoodNames = (name: string) => number | undefined;

/** A row whose mood is a name that nobody has given a number. */
export class UnmappedMood extends Problem {
  mood: string;

  constructor(mood: string) {
    super(422, 'mood_unmapped', `The mood "${shortened(mood)}" has no number; name it in mood_map.`);
    this.mood = shortened(mood);
  }
}

/** A row that cannot be read as its format says. */
export function rowProblem(code: string, detail: string): Problem {
  return new Problem(422, code, detail);
}

/** A file that cannot be read any further; `code` and `detail` as in the answer to whoever brought it. */
export function fileProblem(code: string, detail: string): Problem {
  return new Problem(422, code, detail);
}

/** Rows in the order of the file, some at a time: to wait for each by itself takes as long as to read it. */
export type Rows = AsyncGenerator<Row[]>;

/** Reads records, some at a time; one that is refused is a row with its problem, and the rest goes on. */
export async function* rowsOfBlocks<Record>(
  blocks: AsyncIterable<Record[]>,
  read: (record: Record) => Row,
): Rows {
  for await (const records of blocks) yield records.map((record) => attempt(record, read));
}

/** The same of records that come one by one. */
export async function* rowsOf<Record>(records: AsyncIterable<Record>, read: (record: Record) => Row): Rows {
  for await (const record of records) yield [attempt(record, read)];
}

function attempt<Record>(record: Record, read: (record: Record) => Row): Row {
  try {
    return read(record);
  } catch (problem) {
    if (problem instanceof Problem) return { problem };
    throw problem;
  }
}

function shortened(text: string): string {
  const characters = [...text.toWellFormed()];
  return characters.length <= 50 ? characters.join('') : `${characters.slice(0, 50).join('')}…`;
}
