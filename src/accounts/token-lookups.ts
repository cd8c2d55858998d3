import type { Sql } from '../db/sql.ts';
import { findSessions, type FoundSession } from './queries.ts';

interface Waiting {
  tokenHash: string;
  resolve: (found: FoundSession | undefined) => void;
  reject: (error: unknown) => void;
}

/**
 * Finds whose a token is by its hash in base64. What is asked for in one turn of the event loop is one statement: many people at
 * once would else pay a round trip each.
 */
export function tokenLookups(db: Sql): (tokenHash: string) => Promise<FoundSession | undefined> {
  let waiting: Waiting[] = [];

  async function ask(): Promise<void> {
    const all = waiting;
    waiting = [];
    try {
      const rows = await findSessions(
        db,
        all.map(({ tokenHash }) => Buffer.from(tokenHash, 'base64')),
      );
      const found = new Map(rows.map((row) => [row.token_hash, row]));
      for (const { tokenHash, resolve } of all) resolve(found.get(tokenHash));
    } catch (error) {
      for (const { reject } of all) reject(error);
    }
  }

  return (tokenHash) =>
    new Promise((resolve, reject) => {
      if (waiting.length === 0) setImmediate(() => void ask());
      waiting.push({ tokenHash, resolve, reject });
    });
}
