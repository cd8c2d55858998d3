import { isUuid, parseInstant } from '../../http/formats.ts';
import { contentOf, type SourceFile } from '../source-file.ts';
import { isObject } from './json-items.ts';
import { linesIn } from './lines.ts';
import { fileProblem, rowProblem, rowsOf, type Draft, type Restored, type Rows } from './row.ts';

/** What the first line of our own export says of all others; null where it does not. */
export interface Manifest {
  entries: number | null;
  /** The rule by which the days of the entries were counted. */
  dayStartMinutes: number | null;
}

/** Our own export: one JSON document a line, the manifest first. Every entry comes back as it was. */
export async function* daymark(file: SourceFile): Rows {
  const manifest = await manifestOf(file);
  const lines = linesIn(contentOf(file));
  await lines.next();
  let rows = 0;
  for await (const block of rowsOf(lines, (line) => draftOf(parsed(line)))) {
    rows += block.length;
    yield block;
  }
  if (manifest.entries === null || manifest.entries === rows) return;
  const detail = `The file says that it has ${manifest.entries} entries, and has ${rows}.`;
  throw fileProblem('file_incomplete', detail);
}

/** The manifest of a file in our format; throws a Problem where it has none, or one that we do not know. */
export async function manifestOf(file: SourceFile): Promise<Manifest> {
  const { value: line = '' } = await linesIn(contentOf(file)).next();
  const manifest = parsed(line);
  if (!isObject(manifest) || manifest['format'] !== 'daymark')
    throw fileProblem('format_mismatch', 'The first line is not the manifest of a Daymark export.');
  if (manifest['version'] !== 1)
    throw fileProblem('version_unknown', 'The export was made by a newer Daymark than this one.');
  const { entries, day_start_minutes: dayStart } = manifest;
  return {
    entries: isWhole(entries, 0, Number.MAX_SAFE_INTEGER) ? entries : null,
    dayStartMinutes: isWhole(dayStart, 0, 720) ? dayStart : null,
  };
}

/** The JSON of a line; undefined where it is none. */
function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

function draftOf(document: unknown): Draft {
  if (!isObject(document)) throw rowProblem('row_malformed', 'The line is not a JSON object.');
  const { id, created_at, updated_at, version, deleted_at, local_day: _day, ...entry } = document;
  if (typeof id !== 'string' || !isUuid(id)) throw rowProblem('id_invalid', '/id must be a UUID.');
  if (!isWhole(version, 1, 2 ** 31 - 2))
    throw rowProblem('version_invalid', '/version must be a whole number, 1 or more.');
  if (typeof entry['at'] !== 'string') throw rowProblem('time_missing', 'The row has no time.');
  const restored: Restored = {
    id: id.toLowerCase(),
    version,
    created_at: instant('created_at', created_at),
    updated_at: instant('updated_at', updated_at),
    deleted_at: deleted_at === undefined || deleted_at === null ? null : instant('deleted_at', deleted_at),
  };
  // Whether the rest is an entry is checked like any other's.
  return { entry: entry, identity: restored.id, restored, leftOut: [] };
}

function instant(name: string, value: unknown): string {
  const time = typeof value === 'string' ? parseInstant(value) : null;
  // An entry cannot have been written in the future; of clocks that differ a day is enough.
  if (time === null || Date.parse(time) > Date.now() + 86_400_000)
    throw rowProblem('time_invalid', `/${name} must be a time that has passed, as in RFC 3339.`);
  return time;
}

function isWhole(value: unknown, least: number, most: number): value is number {
  return Number.isInteger(value) && (value as number) >= least && (value as number) <= most;
}
