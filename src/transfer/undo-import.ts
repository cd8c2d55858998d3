import type { Database } from '../db/connect.ts';
import { markUndone, undoSome } from './queries.ts';

const mostAtOnce = 2000;

/** Removes for good what an import made and nobody has changed since. May run again, also after a crash. */
export async function undoImport(
  db: Database,
  userId: string,
  importId: string,
  signal?: AbortSignal,
): Promise<void> {
  while ((await undoSome(db, userId, importId, mostAtOnce)) === mostAtOnce) signal?.throwIfAborted();
  await markUndone(db, userId, importId);
}
