import { DatabaseError, type Client } from 'pg';
import type { Statement } from '../db/sql.ts';

/** A statement that this server cannot run on the tables as they are, and what it says. */
export interface Refused {
  name: string;
  says: string;
}

/** Somebody who does not exist: a statement is planned for one shard only when it knows whose. */
const nobody = '00000000-0000-7000-8000-000000000000';

/** Has the server plan each statement within the transaction that `client` has open; nothing is run. */
export async function refusedOf(client: Client, statements: readonly Statement[]): Promise<Refused[]> {
  const refused: Refused[] = [];
  for (const statement of statements) {
    await client.query('savepoint tried');
    try {
      await plan(client, statement.text);
    } catch (error) {
      if (!(error instanceof DatabaseError)) throw error;
      refused.push({ name: statement.name, says: error.message });
    }
    await client.query('rollback to savepoint tried');
    // It belongs to the session, whatever becomes of the transaction.
    await client.query('deallocate all');
  }
  return refused;
}

async function plan(client: Client, text: string): Promise<void> {
  await client.query(`prepare tried as ${text}`);
  const { rows } = await client.query<{ type: string }>(
    `select unnest(parameter_types)::text as type from pg_prepared_statements where name = 'tried'`,
  );
  const values = rows.map(({ type }, n) => (n === 0 && type === 'uuid' ? `'${nobody}'` : 'null'));
  const call = values.length === 0 ? 'tried' : `tried (${values.join(', ')})`;
  await client.query(`explain execute ${call}`);
}
