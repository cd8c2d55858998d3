import type { Database } from '../db/connect.ts';
import type { Sql } from '../db/sql.ts';

/**
 * Whoever reads an export may stop for so long; then PostgreSQL ends the transaction, and with it the export. Far
 * longer than for others: on a slow line one page takes its time.
 */
const patience = '60s';

/** Runs `work` on the database as it is now, whatever is written meanwhile. */
export function inSnapshot<T>(db: Database, work: (sql: Sql) => Promise<T>): Promise<T> {
  return db.transaction(async (sql) => {
    await sql.query({ name: 'operator_patience', text: idle, unnamed: true }, []);
    return work(sql);
  }, 'snapshot');
}

const idle = `set local idle_in_transaction_session_timeout = '${patience}'`;
