import { DatabaseError } from 'pg';
import { arrayBytes } from '../db/array-bytes.ts';
import { arrayText } from '../db/array-text.ts';
import type { Database } from '../db/connect.ts';
import { databaseFault } from '../db/errors.ts';
import type { Sql } from '../db/sql.ts';
import { entryConstraints } from '../entries/constraints.ts';
import { constraintProblem, Problem } from '../http/problem.ts';
import type { Item } from './batches.ts';
import { oneSentence, type EntryValues } from './check-row.ts';
import { rowProblem, UnmappedMood } from './formats/row.ts';
import { keepable } from './keepable.ts';
import { adoptDayStart, insertEntries, lockImport, writeImported } from './queries.ts';

/** An import that runs: how far it got, and what it tells of the rows so far. */
export interface Run {
  userId: string;
  importId: string;
  dryRun: boolean;
  /** The rule for days that the file brings along. */
  dayStartMinutes: number | null;
  progress: Progress;
}

/** Changes with each batch, and only once that is committed. */
export interface Progress {
  done: number;
  errorCount: number;
  unmappedMoods: ReadonlySet<string>;
  leftOut: ReadonlyMap<string, number>;
}

const mostErrors = 1000;
const mostNames = 200;

/** Rows that are written together. */
export interface Batch {
  items: Item[];
  /** Of those that are entries, as `insertEntries` takes them. */
  columns: Columns;
}

type Columns = ReturnType<typeof columnsOf>;

/** A batch of these rows, with all that can be made before the database has done with the one before. */
export function batchOf(items: Item[]): Batch {
  return {
    items,
    columns: columnsOf(items.map(({ outcome }) => outcome).filter((outcome) => isEntry(outcome))),
  };
}

/**
 * Writes a batch and the place that the import has reached, in one transaction: after a crash it goes on where that
 * says. False, and nothing is written, where the import was cancelled or somebody else goes on with it.
 */
export async function writeBatch(db: Database, run: Run, batch: Batch): Promise<boolean> {
  try {
    const next = after(run.progress, batch.items);
    const isWritten = run.dryRun ? await rehearse(db, run, batch, next) : await write(db, run, batch, next);
    if (isWritten) run.progress = next;
    return isWritten;
  } catch (error) {
    const problem = problemOf(error);
    if (problem === null) throw error;
    return writeParts(db, run, batch.items, { error, problem });
  }
}

/** What the database said of a batch, and what that means for the row whose fault it is. */
interface Refusal {
  error: unknown;
  problem: Problem;
}

/** The database refuses a row that only it can judge, and does not say which: it is found by halves. */
async function writeParts(db: Database, run: Run, items: Item[], refusal: Refusal): Promise<boolean> {
  const [first] = items;
  if (first !== undefined && items.length === 1) {
    // Nothing of this row is written: it was not the row that was refused.
    if (first.outcome instanceof Problem) throw refusal.error;
    return writeBatch(db, run, batchOf([{ ...first, outcome: refusal.problem }]));
  }
  const middle = items.length >> 1;
  const halves = [items.slice(0, middle), items.slice(middle)] as const;
  return (await writeBatch(db, run, batchOf(halves[0]))) && writeBatch(db, run, batchOf(halves[1]));
}

async function write(db: Database, run: Run, batch: Batch, next: Progress): Promise<boolean> {
  const dayStart = toAdopt(run);
  if (dayStart === null) return advance(db, run, batch, 0, next);
  return db.transaction(async (sql) => {
    if ((await lockImport(sql, run.userId, run.importId, run.progress.done)) === undefined) return false;
    await adoptDayStart(sql, run.userId, dayStart);
    return advance(sql, run, batch, 0, next);
  });
}

/** What the batch would create: it is written, counted and taken back. */
async function rehearse(db: Database, run: Run, { items, columns }: Batch, next: Progress): Promise<boolean> {
  const { userId, importId } = run;
  const dayStart = toAdopt(run);
  const took: { created?: number } = {};
  const takeBack = new Error('a rehearsal is taken back');
  await db
    .transaction(async (sql) => {
      if (dayStart !== null) await adoptDayStart(sql, userId, dayStart);
      took.created = await insertEntries(sql, userId, importId, ...columns);
      throw takeBack;
    })
    .catch((error: unknown) => {
      if (error !== takeBack) throw error;
    });
  return advance(db, run, { items, columns: columnsOf([]) }, took.created ?? 0, next);
}

/** The rule for days that is taken over before the first rows are written. */
function toAdopt({ progress, dayStartMinutes }: Run): number | null {
  return progress.done === 0 ? dayStartMinutes : null;
}

/** Beside what it writes `created` are counted. False where the import is not where this run left it. */
async function advance(
  sql: Sql,
  { userId, importId, progress }: Run,
  { items, columns }: Batch,
  created: number,
  next: Progress,
): Promise<boolean> {
  const refused = items.filter(({ outcome }) => outcome instanceof Problem);
  const told = refused.slice(0, Math.max(0, mostErrors - progress.errorCount));
  const numbers = [progress.done, items.length, created, refused.length] as const;
  const texts = [
    JSON.stringify(told.map(errorOf)),
    JSON.stringify([...next.unmappedMoods]),
    JSON.stringify(Object.fromEntries(next.leftOut)),
  ] as const;
  return (await writeImported(sql, userId, importId, ...columns, ...numbers, ...texts)) === 1;
}

/** The values of entries, member by member, as `insertEntries` takes them. */
export function columnsOf(rows: EntryValues[]) {
  const column = (name: keyof EntryValues) => arrayText(rows.map((row) => row[name]));
  const bytes = (name: 'text' | 'tags' | 'measures' | 'document') => arrayBytes(rows.map((row) => row[name]));
  return [
    ...([column('id'), bytes('text'), column('mood'), column('category'), bytes('tags')] as const),
    ...([bytes('measures'), column('at'), column('time_zone'), bytes('document')] as const),
    ...([column('created_at'), column('updated_at'), column('version'), column('deleted_at')] as const),
  ] as const;
}

/** What is to be told of the import after this batch. */
function after(before: Progress, items: Item[]): Progress {
  const unmappedMoods = new Set(before.unmappedMoods);
  const leftOut = new Map(before.leftOut);
  let errorCount = before.errorCount;
  for (const { outcome, leftOut: names } of items) {
    if (outcome instanceof Problem) errorCount++;
    if (outcome instanceof UnmappedMood && unmappedMoods.size < mostNames)
      unmappedMoods.add(keepable(outcome.mood));
    for (const name of names.map(keepable)) {
      if (leftOut.has(name) || leftOut.size < mostNames) leftOut.set(name, (leftOut.get(name) ?? 0) + 1);
    }
  }
  return {
    done: before.done + items.length,
    errorCount,
    unmappedMoods,
    leftOut,
  };
}

function errorOf({ row, outcome }: Item) {
  const { code, message } = outcome as Problem;
  return { row, code, detail: keepable(message) };
}

function isEntry(outcome: Item['outcome']): outcome is EntryValues {
  return outcome !== null && !(outcome instanceof Problem);
}

/** What a row did wrong where the database refused it; null where it is not the row's fault. */
export function problemOf(error: unknown): Problem | null {
  const fault = databaseFault(error, entryConstraints);
  if (fault?.kind === 'constraint') return oneSentence(constraintProblem(fault.meaning));
  // Class 22 is "data exception", such as a time zone that this PostgreSQL does not know.
  if (error instanceof DatabaseError && error.code?.startsWith('22') === true)
    return rowProblem('row_refused', 'The database cannot keep a value of this row.');
  return null;
}
