import { setImmediate as turn } from 'node:timers/promises';
import { Problem } from '../http/problem.ts';
import type { EntryValues } from './check-row.ts';
import { entryId, rowHash } from './entry-id.ts';
import type { Draft, Row } from './formats/row.ts';
import { occurrences } from './occurrences.ts';

/** A row as it goes to the database: an entry, or why it is none; null for what a rehearsal must not count twice. */
export interface Item {
  /** Its number in the file, from 1. */
  row: number;
  outcome: EntryValues | Problem | null;
  leftOut: string[];
}

const mostRows = 2000;
/** So long the rows of a block may keep the event loop, and with it the answers of PostgreSQL and everybody's requests. */
const mostMs = 1;
const mostCharacters = 2 * 1024 * 1024;

/**
 * The rows of a file after the first `done`, checked, in batches that fit into one statement. The ones before are read
 * too, since what came before decides which of two equal rows is the second. Rows before a place where the file breaks
 * come first, then the Problem is thrown.
 */
export async function* batches(
  format: string,
  rows: AsyncIterable<Row[]>,
  check: (draft: Draft, id: string) => EntryValues,
  { done, dry_run: isRehearsal }: { done: number; dry_run: boolean },
): AsyncGenerator<Item[]> {
  const itemOf = itemMaker(format, check, isRehearsal);
  let batch: Item[] = [];
  let characters = 0;
  let broken: Problem | undefined;
  let row = 0;
  let since = performance.now();
  try {
    for await (const block of rows) {
      for (const each of block) {
        if (performance.now() - since > mostMs) {
          await turn();
          since = performance.now();
        }
        row++;
        const item = itemOf(each, row, row > done);
        if (item === null) continue;
        batch.push(item);
        characters += sizeOf(item);
        if (batch.length < mostRows && characters < mostCharacters) continue;
        yield batch;
        batch = [];
        characters = 0;
      }
    }
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    broken = error;
  }
  if (batch.length > 0) yield batch;
  if (broken !== undefined) throw broken;
}

function itemMaker(format: string, check: (draft: Draft, id: string) => EntryValues, isRehearsal: boolean) {
  const seen = occurrences();
  return (each: Row, row: number, isNew: boolean): Item | null => {
    if ('problem' in each) return isNew ? { row, outcome: each.problem, leftOut: [] } : null;
    const hash = rowHash(format, each.identity);
    const occurrence = seen.next(hash);
    if (!isNew) return null;
    // The id of a restored entry decides whether it is there already; what a rehearsal wrote of it is taken back.
    if (isRehearsal && each.restored !== undefined && occurrence > 1)
      return { row, outcome: null, leftOut: each.leftOut };
    return { row, outcome: outcomeOf(each, hash, occurrence, check), leftOut: each.leftOut };
  };
}

function outcomeOf(
  draft: Draft,
  hash: string,
  occurrence: number,
  check: (draft: Draft, id: string) => EntryValues,
): Item['outcome'] {
  const { restored, stamp, order } = draft;
  try {
    const at = stamp ?? String(draft.entry.at);
    return check(draft, restored?.id ?? entryId(at, hash, occurrence, order));
  } catch (problem) {
    if (problem instanceof Problem) return problem;
    throw problem;
  }
}

function sizeOf({ outcome }: Item): number {
  if (outcome === null || outcome instanceof Problem) return 100;
  return outcome.text.length + outcome.document.length + outcome.tags.length + outcome.measures.length;
}
