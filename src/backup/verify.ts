import { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { TableEntry } from './manifest.ts';
import { measure, type Measured } from './measure.ts';
import type { OnRows } from './progress.ts';
import { damaged, type Archive } from './read-archive.ts';

/**
 * Reads every table of a backup and compares counts and checksums with its manifest; needs no database.
 * Throws StartError at the first that differs.
 */
export async function verifyArchive(archive: Archive, onRows: OnRows, signal: AbortSignal): Promise<void> {
  for (const table of archive.manifest.tables) {
    const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
    await streamTable(archive, table, nowhere, onRows, signal);
  }
}

/** Streams a table's member into `target`. Throws StartError where it is not what the manifest says. */
export async function streamTable(
  archive: Archive,
  table: TableEntry,
  target: Writable,
  onRows: OnRows,
  signal: AbortSignal,
): Promise<void> {
  const { stream, result } = measure((rows) => onRows(table.name, rows, table.rows));
  const source = await archive.open(table.name);
  // A pipeline ends all its streams with the error of the first: which one it was must be noted before.
  const failed: { first?: 'source' | 'target' } = {};
  source.once('error', () => (failed.first ??= 'source'));
  target.once('error', () => (failed.first ??= 'target'));
  try {
    await pipeline(source, stream, target, { signal });
  } catch (error) {
    if (failed.first === 'source' && !signal.aborted) throw brokenTable(archive, table, error as Error);
    throw error;
  }
  if (differs(result(), table)) {
    throw damaged(archive.file, `the table ${table.name} is not what its manifest says`);
  }
}

function brokenTable({ file }: Archive, { name }: TableEntry, { message }: Error): Error {
  return damaged(file, `the table ${name} cannot be read (${message})`);
}

function differs(found: Measured, said: TableEntry): boolean {
  return found.rows !== said.rows || found.bytes !== said.bytes || found.sha256 !== said.sha256;
}
