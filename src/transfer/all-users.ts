import type { Database } from '../db/connect.ts';
import { Problem } from '../http/problem.ts';
import { rowChecker, type EntryValues } from './check-row.ts';
import { entryId, rowHash } from './entry-id.ts';
import { fileProblem, type MoodNames } from './formats/row.ts';
import { openPredecessor, type SqliteRow } from './formats/sqlite-file.ts';
import { draftOf, ownerOf } from './formats/sqlite.ts';
import { moveAccounts } from './move-accounts.ts';
import { operatorFindMoved, type MovedAccount } from './operator-queries.ts';
import { insertEntries } from './queries.ts';
import type { SourceFile } from './source-file.ts';
import { columnsOf, problemOf } from './write-batch.ts';

export interface RowError {
  row: number;
  code: string;
  detail: string;
}

/** What became of an installation of the predecessor. Rows have the numbers that they have there. */
export interface MoveReport {
  accounts: { created: number; present: number; errors: RowError[] };
  entries: { total: number; created: number; skipped: number; error_count: number; errors: RowError[] };
  /** Entries of accounts that do not exist: how many, and the first of them. */
  orphans: { count: number; adopted: number; rows: number[] };
}

export interface MoveOptions {
  moods: MoodNames;
  /** Who gets the entries of nobody; must be here, or come with the file. */
  adopterEmail: string | null;
  signal?: AbortSignal;
  onProgress?: (done: number, total: number) => void;
}

const mostTold = 1000;
const batchRows = 1000;
const mostHeld = 5000;

type Entry = EntryValues & { row: number };

/**
 * Brings every account of a predecessor's database with all its entries. It may run again, also after it was broken
 * off: what is here already stays as it is. Throws a Problem for a file that is none, or cannot be read on.
 */
export async function importAllUsers(
  db: Database,
  file: SourceFile,
  options: MoveOptions,
): Promise<MoveReport> {
  const source = await openPredecessor(file);
  try {
    const accounts = await moveAccounts(db, source);
    const report: MoveReport = {
      accounts: { created: accounts.made, present: accounts.present, errors: accounts.errors },
      entries: { total: source.count('entries'), created: 0, skipped: 0, error_count: 0, errors: [] },
      orphans: { count: 0, adopted: 0, rows: [] },
    };
    const adopter = await adopterOf(db, options.adopterEmail);
    const writer = entryWriter(db, report, options.moods);
    let done = 0;
    for await (const row of source.entries()) {
      options.signal?.throwIfAborted();
      const account = accounts.byNumber.get(ownerOf(row)) ?? orphan(row, report, adopter);
      if (account !== null) await writer.add(account, row);
      if (++done % batchRows === 0) options.onProgress?.(done, report.entries.total);
    }
    await writer.end();
    options.onProgress?.(done, report.entries.total);
    return report;
  } finally {
    await source.close();
  }
}

async function adopterOf(db: Database, email: string | null): Promise<MovedAccount | null> {
  if (email === null) return null;
  const account = await operatorFindMoved(db, email);
  if (account === undefined)
    throw fileProblem('account_not_found', `There is no account ${email}, here or in the file.`);
  return account;
}

/** Who gets an entry of nobody, null where nobody does; it is told either way. */
function orphan(row: SqliteRow, { orphans }: MoveReport, adopter: MovedAccount | null): MovedAccount | null {
  orphans.count++;
  if (adopter !== null) orphans.adopted++;
  if (orphans.rows.length < mostTold) orphans.rows.push(Number(row['id']));
  return adopter;
}

/** Gathers the entries of each account, and writes them in batches. */
function entryWriter(db: Database, report: MoveReport, moods: MoodNames) {
  const held = new Map<string, Entry[]>();
  const checkers = new Map<string, ReturnType<typeof rowChecker>>();
  let count = 0;

  function valuesOf({ user_id: userId, time_zone: zone }: MovedAccount, row: SqliteRow): Entry {
    const check = checkers.get(userId) ?? rowChecker(userId, zone);
    if (checkers.size < 100) checkers.set(userId, check);
    const { order, identity, entry, leftOut } = draftOf(row, moods);
    const id = entryId(String(entry.at), rowHash('sqlite', identity), 1, order);
    const values = check({ entry, identity, leftOut }, id);
    return { ...values, created_at: values.at, row: Number(row['id']) };
  }

  async function end(): Promise<void> {
    for (const [userId, entries] of held) await writeEntries(db, report, userId, entries);
    held.clear();
    count = 0;
  }

  return {
    end,
    async add(account: MovedAccount, row: SqliteRow): Promise<void> {
      try {
        const entries = held.get(account.user_id) ?? [];
        entries.push(valuesOf(account, row));
        held.set(account.user_id, entries);
        count++;
      } catch (problem) {
        if (!(problem instanceof Problem)) throw problem;
        refuse(report, Number(row['id']), problem);
      }
      if (count >= mostHeld) await end();
    },
  };
}

async function writeEntries(
  db: Database,
  report: MoveReport,
  userId: string,
  entries: Entry[],
): Promise<void> {
  try {
    const created = await insertEntries(db, userId, null, ...columnsOf(entries));
    report.entries.created += created;
    report.entries.skipped += entries.length - created;
  } catch (error) {
    const problem = problemOf(error);
    if (problem === null) throw error;
    const [first] = entries;
    if (first === undefined || entries.length === 1) {
      refuse(report, first?.row ?? 0, problem);
      return;
    }
    // It does not say which row it refuses: that is found by halves.
    const middle = entries.length >> 1;
    await writeEntries(db, report, userId, entries.slice(0, middle));
    await writeEntries(db, report, userId, entries.slice(middle));
  }
}

function refuse({ entries }: MoveReport, row: number, { code, message }: Problem): void {
  entries.error_count++;
  if (entries.errors.length < mostTold) entries.errors.push({ row, code, detail: message });
}
