import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, type ClientConfig } from 'pg';
import pino from 'pino';
import { inject, onTestFinished } from 'vitest';
import type { Manifest } from '../../src/backup/manifest.ts';
import { openArchive } from '../../src/backup/read-archive.ts';
import { restoreBackup, type RestoreOptions } from '../../src/backup/restore.ts';
import { takeBackup } from '../../src/backup/take.ts';
import { describeSchema } from '../../src/db/describe-schema.ts';
import { migrations } from '../../src/migrations.ts';

const log = pino({ level: 'silent' });
const signal = new AbortController().signal;

/** A new directory, removed after the test. */
export function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'daymark-backup-'));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

export const secretKey = Buffer.alloc(32, 7);

/** Backs a database up as the command does. */
export function backUp(connection: ClientConfig, file: string): Promise<Manifest> {
  const onRows = () => undefined;
  return takeBackup({ connection, file, log, signal, version: '0.0.0', secretKey, onRows });
}

/** Restores as the command does; `force` is its consent to destroy. */
export async function restore(
  connection: ClientConfig,
  file: string,
  force = false,
  more: Partial<RestoreOptions> = {},
): Promise<number> {
  const archive = await openArchive(file);
  const mayDestroy = async () => {
    if (!force) throw new Error('the database is not empty');
  };
  try {
    return await restoreBackup(archive, {
      ...{
        connection,
        migrations,
        log,
        signal,
        resumeDeliveries: false,
        onRows: () => undefined,
        mayDestroy,
      },
      ...more,
    });
  } finally {
    archive.close();
  }
}

const counted = "(select user_id, revision & 2147483647, to_jsonb(j) - 'revision' from journals j)";
const rowsOf = (name: string) => (name === 'journals' ? counted : name);

/**
 * Everything in a database, row for row as PostgreSQL writes it, and the description of its schema; of the revision of a diary
 * what counts its writes.
 */
export async function contentOf(connection: ClientConfig): Promise<{ schema: string; rows: string[] }> {
  const client = new Client(connection);
  await client.connect();
  try {
    const { rows: tables } = await client.query<{ name: string }>(
      `select relname as name from pg_class
       where relnamespace = 'public'::regnamespace and relkind = 'r' and relname <> 'schema_migrations'
       order by relname collate "C"`,
    );
    const rows: string[] = [];
    await client.query(`set timezone = 'UTC'`);
    for (const { name } of tables) {
      const answer = await client.query<{ row: string }>(
        `select '${name} ' || t::text as row from ${rowsOf(name)} t order by (t::text) collate "C"`,
      );
      rows.push(...answer.rows.map(({ row }) => row));
    }
    // Under row level security the run has put policies on the schema that no migration makes.
    return { schema: inject('rowSecurity') ? '' : await describeSchema(client), rows };
  } finally {
    await client.end();
  }
}
