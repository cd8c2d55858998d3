import type { Database } from '../src/db/connect.ts';
import type { Sql } from '../src/db/sql.ts';

/** A database whose statements are noted on their way to it. */
export interface Watched {
  db: Database;
  /** The names of the statements that ran while this did, in order, but for the one that comes by the clock. */
  since(work: () => Promise<unknown>): Promise<string[]>;
  /** How many ran at the same time at most. */
  mostAtOnce(): number;
}

/** The list of revocations is read anew when it is 0.4 s old, whatever is asked for. */
const byTheClock = 'operator_list_revoked';

/** Watches the statements of an app that is built over `db` of the answer. */
export function watched(db: Database): Watched {
  const names: string[] = [];
  let running = 0;
  let mostAtOnce = 0;
  const noting = (sql: Sql): Sql => ({
    query: async (statement, values) => {
      if (statement.name !== byTheClock) names.push(statement.name);
      mostAtOnce = Math.max(mostAtOnce, ++running);
      try {
        return await sql.query(statement, values);
      } finally {
        running--;
      }
    },
  });
  const notingAll = (each: Database): Database => ({
    ...noting(each),
    transaction: (work) => each.transaction((sql) => work(noting(sql))),
    within: (lifetime) => notingAll(each.within(lifetime)),
    pool: each.pool,
    close: () => each.close(),
  });
  const since = async (work: () => Promise<unknown>) => {
    names.length = 0;
    await work();
    return [...names];
  };
  return { db: notingAll(db), since, mostAtOnce: () => mostAtOnce };
}
