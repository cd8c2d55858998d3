import { normalizeEmail } from '../../accounts/email.ts';
import type { EntryInput } from '../../entries/members.ts';
import { utcTime } from '../local-time.ts';
import type { SourceFile } from '../source-file.ts';
import { fileProblem, rowProblem, rowsOf, UnmappedMood, type Draft, type Reading, type Rows } from './row.ts';
import { openPredecessor, type PredecessorFile, type SqliteRow } from './sqlite-file.ts';
import { instantIn, wallTimeIn } from './when.ts';

/** The predecessor's database: the entries of the account with the e-mail address of whoever brings it. */
export async function* sqlite(file: SourceFile, reading: Reading): Rows {
  const source = await openPredecessor(file);
  try {
    const ids = await accountIds(source, reading.email);
    if (ids.size === 0) {
      const detail = `There is no account with the e-mail address ${reading.email} in the database.`;
      throw fileProblem('account_not_in_file', detail);
    }
    yield* rowsOf(only(source.entries(), ids), (row) => draftOf(row, reading.moods));
  } finally {
    await source.close();
  }
}

async function accountIds(source: PredecessorFile, email: string): Promise<Set<unknown>> {
  const ids = new Set<unknown>();
  for await (const user of source.users()) {
    if (normalizeEmail(String(user['email'])) === email) ids.add(user['id']);
  }
  return ids;
}

async function* only(rows: AsyncIterable<SqliteRow>, users: Set<unknown>): AsyncGenerator<SqliteRow> {
  for await (const row of rows) if (users.has(ownerOf(row))) yield row;
}

/** The number of the account that a row names, also where it was written as text. */
export function ownerOf({ user_id: id }: SqliteRow): unknown {
  return typeof id === 'string' && /^\d{1,15}$/.test(id) ? Number(id) : id;
}

/** A row of the predecessor's entries, whose columns hold anything. */
export function draftOf(row: SqliteRow, moods: Reading['moods']): Draft {
  const category = textIn(row, 'category').trim();
  const id = Number(row['id']);
  const entry: EntryInput = {
    text: textIn(row, 'text'),
    mood: moodIn(row, moods),
    at: timeIn(row['created_at'] ?? null),
    ...(category === '' ? {} : { category }),
  };
  const identity = JSON.stringify([id, entry.text, String(row['mood']), category, entry.at]);
  return { entry, identity, order: id >= 0 && id < 2 ** 32 ? id : 0, leftOut: [] };
}

function textIn(row: SqliteRow, column: string): string {
  const value = row[column] ?? null;
  if (value === null) return '';
  if (!(value instanceof Uint8Array)) return String(value);
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(value);
  } catch {
    throw rowProblem('cell_invalid', `/${column} is no text, or larger than 1 MiB.`);
  }
}

function moodIn(row: SqliteRow, moods: Reading['moods']): number | null {
  const text = textIn(row, 'mood').trim();
  if (text === '') return null;
  const mood = moods(text) ?? (/^(10|[1-9])(\.0+)?$/.test(text) ? Number(text) : undefined);
  if (mood !== undefined) return mood;
  if (Number.isFinite(Number(text)))
    throw rowProblem('mood_invalid', 'The mood must be a whole number from 1 to 10, or a name in mood_map.');
  throw new UnmappedMood(text);
}

/** `YYYY-MM-DD HH:MM:SS` in UTC; also what other programs wrote: with an offset, or seconds since 1970. */
export function timeIn(value: SqliteRow[string]): string {
  if (typeof value === 'number' && Math.abs(value) < 1e13) {
    return new Date(Math.abs(value) < 1e11 ? value * 1000 : value).toISOString();
  }
  const text = typeof value === 'string' ? value : '';
  const wall = instantIn(text) === null ? wallTimeIn(text) : null;
  const instant = wall === null ? instantIn(text) : utcTime(wall);
  if (instant === null)
    throw rowProblem('time_invalid', 'created_at must be a time, like 2024-01-05 03:02:50.');
  return instant;
}
