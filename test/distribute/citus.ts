import { readFileSync } from 'node:fs';
import { Client, type ClientConfig } from 'pg';
import { onTestFinished } from 'vitest';
import { cloneDatabase } from '../database.ts';
import { databaseUrl } from '../security/child-server.ts';

/** A migrated database of the test's own, gone after it. */
export async function installation() {
  const database = await cloneDatabase();
  const client = await session(database.connection);
  onTestFinished(async () => {
    await client.end();
    await database.drop();
  });
  const rows = async (text: string) => (await client.query<Record<string, unknown>>(text)).rows;
  return {
    database,
    client,
    rows,
    env: { DATABASE_URL: databaseUrl(database.connection, 'any') },
    /** Table → where it was placed, and in which family. */
    places: async () =>
      Object.fromEntries(
        (
          await rows('select table_name::text as name, citus_table_type, colocation_id from citus_tables')
        ).map((row) => [row['name'], [row['citus_table_type'], row['colocation_id']]]),
      ),
    foreignKeys: () =>
      rows(
        `select conrelid::regclass::text || ' ' || conname || ' ' || pg_get_constraintdef(oid) as key
         from pg_constraint where contype = 'f' and connamespace = 'public'::regnamespace order by 1`,
      ),
  };
}

/** The same with what stands in for Citus: no real one is at hand where these tests run. */
export async function onStandIn() {
  const made = await installation();
  await made.client.query(readFileSync(new URL('citus.sql', import.meta.url), 'utf8'));
  return made;
}

async function session(connection: ClientConfig): Promise<Client> {
  const client = new Client(connection);
  await client.connect();
  return client;
}
