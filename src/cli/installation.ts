import type { Config } from '../config.ts';
import { connect, type Database } from '../db/connect.ts';
import { migrateTo, migrationStatus } from '../db/migrate.ts';
import { exitCodes, StartError } from '../exit.ts';
import { openInstallation, type Installation } from '../installation.ts';
import { makeCommandLog, type Log } from '../log.ts';
import { migrations } from '../migrations.ts';
import { untilInterrupted } from './interrupt.ts';
import { settings } from './settings.ts';

/** What a command works with: the configuration, its database, and a signal that is aborted at Ctrl-C. */
export interface Opened extends Installation {
  config: Config;
  log: Log;
  signal: AbortSignal;
}

/** Runs `work` on the database that the configuration names, also while a server runs on the embedded one. */
export async function withInstallation<T>(work: (opened: Opened) => Promise<T>): Promise<T> {
  const { config } = settings();
  const log = await makeCommandLog();
  return untilInterrupted(async (signal) => {
    const installation = await openInstallation(config, log, 'command', signal);
    try {
      return await work({ ...installation, config, log, signal });
    } finally {
      await installation.stop();
    }
  });
}

/** Runs `work` on a pool over the migrated database; an empty database is migrated first. */
export function withDatabase<T>(work: (db: Database, opened: Opened) => Promise<T>): Promise<T> {
  return withInstallation(async (opened) => {
    await requireSchema(opened);
    const { config, log, connection } = opened;
    const db = connect({
      connection: () => connection,
      poolSize: 1,
      prepare: false,
      statementTimeoutMs: 60_000,
      acquireTimeoutMs: config.requestTimeoutMs,
      log,
    });
    try {
      return await work(db, opened);
    } finally {
      await db.close();
    }
  });
}

/**
 * Accounts may be made before the first start of the server, so what is empty is migrated. Where there are
 * rows, the person decides when their schema changes.
 */
async function requireSchema({ direct, log, signal }: Opened): Promise<void> {
  const states = await migrationStatus({ connection: direct, directory: migrations });
  const applied = states.filter(({ applied_at }) => applied_at !== null);
  if (applied.length === 0) {
    await migrateTo({ connection: direct, directory: migrations, target: 'latest', log, signal });
    return;
  }
  if (states.every(({ state }) => state === 'applied')) return;
  const odd = states.find(({ state }) => state !== 'applied');
  throw new StartError(
    odd?.state === 'pending'
      ? `the database is at version ${applied.length} of its schema, this Daymark needs ${states.length}; run "daymark migrate up" first`
      : `the database was migrated by another Daymark ("daymark migrate status" shows what differs); use that one`,
    exitCodes.failed,
  );
}
