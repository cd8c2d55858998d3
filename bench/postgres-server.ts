import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ClientConfig } from 'pg';
import pino from 'pino';
import { startEmbedded } from '../src/db/embedded/start.ts';
import { startInstalled } from '../test/installed-postgres.ts';

export interface PostgresServer {
  /** A superuser's way to an empty database. */
  connection: ClientConfig & { host: string; user: string; database: string };
  stop: () => Promise<void>;
}

/** A new server that keeps its promises to the disk: from the programs in `bin`, or the embedded one as it comes. */
export async function startPostgres(bin: string | undefined): Promise<PostgresServer> {
  return bin === undefined ? startOwn() : startInstalled(bin, tmpdir(), { jit: 'off', max_wal_size: '1GB' });
}

async function startOwn(): Promise<PostgresServer> {
  const dataDir = mkdtempSync(join(tmpdir(), 'daymark-load-pg-'));
  const embedded = await startEmbedded({ dataDir, purpose: 'serve', log: pino({ level: 'error' }) });
  return {
    connection: embedded.connection as PostgresServer['connection'],
    stop: async () => {
      await embedded.stop();
      // For root the database may lie elsewhere, and `postgres` be a link to it.
      rmSync(realpathSync(join(dataDir, 'postgres')), { recursive: true, force: true });
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}
