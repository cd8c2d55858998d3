import type { ClientBase } from 'pg';
import { schemaQueries } from './schema-queries.ts';

/**
 * Everything in the schema `public`, one fact a line, as the catalogs tell it: the empty text for an empty
 * schema, and the same text on PostgreSQL 15 to 18 for the same migrations. For comparing, not for running.
 * `client` must not be in a transaction.
 */
export async function describeSchema(client: ClientBase): Promise<string> {
  // What the session has set decides how PostgreSQL writes names, times and intervals.
  await client.query('begin isolation level repeatable read read only');
  try {
    await client.query(
      `set local search_path = public; set local timezone = 'UTC'; set local datestyle = 'ISO, YMD';
       set local intervalstyle = 'postgres'; set local quote_all_identifiers = off`,
    );
    const lines: string[] = [];
    for (const query of schemaQueries) {
      const { rows } = await client.query<{ line: string }>(query);
      lines.push(...rows.map(({ line }) => `${line}\n`));
    }
    return lines.join('');
  } finally {
    await client.query('rollback');
  }
}
