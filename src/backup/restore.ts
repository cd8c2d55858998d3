import { DatabaseError, escapeIdentifier, type Client } from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { migrateTo, migrateWithin } from '../db/migrate.ts';
import { exitCodes, StartError } from '../exit.ts';
import { versionOf } from './compatible.ts';
import { holdDeliveries } from './deliveries.ts';
import type { TableEntry } from './manifest.ts';
import type { OnRows } from './progress.ts';
import { operatorBackupTables } from './queries.ts';
import type { Archive } from './read-archive.ts';
import { renewRevisions } from './revisions.ts';
import { sqlOn, withQuietSchema, type SessionOptions } from './session.ts';
import { withoutIndexes } from './suspend.ts';
import { contentsOf, refuseServers, type Contents } from './target.ts';
import { streamTable, verifyArchive } from './verify.ts';

export interface RestoreOptions extends SessionOptions {
  migrations: URL | string;
  onRows: OnRows;
  /** Whether webhook deliveries that wait go out, or are held back. */
  resumeDeliveries: boolean;
  /** Asked before what is in the database is destroyed; throws where it is to stay. */
  mayDestroy: (contents: Contents) => Promise<void>;
}

/**
 * Puts a backup in the place of what is in the database: in one transaction, at the backup's version of the
 * schema, every count and checksum compared before it commits; then migrates to the newest version. Gives how
 * many webhook deliveries were held back. Throws StartError; the database is then as it was before.
 */
export async function restoreBackup(archive: Archive, options: RestoreOptions): Promise<number> {
  const { connection, migrations, log, signal } = options;
  const version = await versionOf(archive, migrations);
  await verifyArchive(archive, () => undefined, signal);
  const held = await withQuietSchema(options, async (client) => {
    await refuseServers(client);
    const contents = await contentsOf(client);
    if (contents !== null) await options.mayDestroy(contents);
    await client.query('begin');
    await empty(client, archive);
    await migrateWithin(client, migrations, version);
    await fill(client, archive, options);
    await renewRevisions(client);
    const count = options.resumeDeliveries ? 0 : await holdDeliveries(client);
    await client.query('commit');
    return count;
  });
  await migrateTo({ connection, directory: migrations, target: 'latest', log, signal });
  return held;
}

/** Tables that the backup does not know are left alone, unless their rows belong to rows that go. */
async function empty(client: Client, { manifest }: Archive): Promise<void> {
  const names = new Set(namesOf(manifest.tables));
  const present = (await operatorBackupTables(sqlOn(client))).filter(({ name }) => names.has(name));
  if (present.length === 0) return;
  const list = namesOf(present).map(escapeIdentifier).join(', ');
  await client.query(`truncate ${list} restart identity cascade`);
}

async function fill(client: Client, archive: Archive, options: RestoreOptions): Promise<void> {
  const tables = await knownTables(client, archive, options);
  await withoutIndexes(client, namesOf(tables), async () => {
    for (const table of tables) await copyIn(client, archive, table, options);
  });
  for (const { name, last_value } of archive.manifest.sequences) {
    await client.query('select setval(to_regclass($1), $2)', [escapeIdentifier(name), last_value]);
  }
}

/** Somebody else's table in Daymark's schema came into the backup, and no migration makes it. */
async function knownTables(
  client: Client,
  { manifest, file }: Archive,
  { log }: RestoreOptions,
): Promise<TableEntry[]> {
  const present = new Set(namesOf(await operatorBackupTables(sqlOn(client))));
  for (const { name } of manifest.tables) {
    if (!present.has(name)) log.warn(`${file} holds the table ${name}, which is not Daymark's: left out`);
  }
  return manifest.tables.filter(({ name }) => present.has(name));
}

function namesOf(tables: readonly { name: string }[]): string[] {
  return tables.map(({ name }) => name);
}

async function copyIn(
  client: Client,
  archive: Archive,
  table: TableEntry,
  { onRows, signal }: RestoreOptions,
): Promise<void> {
  const columns = table.columns.map(escapeIdentifier).join(', ');
  const target = client.query(
    copyFrom(`copy ${escapeIdentifier(table.name)} (${columns}) from stdin (format text, header match)`),
  );
  try {
    await streamTable(archive, table, target, onRows, signal);
  } catch (error) {
    throw error instanceof DatabaseError && /^(22|23)/.test(error.code ?? '')
      ? refusedRow(archive, table, error)
      : error;
  }
}

/** Says where, and not what stands there: that is somebody's diary. */
function refusedRow({ file }: Archive, { name }: TableEntry, error: DatabaseError): StartError {
  const line = /, line (\d+)/.exec(error.where ?? '')?.[1];
  const row = line === undefined ? '' : `, row ${Number(line) - 1}`;
  const why = error.constraint ?? error.code ?? 'unknown';
  return new StartError(
    `${file}: PostgreSQL refuses the table ${name}${row} (${why}); nothing was changed`,
    exitCodes.failed,
  );
}
