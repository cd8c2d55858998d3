import { escapeIdentifier, type Client } from 'pg';
import { operatorForeignKeys, operatorSecondaryIndexes } from './queries.ts';
import { sqlOn } from './session.ts';

/**
 * Runs `fill` without the indexes and foreign keys of these tables, and makes them again: from full tables they
 * take a fraction of the time, and tables may be filled in any order. In the caller's transaction.
 */
export async function withoutIndexes(
  client: Client,
  tables: readonly string[],
  fill: () => Promise<void>,
): Promise<void> {
  const keys = await operatorForeignKeys(sqlOn(client), tables);
  const indexes = await operatorSecondaryIndexes(sqlOn(client), tables);
  for (const { relation, name } of keys) {
    await client.query(`alter table ${relation} drop constraint ${name}`);
  }
  for (const { name } of indexes) await client.query(`drop index ${name}`);
  await fill();
  await client.query(`set local maintenance_work_mem = '128MB'`);
  for (const { definition } of indexes) await client.query(definition);
  for (const table of tables) await client.query(`analyze ${escapeIdentifier(table)}`);
  for (const { relation, name, definition } of keys) {
    await client.query(`alter table ${relation} add constraint ${name} ${definition}`);
  }
}
