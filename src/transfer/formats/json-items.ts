import { JSONParser } from '@streamparser/json';
import { guarded } from './json-guard.ts';
import { fileProblem } from './row.ts';

/** A value out of a document, and the names and places that lead to it. */
export interface Item {
  value: unknown;
  path: (string | number)[];
}

/**
 * The values of a JSON document at `paths` (as in `$.entries.*`), as they come by; nothing else of it is kept. Its
 * entries, which have a largest size, lie within `depth` brackets: those of the paths, unless it is said. Throws a
 * Problem where it is no JSON, or not whole.
 */
export async function* jsonItems(
  content: AsyncIterable<Buffer>,
  paths: string[],
  depth = Math.max(...paths.map(depthOf)),
): AsyncGenerator<Item> {
  const parser = new JSONParser({ paths, keepStack: false });
  let found: Item[] = [];
  let broken: Error | undefined;
  parser.onValue = ({ value, key, stack }) => {
    const path = [...stack.slice(1).map((each) => each.key), key].filter((name) => name !== undefined);
    found.push({ value, path });
  };
  parser.onError = (error) => (broken ??= error);
  for await (const chunk of guarded(content, depth)) {
    parser.write(chunk);
    yield* found;
    found = [];
    if (broken !== undefined) throw noJson();
  }
  if (!parser.isEnded) throw fileProblem('file_damaged', 'The document breaks off before its end.');
}

/** `$.entries.*` lies within two brackets. */
function depthOf(path: string): number {
  return path.split('.').length - 1;
}

function noJson() {
  return fileProblem('file_damaged', 'The document is not JSON from some place on.');
}

/** A member that should be text: '' where it is not there, JSON where it is something else. */
export function textOf(value: unknown): string {
  if (value === undefined || value === null) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** True for what JSON calls an object. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
