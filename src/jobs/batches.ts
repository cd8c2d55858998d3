import { setImmediate as turn } from 'node:timers/promises';
import type { Query, Sql } from '../db/sql.ts';

/** A statement that deals with at most `limit` rows and answers how many they were. */
export type Batch = Query<[limit: number], number>;

// Long enough to pay for its transaction, short enough that nobody waits for its locks.
const batchSize = 1000;

/**
 * What repeats a statement, each time in a transaction of its own, until nothing is left or the signal fires. The
 * statement must deal with other rows each time.
 */
export function inBatches(batch: Batch): (sql: Sql, signal: AbortSignal) => Promise<void> {
  return async (sql, signal) => {
    while (!signal.aborted && (await batch(sql, batchSize)) === batchSize) await turn();
  };
}
