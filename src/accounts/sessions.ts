import { LRUCache } from 'lru-cache';
import type { Database } from '../db/connect.ts';
import type { Account } from '../http/types.ts';
import { operatorListRevoked, touchSession } from './queries.ts';
import { tokenLookups } from './token-lookups.ts';
import { isToken, tokenHash } from './tokens.ts';

export interface Sessions {
  /** The account behind a token, null for one that is not good; at once where it is remembered. */
  find(token: string): Account | null | Promise<Account | null>;
  /** Forgets a user's tokens at once on this node, after one was revoked; other nodes follow within a second. */
  forget(userId: string): void;
}

/**
 * What is revoked must stop working on every node within a second. An answer holds for so long after it was
 * asked for, or after the list of revocations was, which names every token that is not as it was before.
 */
const holdsMs = 900;
/** The list is asked for when it is so old and a request comes: so a request hardly ever waits for it. */
const listAfterMs = 400;
/** How far back the list goes: longer than any transaction that revokes, plus the gap there may be between two lists. */
const listSeconds = 60;
const longestGapMs = 20_000;

type Known = { askedAt: number } & ({ account: Account | null } | { pending: Promise<Account | null> });

/** Finds sessions by token and remembers the answers; the same token is looked up once at a time. */
export function sessions(db: Database, onError: (error: unknown) => void): Sessions {
  // By size, since `max` would make room for all of them at the start.
  const known = new LRUCache<string, Known>({ maxSize: 50_000, sizeCalculation: () => 1 });
  const list = revocations(db, (key) => known.delete(key));
  const lookUp = tokenLookups(db);

  async function look(key: string, askedAt: number): Promise<Account | null> {
    try {
      const row = await lookUp(key);
      const account = row
        ? { user_id: row.user_id, session_id: row.session_id, kind: row.kind, scopes: row.scopes }
        : null;
      // Only for its owner to read: nobody waits for it, and a failure of it fails nothing else.
      if (row?.stale === true) touchSession(db, row.user_id, row.session_id).catch(onError);
      // Not where it was revoked meanwhile.
      if (known.peek(key)?.askedAt === askedAt)
        known.set(key, { account, askedAt }, { ttl: Math.max(1, row?.remember_ms ?? holdsMs) });
      return account;
    } catch (error) {
      known.delete(key);
      throw error;
    }
  }

  return {
    find(token) {
      const key = tokenHash(token).toString('base64');
      const hit = known.get(key);
      const now = performance.now();
      if (hit !== undefined && list.holds(hit.askedAt, now))
        return 'pending' in hit ? hit.pending : hit.account;
      if (!isToken(token)) return null;
      const pending = look(key, now);
      known.set(key, { pending, askedAt: now });
      return pending;
    },
    forget(userId) {
      for (const [key, hit] of known.entries()) {
        if ('pending' in hit || hit.account?.user_id === userId) known.delete(key);
      }
    },
  };
}

/** Follows the list of revocations while anybody asks. */
function revocations(db: Database, revoked: (key: string) => void) {
  let listedAt = -Infinity;
  /** What was asked for before this may have missed a list. */
  let unbrokenSince = -Infinity;
  /** By the database, whose clock goes on while this machine sleeps. */
  let lastMs = -Infinity;
  let isListing = false;

  async function listAgain(now: number): Promise<void> {
    isListing = true;
    try {
      const { at_ms, hashes } = await operatorListRevoked(db, listSeconds);
      for (const hash of hashes) revoked(hash);
      if (at_ms - lastMs > longestGapMs) unbrokenSince = now;
      lastMs = at_ms;
      listedAt = now;
    } catch {
      // Then each token is looked up, and those requests say that the database is away.
    } finally {
      isListing = false;
    }
  }

  return {
    /** Whether an answer asked for at `askedAt` still holds; times are of `performance.now()`. */
    holds(askedAt: number, now: number): boolean {
      if (now - listedAt > listAfterMs && !isListing) void listAgain(now);
      if (now - askedAt < holdsMs) return true;
      return now - listedAt < holdsMs && askedAt >= unbrokenSince;
    },
  };
}
