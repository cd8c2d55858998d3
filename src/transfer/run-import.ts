import { setTimeout as sleep } from 'node:timers/promises';
import type { Database } from '../db/connect.ts';
import type { Sql } from '../db/sql.ts';
import { Problem } from '../http/problem.ts';
import { batches } from './batches.ts';
import { rowChecker } from './check-row.ts';
import { countRows } from './count-rows.ts';
import { manifestOf } from './formats/daymark.ts';
import type { FormatName } from './format-names.ts';
import { formats } from './formats/formats.ts';
import type { Reading } from './formats/row.ts';
import { keepable } from './keepable.ts';
import { moodNames, type MoodMap } from './mood-map.ts';
import { beginImport, endImport, findChunk, setTotal, type ImportRow } from './queries.ts';
import { spool, type SourceFile } from './source-file.ts';
import { batchOf, writeBatch, type Run } from './write-batch.ts';

export interface ImportOptions {
  /** Where the file lies; without it, what was uploaded is read. */
  file?: SourceFile;
  /** Stops between two batches; the import can be gone on with. */
  signal?: AbortSignal;
  /** Hears the rows dealt with so far after each batch. */
  onProgress?: (done: number, total: number) => void;
  /** Hears, in the transaction that ends an import, of how it ended. */
  onEnd?: OnEnd;
}

export type OnEnd = (sql: Sql, userId: string, report: object) => Promise<void>;

const mostAttempts = 5;
/** A batch is larger than what a socket takes at once; PostgreSQL waits for its end, and the next may wait a little. */
const toSendMs = 2;

/**
 * Runs an import, from the place that it has reached, to its end. Nothing happens where it is at its end already, or
 * where somebody else has it in hand and is faster. What is wrong with the file ends it as `failed`; rejects, to be
 * tried again, where the database is away or the signal came.
 */
export async function runImport(
  db: Database,
  userId: string,
  importId: string,
  options: ImportOptions = {},
): Promise<void> {
  const row = await beginImport(db, userId, importId);
  if (row === undefined) return;
  const end = async (state: 'finished' | 'failed', problem: { code: string; message: string } | null) => {
    const error =
      problem && JSON.stringify([{ row: 0, code: problem.code, detail: keepable(problem.message) }]);
    await db.transaction(async (sql) => {
      const ended = await endImport(sql, userId, importId, state, error);
      if (ended !== undefined) await options.onEnd?.(sql, userId, JSON.parse(ended.import) as object);
    });
  };
  if (row.attempts > mostAttempts) {
    await end('failed', {
      code: 'internal_error',
      message: 'Something went wrong on our side, again and again.',
    });
    return;
  }
  const file = options.file ?? (await spool(uploaded(db, userId, importId)));
  try {
    if (await readThrough(db, userId, row, file, options)) await end('finished', null);
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    await end('failed', error);
  } finally {
    if (options.file === undefined) await file.close();
  }
}

async function* uploaded(db: Database, userId: string, importId: string): AsyncGenerator<Buffer> {
  for (let position = 0; ; position++) {
    const chunk = await findChunk(db, userId, importId, position);
    if (chunk === undefined) return;
    yield chunk.data;
  }
}

/** True where all of the file is dealt with; false where the import was taken out of hand. */
async function readThrough(
  db: Database,
  userId: string,
  row: ImportRow,
  file: SourceFile,
  { signal, onProgress }: ImportOptions,
): Promise<boolean> {
  const format = row.format as FormatName;
  const moods = moodNames(JSON.parse(row.mood_map) as MoodMap);
  const reading: Reading = { moods, timeZone: row.time_zone, email: row.email };
  const total = row.total ?? (await countRows(format, file, reading, signal));
  await setTotal(db, userId, row.id, total);
  const dayStartMinutes = format === 'daymark' ? (await manifestOf(file)).dayStartMinutes : null;
  const run = runOf(userId, row, dayStartMinutes);
  const check = rowChecker(userId, row.time_zone);
  // While the database writes one batch the next is read.
  let writing = Promise.resolve(true);
  try {
    for await (const items of batches(format, formats[format](file, reading), check, row)) {
      const batch = batchOf(items);
      if (!(await writing)) return false;
      signal?.throwIfAborted();
      onProgress?.(run.progress.done, total);
      writing = writeBatch(db, run, batch);
      // It is looked at in the next round; until then a failure is not unheard of.
      writing.catch(() => undefined);
      await sleep(toSendMs);
    }
  } catch (error) {
    // What was read before the place where the file breaks is kept.
    if (!(await writing)) return false;
    throw error;
  }
  const isDone = await writing;
  onProgress?.(run.progress.done, total);
  return isDone;
}

function runOf(userId: string, row: ImportRow, dayStartMinutes: number | null): Run {
  return {
    userId,
    importId: row.id,
    dryRun: row.dry_run,
    dayStartMinutes,
    progress: {
      done: row.done,
      errorCount: row.error_count,
      unmappedMoods: new Set(JSON.parse(row.unmapped_moods) as string[]),
      leftOut: new Map(Object.entries(JSON.parse(row.left_out) as Record<string, number>)),
    },
  };
}
