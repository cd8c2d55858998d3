import { mkdtemp, open, rm } from 'node:fs/promises';
import { createWriteStream } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import sqlite from 'node-sqlite3-wasm';
import { contentOf, type SourceFile } from '../source-file.ts';
import { fileProblem } from './row.ts';

type Value = number | bigint | string | Uint8Array | null;
export type SqliteRow = Record<string, Value>;

/** The tables `users` and `entries` of the predecessor's database, read in slices. */
export interface PredecessorFile {
  users(): AsyncGenerator<SqliteRow>;
  entries(): AsyncGenerator<SqliteRow>;
  count(table: 'users' | 'entries'): number;
  close(): Promise<void>;
}

// SQLite runs within this process: so many rows at a time, then others have their turn.
const sliceRows = 500;

const columns = {
  users: ['id', 'email', 'password_hash', 'created_at'],
  entries: ['id', 'user_id', 'text', 'mood', 'category', 'created_at'],
} as const;

/**
 * Opens the file that the predecessor kept. Only two plain tables are read, by their numbers: what else a file may hold
 * (views, virtual tables, computed columns) could keep SQLite busy for ever.
 */
export async function openPredecessor(file: SourceFile): Promise<PredecessorFile> {
  const directory = await mkdtemp(join(tmpdir(), 'daymark-'));
  const path = join(directory, 'data.db');
  let database: sqlite.Database | undefined;
  const close = async () => {
    if (database?.isOpen === true) database.close();
    await rm(directory, { recursive: true, force: true });
  };
  try {
    await copy(file, path);
    const opened = (database = new sqlite.Database(path, { readOnly: true }));
    for (const table of ['users', 'entries'] as const) requirePlainTable(opened, table);
    return {
      users: () => rows(opened, 'users'),
      entries: () => rows(opened, 'entries'),
      count: (table) => Number(opened.get(`select count(*) as n from ${table}`)?.['n']),
      close,
    };
  } catch (error) {
    await close();
    throw readable(error);
  }
}

/** A file of a database in WAL mode needs its companions, which did not come along: it is marked as one without. */
async function copy(file: SourceFile, path: string): Promise<void> {
  await pipeline(contentOf(file), createWriteStream(path, { mode: 0o600 }));
  const handle = await open(path, 'r+');
  try {
    // https://sqlite.org/fileformat2.html#file_format_version_numbers
    await handle.write(Buffer.from([1, 1]), 0, 2, 18);
  } finally {
    await handle.close();
  }
}

function requirePlainTable(database: sqlite.Database, table: keyof typeof columns): void {
  const found = database.get(`select type, sql from sqlite_master where name = ? collate nocase`, table);
  const isPlain =
    found?.['type'] === 'table' && typeof found['sql'] === 'string' && /^create\s+table/i.test(found['sql']);
  const present = isPlain ? database.all(`select name, hidden from pragma_table_xinfo(?)`, table) : [];
  const names = new Set(present.filter((column) => column['hidden'] === 0).map((column) => column['name']));
  const missing = columns[table].filter((name) => !names.has(name));
  if (missing.length === 0) return;
  throw fileProblem('format_mismatch', `The database has no table "${table}" with ${missing.join(', ')}.`);
}

async function* rows(database: sqlite.Database, table: keyof typeof columns): AsyncGenerator<SqliteRow> {
  const cells = columns[table].map((name) => (name === 'id' ? 'rowid as id' : cellOf(name)));
  const text = `select ${cells.join(', ')} from ${table} where rowid > ? order by rowid limit ${sliceRows}`;
  let last: number | bigint = -(2n ** 63n);
  for (;;) {
    const slice: SqliteRow[] = read(() => database.all(text, last) as SqliteRow[]);
    for (const row of slice) {
      // A damaged tree can lead in circles.
      if (typeof row['id'] !== 'number' && typeof row['id'] !== 'bigint')
        throw damaged('a row without a number');
      if (row['id'] <= last) throw damaged('rows out of order');
      last = row['id'];
      yield row;
    }
    if (slice.length < sliceRows) return;
    await new Promise((resolve) => setImmediate(resolve));
  }
}

/** A cell of at most 1 MiB: a larger one is not loaded, and shows by its type alone. */
const cellOf = (name: string) =>
  `case when octet_length(${name}) <= 1048576 or ${name} is null then ${name} else x'ff' end as ${name}`;

function read<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw readable(error);
  }
}

function readable(error: unknown): unknown {
  return error instanceof sqlite.SQLite3Error ? damaged(error.message) : error;
}

function damaged(reason: string) {
  return fileProblem('file_damaged', `The database cannot be read: ${reason}.`);
}
