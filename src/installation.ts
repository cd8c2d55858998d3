import type { ClientConfig } from 'pg';
import type { Config } from './config.ts';
import type { Log } from './log.ts';

/** A PostgreSQL to work with: somebody's server, or the embedded one. */
export interface Installation {
  connection: ClientConfig;
  /** For what a transaction pooler cannot carry: migrations, locks. */
  direct: ClientConfig;
  stop: () => Promise<void>;
}

/** Finds the database that the configuration names; with none named, starts the embedded one under DATA_DIR. */
export async function openInstallation(
  config: Config,
  log: Log,
  purpose: 'serve' | 'command',
  signal?: AbortSignal,
): Promise<Installation> {
  if (config.database.kind === 'server') {
    const { connection } = config.database;
    const direct = config.directDatabase.kind === 'server' ? config.directDatabase.connection : connection;
    return { connection, direct, stop: () => Promise.resolve() };
  }
  // Loaded only where it is used: it brings parts that a server of one's own does not need.
  const { startEmbedded } = await import('./db/embedded/start.ts');
  const embedded = await startEmbedded({
    dataDir: config.dataDir,
    purpose,
    log,
    ...(signal === undefined ? {} : { signal }),
  });
  const { connection } = embedded;
  return { connection, direct: connection, stop: () => embedded.stop() };
}
