import { Buffer } from 'node:buffer';
import type { SourceFile } from '../source-file.ts';
import { moodOf } from './daylio-csv.ts';
import { isObject, jsonItems, textOf } from './json-items.ts';
import { leftOutOf } from './left-out.ts';
import { plainText } from './plain-text.ts';
import { fileProblem, rowProblem, rowsOf, type Draft, type Reading, type Rows } from './row.ts';
import { membersOf } from './zip.ts';

/** The name of the one member of a backup that is read. */
export const backupMember = 'backup.daylio';

/** What the entries of a backup refer to by number. */
interface Names {
  /** The number of a mood that has one; else its name, for `mood_map`. */
  moods: Map<number, { mood: number | undefined; name: string }>;
  tags: Map<number, string>;
}

// The parts of the date say what `datetime` says, in the time of the phone.
const read = new Set(
  'id minute hour day month year datetime timeZoneOffset mood tags note note_title'.split(' '),
);

/** Daylio's own backup: a zip with JSON in base64. `datetime` counts; months are numbered differently by its versions. */
export async function* daylioBackup(file: SourceFile, reading: Reading): Rows {
  const names = await namesIn(file, reading);
  const entries = jsonItems(await documentOf(file), ['$.dayEntries.*']);
  yield* rowsOf(entries, ({ value }) => draftOf(value, names, reading));
}

async function documentOf(file: SourceFile): Promise<AsyncIterable<Buffer>> {
  const member = (await membersOf(file)).find(({ name }) => name === backupMember);
  if (member === undefined) throw fileProblem('format_mismatch', `There is no ${backupMember} in the zip.`);
  return fromBase64(await member.content());
}

async function* fromBase64(content: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let rest = '';
  for await (const chunk of content) {
    const text = rest + chunk.toString('latin1').replaceAll(/\s+/g, '');
    const whole = text.length - (text.length % 4);
    rest = text.slice(whole);
    yield Buffer.from(text.slice(0, whole), 'base64');
  }
  yield Buffer.from(rest, 'base64');
}

async function namesIn(file: SourceFile, { moods }: Reading): Promise<Names> {
  const names: Names = { moods: new Map(), tags: new Map() };
  for await (const { value, path } of jsonItems(await documentOf(file), ['$.customMoods.*', '$.tags.*'])) {
    if (!isObject(value) || typeof value['id'] !== 'number') continue;
    if (path[0] === 'tags') names.tags.set(value['id'], textOf(value['name']));
    else names.moods.set(value['id'], moodOfCustom(value, moods));
  }
  return names;
}

/** A mood without a name of its own is one of the five; one with a name counts by that alone. */
function moodOfCustom(custom: Record<string, unknown>, moods: Reading['moods']) {
  const five = ['rad', 'good', 'meh', 'bad', 'awful'];
  const own = textOf(custom['custom_name']).trim();
  const predefined = five[Number(custom['predefined_name_id'] ?? custom['mood_group_id']) - 1] ?? '';
  const name = own === '' ? predefined : own;
  return { name, mood: attempt(() => moodOf(name, moods) ?? undefined) };
}

function attempt<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch {
    return undefined;
  }
}

function draftOf(value: unknown, names: Names, { moods, timeZone }: Reading): Draft {
  if (!isObject(value)) throw rowProblem('row_malformed', 'The entry is not a JSON object.');
  const { datetime, mood: moodId, tags } = value;
  if (typeof datetime !== 'number' || Math.abs(datetime) > 8.64e15)
    throw rowProblem('time_missing', 'The entry has no datetime.');
  const mood = names.moods.get(Number(moodId));
  const ids = Array.isArray(tags) ? tags.map(Number) : [];
  const known = ids.map((id) => names.tags.get(id)?.trim() ?? '').filter((tag) => tag !== '');
  const texts = [textOf(value['note_title']).trim(), plainText(textOf(value['note']))];
  return {
    entry: {
      at: new Date(datetime).toISOString(),
      time_zone: timeZone,
      mood: mood === undefined ? null : (mood.mood ?? moodOf(mood.name, moods)),
      text: texts.filter((text) => text !== '').join('\n'),
      tags: [...new Set(known)],
    },
    identity: JSON.stringify(value),
    leftOut: [
      ...leftOutOf(value, read),
      ...(known.length < ids.length ? ['tags'] : []),
      ...(mood === undefined && moodId !== undefined ? ['mood'] : []),
    ],
  };
}
