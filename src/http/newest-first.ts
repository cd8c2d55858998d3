import type { Cursors } from './cursor.ts';

/** What a page of a list by id is asked for with. */
export interface PageQuery {
  limit?: number;
  cursor?: string;
}

/**
 * A page of what `find` lists by id, newest first, from those before an id (null: from the newest), and the cursor of
 * the next one. `scope` is what the cursor belongs to: the user and the list. 400 for a cursor of something else.
 */
export async function newestFirst<Row extends { id: string }>(
  cursors: Cursors,
  scope: string,
  { limit = 20, cursor }: PageQuery,
  find: (before: string | null, limit: number) => Promise<Row[]>,
): Promise<{ rows: Row[]; next: string | null }> {
  const before = cursor === undefined ? null : (cursors.read(scope, cursor)[0] ?? null);
  const found = await find(before, limit + 1);
  const rows = found.slice(0, limit);
  return { rows, next: found.length > limit ? cursors.write(scope, [rows.at(-1)?.id ?? '']) : null };
}
