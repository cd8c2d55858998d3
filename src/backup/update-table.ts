import type { Client } from 'pg';

/** Runs an update of a table, and gives how many rows it touched: none where the version of the schema has no such table. */
export async function updateTable(client: Client, table: string, update: string): Promise<number> {
  const { rows } = await client.query<{ found: boolean }>('select to_regclass($1) is not null as found', [
    table,
  ]);
  if (rows[0]?.found !== true) return 0;
  return (await client.query(update)).rowCount ?? 0;
}
