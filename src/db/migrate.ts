import type { Client, ClientConfig } from 'pg';
import type { Log } from '../log.ts';
import { applyStep, applyWithin } from './migrate/apply.ts';
import { readMigrations, title, type Migration } from './migrate/files.ts';
import { readHistory, type Applied } from './migrate/history.ts';
import { withLock } from './migrate/lock.ts';
import { changed, plan, type Step } from './migrate/plan.ts';
import { withSession } from './migrate/session.ts';

export { isOf, readMigrations, type Migration } from './migrate/files.ts';
export { MigrationError } from './migrate/migration-error.ts';
export { newMigration } from './migrate/new-migration.ts';

export interface MigrateOptions {
  /** Past any transaction pooler: the lock belongs to a session. */
  connection: ClientConfig;
  directory: URL | string;
  /** The version to arrive at, upwards or downwards; 0 leaves nothing of the schema. */
  target: number | 'latest';
  log: Log;
  /** Stops between statements and cancels the one that runs; its transaction rolls back. */
  signal?: AbortSignal;
}

/** The migrations that ran, in their order, such as `0001_accounts`. */
export interface Migrated {
  applied: string[];
  reverted: string[];
}

/**
 * Brings the database to version `target`. Of any number of processes that call it at the same time one
 * works and the others wait; each file runs once. Where nothing is to be done it takes no lock and writes nothing.
 * Throws MigrationError (files, history or a statement), StartError (wrong server), the signal's reason,
 * and errors of a database that cannot be reached as they are; whatever it throws, calling it again is safe.
 */
export async function migrateTo({
  connection,
  directory,
  target,
  log,
  signal,
}: MigrateOptions): Promise<Migrated> {
  const migrations = await readMigrations(directory);
  return withSession(connection, signal, async (client) => {
    const steps = async () => plan(migrations, await readHistory(client), target);
    if ((await steps()).length === 0) return { applied: [], reverted: [] };
    return withLock(client, log, signal, async () => {
      const done: Step[] = [];
      for (const step of await steps()) {
        const start = performance.now();
        await applyStep(client, step, log, signal);
        log.info({ migration: step.file, ms: Math.round(performance.now() - start) }, 'migrated');
        done.push(step);
      }
      return { applied: titles(done, 'up'), reverted: titles(done, 'down') };
    });
  });
}

/**
 * Brings the database to version `target` in the transaction that `client` is in, making indexes at once. Throws
 * MigrationError, also where a file on the way holds something else that cannot run in a transaction.
 */
export async function migrateWithin(client: Client, directory: URL | string, target: number): Promise<void> {
  const steps = plan(await readMigrations(directory), await readHistory(client), target);
  for (const step of steps) await applyWithin(client, step);
}

export interface MigrationState {
  version: number;
  name: string;
  /** ISO 8601 in UTC; null where it was not applied. */
  applied_at: string | null;
  /** `changed`: the file is not the one that was applied; `unknown`: applied, but there is no file here. */
  state: 'applied' | 'pending' | 'changed' | 'unknown';
}

/** Every migration in the folder or in the database, by version. Throws like migrateTo does. */
export async function migrationStatus({
  connection,
  directory,
}: Pick<MigrateOptions, 'connection' | 'directory'>): Promise<MigrationState[]> {
  const migrations = await readMigrations(directory);
  const history = await withSession(connection, undefined, readHistory);
  const unknown = history.filter(({ version }) => version > migrations.length);
  return [
    ...migrations.map((migration) => stateOf(migration, history)),
    ...unknown.map(({ version, name, applied_at }) => ({
      version,
      name,
      applied_at,
      state: 'unknown' as const,
    })),
  ];
}

function titles(steps: Step[], direction: 'up' | 'down'): string[] {
  return steps
    .filter((step) => step.direction === direction)
    .map(({ migration }) => title(migration.version, migration.name));
}

function stateOf(migration: Migration, history: Applied[]): MigrationState {
  const { version, name } = migration;
  const applied = history.find((row) => row.version === version);
  if (applied === undefined) return { version, name, applied_at: null, state: 'pending' };
  const state = changed(migration, applied) ? 'changed' : 'applied';
  return { version, name, applied_at: applied.applied_at, state };
}
