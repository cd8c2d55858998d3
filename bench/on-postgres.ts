import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pino from 'pino';
import { compile } from '../scripts/compile.ts';
import { migrateTo } from '../src/db/migrate.ts';
import { migrations } from '../src/migrations.ts';
import { startPostgres, type PostgresServer } from './postgres-server.ts';

/**
 * Compiles the program into a new directory, starts a PostgreSQL (from the programs in TEST_POSTGRES_BIN, or the embedded
 * one), migrates it and runs `work`; whatever comes of that, nothing is left.
 */
export async function onPostgres(
  work: (postgres: PostgresServer, directory: string) => Promise<void>,
): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'daymark-bench-'));
  try {
    await compile(directory);
    const postgres = await startPostgres(process.env['TEST_POSTGRES_BIN']);
    try {
      const log = pino({ level: 'error' });
      await migrateTo({
        connection: postgres.connection,
        directory: migrations,
        target: 'latest',
        log,
      });
      await work(postgres, directory);
    } finally {
      await postgres.stop();
    }
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
