import { accessSync, chmodSync, constants, mkdtempSync, rmSync, statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ClientConfig } from 'pg';
import pino from 'pino';
import { startInstalled } from './installed-postgres.ts';

export interface Postgres {
  connection: ClientConfig;
  stop: () => Promise<void>;
}

// Nothing in a test outlives the run, so nothing needs to reach the disk.
const settings = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off', max_connections: '300' };

/**
 * The real server of a test run: the one at TEST_DATABASE_URL, else one started from the programs in
 * TEST_POSTGRES_BIN, else the embedded one.
 */
export async function startPostgres(): Promise<Postgres> {
  const { TEST_DATABASE_URL: url, TEST_POSTGRES_BIN: bin } = process.env;
  if (url) {
    const { loadConfig } = await import('../src/config.ts');
    const { database } = loadConfig({ DATABASE_URL: url }, tmpdir(), false, { dotEnv: false }).config;
    if (database.kind !== 'server') throw new Error('TEST_DATABASE_URL names no server');
    return { connection: database.connection, stop: () => Promise.resolve() };
  }
  return bin ? startInstalled(bin, fastestPlace(), settings) : startOwn();
}

/** Memory where there is enough of it: cloning a database takes a tenth of the time that a busy disk takes. */
export function fastestPlace(): string {
  const memory = '/dev/shm';
  try {
    accessSync(memory, constants.W_OK | constants.X_OK);
    const { bavail, bsize } = statfsSync(memory);
    return bavail * bsize > 2 * 1024 ** 3 ? memory : tmpdir();
  } catch {
    return tmpdir();
  }
}

async function startOwn(): Promise<Postgres> {
  const dataDir = mkdtempSync(join(fastestPlace(), 'daymark-test-'));
  const log = pino({ level: 'warn' });
  // mkdtemp closes it to everybody else, and for root PostgreSQL runs as another user.
  chmodSync(dataDir, 0o755);
  const { startEmbedded } = await import('../src/db/embedded/start.ts');
  const embedded = await startEmbedded({ dataDir, purpose: 'serve', log, settings });
  return {
    connection: embedded.connection,
    stop: async () => {
      await embedded.stop();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}
