import type { Sql } from '../db/sql.ts';
import { announce } from './queries.ts';

/**
 * Writes the deliveries of `import.finished` in the transaction of `sql`: for the statement's transaction that ends an
 * import. `data` is what the import's address answers.
 */
export async function announceImport(sql: Sql, userId: string, data: object): Promise<void> {
  await announce(sql, userId, 'import.finished', JSON.stringify(data));
}
