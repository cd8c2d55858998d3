import type { Entry } from '../api/types.ts';
import type { Pending } from '../offline/store.ts';
import { newestFirst } from './newest-first.ts';

/** What the server said, with what it has not been told yet: newest first. `belongs` says which waiting ones the list would hold. */
export function overlay(
  entries: readonly Entry[],
  waiting: readonly Pending[],
  belongs: (entry: Entry) => boolean,
): Entry[] {
  const changed = new Map(waiting.map((item) => [item.id, item]));
  const known = entries.filter((entry) => !changed.has(entry.id));
  const mine = waiting
    .filter((item) => item.kind !== 'delete' && belongs(item.shown))
    .map((item) => item.shown);
  return mine.length === 0 ? known : [...known, ...mine].sort(newestFirst);
}
