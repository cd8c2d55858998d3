import pino from 'pino';
import { Client } from 'pg';
import { onTestFinished } from 'vitest';
import { migrateTo, type Migrated } from '../../src/db/migrate.ts';
import { emptyDatabase, type TestDatabase } from '../database.ts';

export interface EmptyDatabase extends TestDatabase {
  /** A connection beside the migrating ones. */
  client: Client;
  /** Migrates without a log. */
  migrate(directory: string | URL, target?: number | 'latest', signal?: AbortSignal): Promise<Migrated>;
}

/** A database with nothing in it, dropped after the test. */
export async function openEmpty(): Promise<EmptyDatabase> {
  const database = await emptyDatabase();
  const client = new Client(database.connection);
  await client.connect();
  onTestFinished(async () => {
    await client.end();
    await database.drop();
  });
  const { connection } = database;
  const log = pino({ level: 'silent' });
  return {
    ...database,
    client,
    migrate: (directory, target = 'latest', signal) =>
      migrateTo({ connection, directory, target, log, ...(signal && { signal }) }),
  };
}

/** The first column of every row. */
export async function column(client: Client, text: string): Promise<unknown[]> {
  const { rows } = await client.query<unknown[]>({ text, rowMode: 'array' });
  return rows.map(([value]) => value);
}

/** Waits until a migrating session of this database is in pg_sleep. */
export async function untilAsleep(client: Client): Promise<void> {
  const asleep = `select pid from pg_stat_activity
    where datname = current_database() and application_name = 'daymark-migrate' and wait_event = 'PgSleep'`;
  while ((await column(client, asleep)).length === 0) await client.query('select pg_sleep(0.02)');
}
