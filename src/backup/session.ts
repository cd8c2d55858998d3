import type { Client, ClientConfig } from 'pg';
import { withLock } from '../db/migrate/lock.ts';
import { settle, withSession } from '../db/migrate/session.ts';
import type { Sql, Statement } from '../db/sql.ts';
import type { Log } from '../log.ts';

export interface SessionOptions {
  /** Past any transaction pooler: the lock belongs to a session. */
  connection: ClientConfig;
  log: Log;
  signal: AbortSignal;
}

/**
 * Runs `work` on a connection of its own while nothing changes the schema: it holds the lock of the
 * migrations. The session has no time limits and writes every value the same way on every server.
 */
export function withQuietSchema<T>(
  { connection, log, signal }: SessionOptions,
  work: (client: Client) => Promise<T>,
): Promise<T> {
  return withSession(connection, signal, (client) =>
    withLock(client, log, signal, async () => {
      await settle(client);
      await client.query(
        `set application_name = 'daymark-backup'; set client_encoding = 'UTF8'; set timezone = 'UTC';
         set datestyle = 'ISO, YMD'; set intervalstyle = 'postgres'; set bytea_output = 'hex';
         set extra_float_digits = 1`,
      );
      return work(client);
    }),
  );
}

/** Statements on one connection, for what runs in a transaction of its own. */
export function sqlOn(client: Client): Sql {
  const query = async ({ text }: Statement, values: readonly unknown[]) => {
    const { rows, rowCount } = await client.query(text, [...values]);
    return { rows, count: rowCount ?? 0 };
  };
  return { query: query };
}
