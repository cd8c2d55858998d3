import { DatabaseError, type ClientConfig } from 'pg';
import type { Log } from '../log.ts';
import { connect, type ConnectOptions, type Database } from './connect.ts';
import { LifetimeEnded, type Lifetime } from './lifetime.ts';
import type { Result, Sql, Statement } from './sql.ts';
import { watchDatabase } from './watch.ts';

/** Where reads were done: by the replica, or by the primary because the replica was behind or away. */
export type ReplicaCounts = Record<'replica' | 'behind' | 'away', number>;

/** A streaming replica that reads for the primary whatever it shows exactly as the primary does. */
export interface Replica {
  /**
   * Where to read: the replica, if `isCurrent` finds there what the primary has just said; else `primary`, as also
   * where the replica does not answer in half a second. A statement that the replica fails later is done by `primary`.
   */
  choose(primary: Sql, lifetime: Lifetime, isCurrent: (sql: Sql) => Promise<boolean>): Promise<Sql>;
  counts: ReplicaCounts;
  close(): Promise<void>;
}

/** How long one that hangs may hold up an answer. */
const patienceMs = 500;

type ReplicaOptions = Omit<ConnectOptions, 'connection' | 'acquireTimeoutMs'> & { connection: ClientConfig };

/** Opens a pool on a replica and watches it; while it is away it is not asked. */
export function openReplica(options: ReplicaOptions): Replica {
  const { connection, log } = options;
  const pool = connect({ ...options, connection: () => connection, acquireTimeoutMs: patienceMs });
  const counts: ReplicaCounts = { replica: 0, behind: 0, away: 0 };
  let isUp = false;
  const watch = watchDatabase(connection, (answers) => {
    if (answers !== isUp) tell(log, answers);
    isUp = answers;
  });
  const away = (error: unknown) => {
    counts.away++;
    if (isConflict(error)) return;
    if (isUp) tell(log, false, error);
    isUp = false;
  };

  return {
    counts,
    async choose(primary, lifetime, isCurrent) {
      if (!isUp) {
        counts.away++;
        return primary;
      }
      const replica = pool.within(lifetime);
      try {
        if (!(await inTime(isCurrent(replica)))) {
          counts.behind++;
          return primary;
        }
      } catch (error) {
        if (isOver(error)) throw error;
        away(error);
        return primary;
      }
      return withFallback(replica, primary, { read: () => counts.replica++, failed: away });
    },
    async close() {
      await watch.stop();
      await pool.close();
    },
  };
}

function tell(log: Log, answers: boolean, error?: unknown): void {
  if (answers) log.info('the replica answers, and reads for the primary');
  else log.warn({ err: error }, 'the replica cannot be reached; the primary reads in its place');
}

interface Told {
  /** The replica has answered for the first time. */
  read: () => void;
  failed: (error: unknown) => void;
}

/** Reads from the replica until that fails for the first time. */
function withFallback(replica: Database, primary: Sql, { read, failed }: Told): Sql {
  let current: Sql = replica;
  let hasRead = false;
  return {
    async query<Row>(statement: Statement, values: readonly unknown[]): Promise<Result<Row>> {
      if (current === primary) return primary.query<Row>(statement, values);
      try {
        const result = await current.query<Row>(statement, values);
        if (!hasRead) read();
        hasRead = true;
        return result;
      } catch (error) {
        if (isOver(error)) throw error;
        current = primary;
        failed(error);
        return primary.query<Row>(statement, values);
      }
    },
  };
}

/** What took too long, or is not wanted any more, would be so on the primary too. */
function isOver(error: unknown): boolean {
  return error instanceof LifetimeEnded || codeOf(error) === '57014';
}

/** Replay ended a statement that stood in its way (PostgreSQL manual, Hot Standby): the replica is well. */
function isConflict(error: unknown): boolean {
  return codeOf(error) === '40001' || codeOf(error) === '40P01';
}

function codeOf(error: unknown): string | undefined {
  return error instanceof DatabaseError ? error.code : undefined;
}

function inTime<T>(work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('it did not answer in time')), patienceMs);
    work.finally(() => clearTimeout(timer)).then(resolve, reject);
  });
}
