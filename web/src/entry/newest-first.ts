import type { Entry } from '../api/types.ts';

/** Sorts entries as the server lists them: the latest first, those of one instant by their id. */
export function newestFirst(a: Entry, b: Entry): number {
  const [earlier, later] = [Date.parse(a.at), Date.parse(b.at)];
  return earlier === later ? (a.id < b.id ? 1 : -1) : later - earlier;
}
