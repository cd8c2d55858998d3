import { DatabaseError, Pool, types, type ClientConfig } from 'pg';
import type { Log } from '../log.ts';
import { answered } from './answered.ts';
import { borrow } from './borrow.ts';
import { isRetryable } from './errors.ts';
import { laneConnections, openLanes } from './lane.ts';
import { LifetimeEnded, type Lifetime } from './lifetime.ts';
import type { TypeParsers } from './prepared.ts';
import { run, type Running } from './run.ts';
import type { Result, Sql, Statement } from './sql.ts';

/** How much longer than a statement may take its answer is waited for. */
const graceMs = 2000;

interface Patient extends Running {
  /** After so long without an answer a connection is given up. */
  patienceMs: number;
}

export type TransactionKind = 'write' | 'snapshot';

const beginnings: Record<TransactionKind, string> = {
  write: 'begin',
  snapshot: 'begin isolation level repeatable read read only',
};

/** The database of a process: a pool that runs single statements and transactions. */
export interface Database extends Sql {
  /**
   * Runs `work` in one transaction; once more from the start after a deadlock or serialization failure. A
   * `snapshot` reads the database as it was at its first statement, and writes nothing.
   */
  transaction<T>(work: (sql: Sql) => Promise<T>, kind?: TransactionKind): Promise<T>;
  pool: { total: number; idle: number; waiting: number };
  /** The same database as one request sees it: counted, and over when the request is. */
  within(lifetime: Lifetime): Database;
  close(): Promise<void>;
}

export interface ConnectOptions {
  /** Asked when a statement first needs it: an embedded server is found while the process starts. */
  connection: () => ClientConfig;
  poolSize: number;
  /** False where a transaction pooler stands between and does not carry named statements. */
  prepare: boolean;
  statementTimeoutMs: number;
  /** How long a statement may wait for a connection before it fails. */
  acquireTimeoutMs: number;
  log: Log;
}

/** A pool that opens at its first statement. */
export function connect(options: ConnectOptions): Database {
  let opened: Pool | undefined;
  const pool = () => (opened ??= openPool(options));
  const { prepare, log } = options;
  const how = { prepare, log, patienceMs: options.statementTimeoutMs + graceMs };
  const lanes = hasLanes(options) ? openLanes(() => settingsOf(options), options.log) : null;
  const seenBy = (lifetime: Lifetime | null): Database => ({
    query: (statement, values) => {
      const alone = () => retryOnce(() => runOne<never>(pool(), statement, values, how, lifetime));
      return lanes?.ask<never>(statement, values, lifetime)?.catch(alone) ?? alone();
    },
    transaction: (work, kind) => retryOnce(() => inTransaction(pool(), work, how, lifetime, kind)),
    within: seenBy,
    get pool() {
      return {
        total: opened?.totalCount ?? 0,
        idle: opened?.idleCount ?? 0,
        waiting: opened?.waitingCount ?? 0,
      };
    },
    close: async () => {
      await lanes?.close();
      await opened?.end();
    },
  });
  return seenBy(null);
}

/** Where there are few connections each is needed for itself. A transaction pooler has its own way to share them. */
function hasLanes({ prepare, poolSize }: ConnectOptions): boolean {
  return prepare && poolSize >= 8;
}

function settingsOf(options: ConnectOptions): ClientConfig {
  return {
    ...options.connection(),
    connectionTimeoutMillis: options.acquireTimeoutMs,
    statement_timeout: options.statementTimeoutMs,
    idle_in_transaction_session_timeout: 2 * options.statementTimeoutMs,
    application_name: 'daymark',
    types: { getTypeParser: textParser },
    keepAlive: true,
  };
}

function openPool(options: ConnectOptions): Pool {
  const max = options.poolSize - (hasLanes(options) ? laneConnections : 0);
  const pool = new Pool({ ...settingsOf(options), max });
  // An 'error' that nobody listens to ends this process. The pool hands a connection on before its next user can
  // listen, and the answer to one statement and the end of the connection may come in the same bytes.
  pool.on('connect', (client) => client.on('error', () => undefined));
  // A restart of PostgreSQL ends those that are idle. Once the pool itself ends, an embedded server may be quicker.
  pool.on('error', (error) => {
    if (!pool.ending) options.log.warn({ err: error }, 'an idle database connection was lost');
  });
  return pool;
}

// Times leave PostgreSQL as the text that is sent on; a JavaScript Date would cut and shift them.
const asText = new Set<number>([
  types.builtins.DATE,
  types.builtins.TIMESTAMP,
  types.builtins.TIMESTAMPTZ,
  types.builtins.JSON,
  types.builtins.JSONB,
]);

const textParser: TypeParsers = (oid, format) =>
  asText.has(oid) ? (value) => value : (types.getTypeParser as TypeParsers)(oid, format);

/** A statement on a connection of its own for as long as it takes. */
async function runOne<Row>(
  pool: Pool,
  statement: Statement,
  values: readonly unknown[],
  how: Patient,
  lifetime: Lifetime | null,
): Promise<Result<Row>> {
  const held = await borrow(pool, lifetime);
  let broken: Error | undefined;
  try {
    return await answered(held.client, run(held.client, statement, values, how, lifetime), how.patienceMs);
  } catch (error) {
    // What the server has not said of a statement, it may say of the next one.
    if (!(error instanceof DatabaseError || error instanceof LifetimeEnded)) broken = error as Error;
    throw error;
  } finally {
    await held.release(broken);
  }
}

async function inTransaction<T>(
  pool: Pool,
  work: (sql: Sql) => Promise<T>,
  how: Patient,
  lifetime: Lifetime | null,
  kind: TransactionKind = 'write',
): Promise<T> {
  const { client, release } = await borrow(pool, lifetime);
  const inTime = <A>(answer: Promise<A>) => answered(client, answer, how.patienceMs);
  let broken: Error | undefined;
  try {
    await inTime(client.query(beginnings[kind]));
    const answer = await work({
      query: (statement, values) => inTime(run(client, statement, values, how, lifetime)),
    });
    await inTime(client.query('commit'));
    return answer;
  } catch (error) {
    // A connection that cannot roll back is not given to anybody else.
    await inTime(client.query('rollback')).catch((failure: unknown) => (broken = failure as Error));
    throw error;
  } finally {
    await release(broken);
  }
}

async function retryOnce<T>(attempt: () => Promise<T>): Promise<T> {
  try {
    return await attempt();
  } catch (error) {
    if (!isRetryable(error)) throw error;
    return attempt();
  }
}
