import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { escapeIdentifier, type Client } from 'pg';
import { to as copyTo } from 'pg-copy-streams';
import { readHistory } from '../db/migrate/history.ts';
import { checkServer } from '../db/server-version.ts';
import { exitCodes, StartError } from '../exit.ts';
import { keyCheck } from './key-check.ts';
import { formatVersion, memberOf, type Manifest, type TableEntry } from './manifest.ts';
import { measure } from './measure.ts';
import type { OnRows } from './progress.ts';
import { operatorBackupSequences, operatorBackupTables, type TableRow } from './queries.ts';
import { sqlOn, withQuietSchema, type SessionOptions } from './session.ts';
import { writeWhole } from './whole-file.ts';
import { zipOf, type Member } from './zip.ts';

export interface BackupOptions extends SessionOptions {
  file: string;
  /** The version of this program. */
  version: string;
  /** Null where the installation has no key yet. */
  secretKey: Buffer | null;
  onRows: OnRows;
}

/**
 * Writes the whole installation as of one moment to `file`: every write acknowledged before it began is in
 * it, none is in it by half. The server goes on meanwhile. Gives the manifest. Throws StartError and errors
 * of the database; the file is then as it was before.
 */
export function takeBackup(options: BackupOptions): Promise<Manifest> {
  return withQuietSchema(options, async (client) => {
    // The first statement in it takes the snapshot that all the others see.
    await client.query('begin isolation level repeatable read read only');
    const manifest = await describe(client, options);
    const tables = await operatorBackupTables(sqlOn(client));
    const members = membersOf(client, tables, manifest, options.onRows);
    await writeWhole(options.file, () => zipOf(members), options.signal).catch(async (error: unknown) => {
      // Nobody reads the COPY that runs any more, and behind it every further statement would wait for ever, the
      // one that gives the lock back included. Cutting the connection off ends both.
      await client.end();
      throw error;
    });
    await client.query('commit');
    return manifest;
  });
}

/** The manifest but for the tables, which are described as they are written. */
async function describe(client: Client, { version, secretKey }: BackupOptions): Promise<Manifest> {
  const history = await readHistory(client);
  if (history.length === 0) {
    throw new StartError('there is nothing to back up: the database was never migrated', exitCodes.failed);
  }
  const { rows } = await client.query<{ taken_at: string }>(
    `select to_char(now() at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as taken_at`,
  );
  return {
    format: 'daymark-backup',
    format_version: formatVersion,
    daymark: version,
    taken_at: rows[0]?.taken_at ?? '',
    postgresql: await checkServer(client),
    migrations: history.map(({ applied_at: _when, ...migration }) => migration),
    tables: [],
    sequences: await operatorBackupSequences(sqlOn(client)),
    key_check: secretKey === null ? null : keyCheck(secretKey),
  };
}

/** A member per table, and last the manifest, which knows by then what they came to. */
function membersOf(client: Client, tables: TableRow[], manifest: Manifest, onRows: OnRows): Member[] {
  const add = (entry: TableEntry) => manifest.tables.push(entry);
  return [
    ...tables.map((table) => ({
      name: memberOf(table.name),
      open: () => copyOut(client, table, onRows, add),
    })),
    {
      name: 'manifest.json',
      open: () => Readable.from([Buffer.from(`${JSON.stringify(manifest, null, 2)}\n`)]),
    },
  ];
}

/**
 * Text format and not CSV, in which PostgreSQL up to 17 takes a line `\.` inside a quoted value for the end
 * of the data. COPY of a query, since COPY of a partitioned table is refused.
 */
function copyOut(
  client: Client,
  { name, columns, estimate }: TableRow,
  onRows: OnRows,
  add: (entry: TableEntry) => void,
): Readable {
  const list = columns.map(escapeIdentifier).join(', ');
  const text = `copy (select ${list} from ${escapeIdentifier(name)}) to stdout (format text, header)`;
  const source = client.query(copyTo(text, { highWaterMark: 1024 * 1024 }));
  const { stream, result } = measure((rows) => onRows(name, rows, Math.max(rows, estimate)));
  void pipeline(source, stream).then(
    () => undefined,
    // It reaches the archive as the error of `stream`.
    () => undefined,
  );
  stream.once('end', () => {
    const measured = result();
    add({ name, columns, ...measured });
    onRows(name, measured.rows, measured.rows);
  });
  return stream;
}
