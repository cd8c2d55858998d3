import { LRUCache } from 'lru-cache';
import type { Database } from '../db/connect.ts';
import type { Account } from '../http/types.ts';
import { findSession, touchSession } from './queries.ts';
import { isToken, tokenHash } from './tokens.ts';

export interface Sessions {
  /** The account behind a token, null for one that is not good; at once where it is remembered. */
  find(token: string): Account | null | Promise<Account | null>;
  /** Forgets a user's tokens at once on this node, after one was revoked; other nodes follow within a second. */
  forget(userId: string): void;
}

// What is revoked must stop working on every node within a second: an answer is remembered for less,
// counted from before it was asked for.
const rememberMs = 900;

/** Finds sessions by token and remembers the answers for a moment; the same token is looked up once at a time. */
export function sessions(db: Database, onError: (error: unknown) => void): Sessions {
  const known = new LRUCache<string, { account: Account | null } | { pending: Promise<Account | null> }>({
    max: 50_000,
    ttl: rememberMs,
  });

  async function look(token: string): Promise<Account | null> {
    const start = performance.now();
    try {
      const row = await findSession(db, tokenHash(token));
      const account = row
        ? { user_id: row.user_id, session_id: row.session_id, kind: row.kind, scopes: row.scopes }
        : null;
      // Only for its owner to read: nobody waits for it, and a failure of it fails nothing else.
      if (row?.stale === true) touchSession(db, row.user_id, row.session_id).catch(onError);
      const left = rememberMs - (performance.now() - start);
      if (left > 0 && known.has(token)) known.set(token, { account }, { ttl: left });
      else known.delete(token);
      return account;
    } catch (error) {
      known.delete(token);
      throw error;
    }
  }

  return {
    find(token) {
      const hit = known.get(token);
      if (hit !== undefined) return 'pending' in hit ? hit.pending : hit.account;
      if (!isToken(token)) return null;
      const pending = look(token);
      known.set(token, { pending });
      return pending;
    },
    forget(userId) {
      for (const [token, hit] of known.entries()) {
        if ('pending' in hit || hit.account?.user_id === userId) known.delete(token);
      }
    },
  };
}
