import { readFile } from 'node:fs/promises';
import { Client, type ClientConfig } from 'pg';
import type { Database } from '../src/db/connect.ts';
import type { Sql, Statement } from '../src/db/sql.ts';

/**
 * Statements that cannot name their owner, beside the operators', each for a reason: they act as the owner
 * of the tables. Every other statement acts as a role that sees the rows of its first parameter only.
 */
export const withoutOwner: Readonly<Record<string, string>> = {
  register: 'makes the owner',
  find_login: 'finds the owner by their e-mail address',
  find_sessions: 'finds the owner of a token',
  enqueue_job: 'the queue of jobs is no person’s',
};

/** Puts the policies of row-security.sql on a migrated database; again changes nothing. */
export async function applyRowSecurity(connection: ClientConfig): Promise<void> {
  const client = new Client(connection);
  await client.connect();
  try {
    await client.query(await readFile(new URL('./row-security.sql', import.meta.url), 'utf8'));
  } finally {
    await client.end();
  }
}

/** The same database, with each statement confined to the rows of the user that its first parameter names. */
export function underRowSecurity(db: Database): Database {
  return {
    ...db,
    query: (statement, values) =>
      actsAsOwner(statement)
        ? db.query(statement, values)
        : db.transaction((sql) => confined(sql).query(statement, values)),
    transaction: (work, kind) => db.transaction((sql) => work(confined(sql)), kind),
    within: (scope) => underRowSecurity(db.within(scope)),
    get pool() {
      return db.pool;
    },
  };
}

const becomeUser: Statement = {
  name: 'become_user',
  text: `select set_config('role', 'daymark_app', true), set_config('daymark.user_id', $1, true)`,
};

const becomeOwner: Statement = {
  name: 'become_owner',
  text: `select set_config('role', 'none', true), set_config('daymark.user_id', '', true)`,
};

function confined(transaction: Sql): Sql {
  return {
    async query(statement, values) {
      if (actsAsOwner(statement)) await transaction.query(becomeOwner, []);
      else await transaction.query(becomeUser, [ownerOf(statement, values)]);
      return transaction.query(statement, values);
    },
  };
}

function actsAsOwner({ name }: Statement): boolean {
  return name.startsWith('operator_') || name in withoutOwner;
}

function ownerOf({ name }: Statement, [owner]: readonly unknown[]): string {
  if (typeof owner === 'string' && /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(owner)) return owner;
  throw new Error(
    `the first parameter of statement ${name} is no user: put the user first, or the name into test/row-security.ts with the reason`,
  );
}
