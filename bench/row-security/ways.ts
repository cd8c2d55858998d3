import { Pool, types, type ClientConfig } from 'pg';
import pino from 'pino';
import { connect, type Database } from '../../src/db/connect.ts';
import type { Statement } from '../../src/db/sql.ts';
import { withoutOwner } from '../../test/row-security.ts';
import { confinedQuery, setUser } from './one-message.ts';

// A connection lost in the middle fails the load; those that PostgreSQL ends with itself are no news.
const log = pino({ level: 'silent' });
const poolSize = 10;

/** Runs one statement with `daymark.user_id` set to its first value, as a role that the policies bind. */
type Confine = (
  statement: Statement,
  values: readonly unknown[],
) => Promise<{ rows: unknown[]; count: number }>;

/**
 * The ways to measure, by name: statements as the application runs them today, the same again (what the
 * machine adds by chance), and three that set the user first.
 */
export function ways(owner: ClientConfig, app: ClientConfig): Record<string, () => Database> {
  const plain = () => pool(owner);
  return {
    none: plain,
    'none again': plain,
    'four trips': () => {
      const db = pool(app);
      return confinedBy(plain(), db, (statement, values) =>
        db.transaction(async (sql) => {
          await sql.query(setUser, [values[0]]);
          return sql.query(statement, values);
        }),
      );
    },
    'four at once': () => fourAtOnce(plain(), app),
    'one message': () => oneMessage(plain(), app),
  };
}

/** A pool as the application opens it. */
export function pool(connection: ClientConfig): Database {
  return connect({
    connection: () => connection,
    poolSize,
    prepare: true,
    statementTimeoutMs: 10_000,
    acquireTimeoutMs: 10_000,
    log,
  });
}

/** begin, set_config, the statement and commit are written before the first is answered (pg's `pipeline`). */
function fourAtOnce(owner: Database, app: ClientConfig): Database {
  const clients = openPool({ ...app, pipeline: true });
  return confinedBy(owner, clients, async ({ name, text }, values) => {
    const client = await clients.connect();
    try {
      const answers = await Promise.all([
        client.query('begin'),
        client.query({ ...setUser, values: [values[0]] }),
        client.query({ name, text, values: values as unknown[] }),
        client.query('commit'),
      ]);
      return { rows: answers[2].rows as unknown[], count: answers[2].rowCount ?? 0 };
    } finally {
      client.release();
    }
  });
}

/** set_config and the statement before one Sync: PostgreSQL makes one transaction of them without being told. */
function oneMessage(owner: Database, app: ClientConfig): Database {
  const clients = openPool(app);
  const prepared = new WeakSet();
  return confinedBy(owner, clients, async (statement, values) => {
    const client = await clients.connect();
    try {
      if (!prepared.has(client)) {
        await client.query({ ...setUser, values: [values[0]] });
        prepared.add(client);
      }
      return await confinedQuery(client, String(values[0]), statement, values);
    } finally {
      client.release();
    }
  });
}

function openPool(connection: ClientConfig): Pool & { close(): Promise<void> } {
  const opened = new Pool({
    ...connection,
    max: poolSize,
    statement_timeout: 10_000,
    // As the application reads them: times and JSON stay text.
    types: { getTypeParser: (oid: number) => (asText.has(oid) ? String : parserOf(oid)) },
  });
  opened.on('error', (error) => {
    log.warn({ err: error });
  });
  return Object.assign(opened, { close: () => opened.end() });
}

const { DATE, TIMESTAMP, TIMESTAMPTZ, JSON: json, JSONB } = types.builtins;
const asText = new Set<number>([DATE, TIMESTAMP, TIMESTAMPTZ, json, JSONB]);
const parserOf = types.getTypeParser as (oid: number) => (value: string) => unknown;

/** Statements that cannot name an owner go to the pool of the tables' owner, all others are confined. */
function confinedBy(owner: Database, clients: { close(): Promise<void> }, confine: Confine): Database {
  return {
    ...owner,
    query: (statement, values) =>
      statement.name.startsWith('operator_') || statement.name in withoutOwner
        ? owner.query(statement, values)
        : (confine(statement, values) as Promise<never>),
    close: async () => {
      await clients.close();
      await owner.close();
    },
  };
}
