import type { Client } from 'pg';
import { updateTable } from './update-table.ts';

/**
 * Holds back every webhook delivery that waits for an attempt, and gives their number: a restored copy must not
 * tell receivers again what the original has told them. In the caller's transaction.
 */
export function holdDeliveries(client: Client): Promise<number> {
  return updateTable(
    client,
    'deliveries',
    `update deliveries set next_attempt_at = null, claimed_until = null
     where next_attempt_at is not null`,
  );
}

/** Lets those go that were held back; the worker finds them within a minute. Gives their number. */
export function releaseDeliveries(client: Client): Promise<number> {
  return updateTable(
    client,
    'deliveries',
    `update deliveries set next_attempt_at = now()
     where next_attempt_at is null and state in ('pending', 'failed')`,
  );
}
