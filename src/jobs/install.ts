import { Logger, runMigrations } from 'graphile-worker';
import { Pool, type ClientConfig } from 'pg';

/**
 * Makes the queue's own tables, in the schema `graphile_worker`, or brings them to the version of this release. It
 * may run in many processes at once: each of the queue's migrations is one transaction that begins by recording
 * itself, so the second to come finds it done. `migrate down` past 0005 drops the schema again.
 */
export async function installQueue(connection: ClientConfig): Promise<void> {
  const pool = new Pool({ ...connection, max: 1, application_name: 'daymark-migrate' });
  // The statement that meets the loss throws it; this only keeps the event from ending the process.
  pool.on('error', () => undefined).on('connect', (client) => client.on('error', () => undefined));
  try {
    await runMigrations({ pgPool: pool, logger: new Logger(() => () => undefined) });
  } finally {
    await pool.end();
  }
}
