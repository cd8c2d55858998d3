import { parseInstant } from '../../http/formats.ts';
import type { SourceFile } from '../source-file.ts';
import { moodOf } from './daylio-csv.ts';
import { isObject, jsonItems, textOf } from './json-items.ts';
import { leftOutOf } from './left-out.ts';
import { fileProblem, rowProblem, rowsOf, type Draft, type Reading, type Rows } from './row.ts';
import { membersOf } from './zip.ts';

/** The name of the one member of an export that is read. */
export const exportMember = 'journiv.json';

/** An entry of `$.journals.*.entries` lies within so many brackets. */
const entryDepth = 4;

const read = new Set('id title content entry_datetime_utc entry_timezone tags mood_log'.split(' '));
const readOfMood = new Set('id mood_name note'.split(' '));

/** Journiv's export: a zip with one JSON document of journals, whose titles are the categories. */
export async function* journiv(file: SourceFile, { moods }: Reading): Rows {
  // The title of a journal may stand behind its entries.
  const titles = new Map<string | number, string>();
  for await (const { value, path } of jsonItems(await documentOf(file), ['$.journals.*.title'], entryDepth))
    titles.set(path[1] ?? '', textOf(value).trim());
  const entries = jsonItems(await documentOf(file), ['$.journals.*.entries.*']);
  yield* rowsOf(entries, ({ value, path }) => draftOf(value, titles.get(path[1] ?? '') ?? '', moods));
}

async function documentOf(file: SourceFile): Promise<AsyncIterable<Buffer>> {
  const member = (await membersOf(file)).find(({ name }) => name === exportMember);
  if (member === undefined) throw fileProblem('format_mismatch', `There is no ${exportMember} in the zip.`);
  return member.content();
}

function draftOf(value: unknown, journal: string, moods: Reading['moods']): Draft {
  if (!isObject(value)) throw rowProblem('row_malformed', 'The entry is not a JSON object.');
  const time = textOf(value['entry_datetime_utc']);
  // Python writes a time in UTC without saying so.
  const at = parseInstant(time) ?? parseInstant(`${time}Z`);
  if (at === null) throw rowProblem('time_missing', 'The entry has no entry_datetime_utc.');
  const { entry_timezone: timeZone, tags, mood_log: log } = value;
  const mood = isObject(log) ? log : {};
  const texts = [textOf(value['title']), textOf(value['content']), textOf(mood['note'])];
  return {
    entry: {
      at,
      text: texts.filter((text) => text !== '').join('\n'),
      mood: moodOf(textOf(mood['mood_name']).trim(), moods),
      tags: Array.isArray(tags) ? [...new Set(tags.map(nameOf))] : [],
      ...(journal === '' ? {} : { category: journal }),
      ...(typeof timeZone === 'string' && timeZone !== '' ? { time_zone: timeZone } : {}),
    },
    identity: JSON.stringify([journal, value]),
    leftOut: [...leftOutOf(value, read), ...leftOutOf(mood, readOfMood)],
  };
}

/** Tags are names, or objects that have one. */
function nameOf(tag: unknown): string {
  return isObject(tag) ? textOf(tag['name']) : textOf(tag);
}
