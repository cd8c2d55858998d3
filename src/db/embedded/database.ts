import { DatabaseError, type Client } from 'pg';
import { diskFull } from './failure.ts';

/** Makes the database `daymark` where it is missing, and gives the version of PostgreSQL, such as `18.4`. */
export async function ensureDatabase(client: Client, dataDir: string): Promise<string> {
  const { rows } = await client.query<{ version: string; exists: boolean }>(
    `select split_part(current_setting('server_version'), ' ', 1) as version,
            exists (select from pg_database where datname = 'daymark')`,
  );
  const [{ version, exists } = { version: '', exists: false }] = rows;
  if (!exists) await createDatabase(client, dataDir);
  return version;
}

async function createDatabase(client: Client, dataDir: string): Promise<void> {
  try {
    await client.query('create database daymark');
  } catch (error) {
    const code = error instanceof DatabaseError ? error.code : undefined;
    if (code === '53100') throw diskFull(dataDir);
    // Another process that starts made it meanwhile: 42P04 if it was done, 23505 if both were at it.
    if (code !== '42P04' && code !== '23505') throw error;
  }
}
