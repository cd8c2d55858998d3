import { localClocks, type LocalClock } from '../local-time.ts';
import { contentOf, type SourceFile } from '../source-file.ts';
import { isObject, jsonItems, textOf } from './json-items.ts';
import { leftOutOf } from './left-out.ts';
import { rowProblem, rowsOf, type Draft, type Reading, type Rows } from './row.ts';
import { wallTime } from './when.ts';

const read = new Set('title body date time tags'.split(' '));

/** jrnl's JSON: local times without a zone, tags with `@` before them. */
export function jrnl(file: SourceFile, { timeZone }: Reading): Rows {
  const clock = localClocks(timeZone)();
  return rowsOf(jsonItems(contentOf(file), ['$.entries.*']), ({ value }) => draftOf(value, clock));
}

function draftOf(value: unknown, clock: LocalClock): Draft {
  if (!isObject(value)) throw rowProblem('row_malformed', 'The entry is not a JSON object.');
  const tags = Array.isArray(value['tags']) ? value['tags'].map((tag) => textOf(tag).replace(/^@/, '')) : [];
  const texts = [textOf(value['title']), textOf(value['body'])];
  const { at, stamp } = clock(wallTime(textOf(value['date']), textOf(value['time'])));
  return {
    entry: {
      at,
      text: texts.filter((text) => text !== '').join('\n'),
      tags: [...new Set(tags.filter((tag) => tag !== ''))],
    },
    stamp,
    identity: JSON.stringify(value),
    leftOut: leftOutOf(value, read),
  };
}
