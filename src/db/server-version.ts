import { exitCodes, StartError } from '../exit.ts';

/** What answers one statement: any client of `pg`. */
export interface Client {
  query(text: string): Promise<{ rows: unknown[] }>;
}

/**
 * The version of the server that `client` is connected to, such as `17.2`.
 * Throws StartError where it is older than PostgreSQL 15 or its database is not encoded in UTF8.
 */
export async function checkServer(client: Client): Promise<string> {
  const { rows } = await client.query(
    `select split_part(current_setting('server_version'), ' ', 1) as version,
            current_setting('server_version_num')::int as number,
            current_setting('server_encoding') as encoding,
            current_database() as database`,
  );
  const server = rows[0] as { version: string; number: number; encoding: string; database: string };
  if (server.number < 150_000) {
    refuse(`PostgreSQL ${server.version} is too old; Daymark needs 15 to 18`);
  }
  if (server.encoding !== 'UTF8') {
    refuse(
      `the database "${server.database}" is encoded in ${server.encoding}; Daymark needs UTF8: ` +
        `create one with "create database … encoding 'UTF8' template template0"`,
    );
  }
  return server.version;
}

function refuse(problem: string): never {
  throw new StartError(`DATABASE_URL: ${problem}`, exitCodes.configuration);
}
