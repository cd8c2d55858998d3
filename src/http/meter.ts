import type { Database } from '../db/connect.ts';
import type { Sql } from '../db/sql.ts';
import type { Meter } from './types.ts';

/** The database as one request sees it: the same, with the time and the rows of its statements counted. */
export function metered(db: Database, meter: Meter): Database {
  const query = timed(db, meter);
  return {
    query,
    transaction: (work) => db.transaction((sql) => work({ query: timed(sql, meter) })),
    get pool() {
      return db.pool;
    },
    close: () => db.close(),
  };
}

function timed(sql: Sql, meter: Meter): Sql['query'] {
  return async (statement, values) => {
    const start = performance.now();
    try {
      const result = await sql.query<never>(statement, values);
      meter.rows += result.rows.length;
      return result;
    } finally {
      meter.ms += performance.now() - start;
    }
  };
}
