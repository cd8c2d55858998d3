import { parseInstant } from '../../http/formats.ts';
import { contentOf, beginningOf, type SourceFile } from '../source-file.ts';
import { isObject, jsonItems, textOf } from './json-items.ts';
import { leftOutOf } from './left-out.ts';
import { fileProblem, rowProblem, rowsOf, type Draft, type Rows } from './row.ts';
import { membersOf, type Member } from './zip.ts';

// `richText` says what `text` says, with its format.
const read = new Set('uuid text richText creationDate timeZone tags'.split(' '));

/** Day One's JSON, by itself or in a zip with photos; of several journals in a zip each is a category. */
export async function* dayOne(file: SourceFile): Rows {
  if (!(await isZip(file))) {
    yield* journal(contentOf(file), {});
    return;
  }
  const journals = journalsIn(await membersOf(file));
  if (journals.length === 0) throw fileProblem('format_mismatch', 'There is no journal in the zip.');
  for (const member of journals) {
    const category = member.name.slice(0, -'.json'.length);
    yield* journal(await member.content(), journals.length > 1 ? { category } : {});
  }
}

/** The members of a zip that can be journals: JSON that lies in no folder. */
export function journalsIn(members: Member[]): Member[] {
  return members.filter(({ name }) => /^[^/]+\.json$/i.test(name));
}

/** True for a file that begins as zips do. */
export async function isZip(file: SourceFile): Promise<boolean> {
  return (await beginningOf(file, 4)).equals(Buffer.from('PK\u0003\u0004'));
}

function journal(content: AsyncIterable<Buffer>, more: { category?: string }): Rows {
  return rowsOf(jsonItems(content, ['$.entries.*']), ({ value }) => draftOf(value, more));
}

function draftOf(value: unknown, more: { category?: string }): Draft {
  if (!isObject(value)) throw rowProblem('row_malformed', 'The entry is not a JSON object.');
  const { text, creationDate, timeZone, tags } = value;
  const at = typeof creationDate === 'string' ? parseInstant(creationDate) : null;
  if (at === null) throw rowProblem('time_missing', 'The entry has no creationDate, or one that is no time.');
  return {
    entry: {
      at,
      text: textOf(text),
      tags: Array.isArray(tags) ? [...new Set(tags.map(textOf))] : [],
      ...(typeof timeZone === 'string' && timeZone !== '' ? { time_zone: timeZone } : {}),
      ...more,
    },
    identity: JSON.stringify([more.category ?? null, value['uuid'], text, creationDate, timeZone, tags]),
    leftOut: leftOutOf(value, read),
  };
}
