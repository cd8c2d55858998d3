import type { Client } from 'pg';
import { updateTable } from './update-table.ts';

/**
 * Raises the revision of every diary beyond any that was ever answered: the writes since the backup are gone, and
 * later ones must not count up to a revision that a cache already knows with other content. Its low 31 bits go on counting
 * writes; above them stands the second of the restore. In the caller's transaction.
 */
export async function renewRevisions(client: Client): Promise<void> {
  await updateTable(
    client,
    'journals',
    `update journals
     set revision = (greatest(extract(epoch from now())::bigint, (revision >> 31) + 1) << 31) | (revision & 2147483647)`,
  );
}
