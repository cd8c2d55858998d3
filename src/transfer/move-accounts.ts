import { hash } from 'bcryptjs';
import { randomBytes } from 'node:crypto';
import { normalizeEmail } from '../accounts/email.ts';
import type { Database } from '../db/connect.ts';
import { Problem } from '../http/problem.ts';
import { timeIn } from './formats/sqlite.ts';
import type { PredecessorFile, SqliteRow } from './formats/sqlite-file.ts';
import { operatorMoveAccount, type MovedAccount } from './operator-queries.ts';

/** Accounts by their numbers in the file, and what became of them. */
export interface Accounts {
  byNumber: Map<unknown, MovedAccount>;
  made: number;
  present: number;
  errors: { row: number; code: string; detail: string }[];
}

/**
 * Makes the accounts of the predecessor in the order of their numbers, each with its bcrypt hash, which signs in once
 * and is replaced then. One that is here already keeps its password.
 */
export async function moveAccounts(db: Database, source: PredecessorFile): Promise<Accounts> {
  const accounts: Accounts = { byNumber: new Map(), made: 0, present: 0, errors: [] };
  for await (const row of source.users()) {
    const number = Number(row['id']);
    const email = normalizeEmail(typeof row['email'] === 'string' ? row['email'] : '');
    if (email === null) {
      accounts.errors.push({
        row: number,
        code: 'email_invalid',
        detail: 'The account has no e-mail address.',
      });
      continue;
    }
    const usable = usableHash(row['password_hash']);
    const moved = await operatorMoveAccount(db, email, usable ?? (await nobodysHash()), madeAt(row));
    if (moved === undefined) continue;
    accounts.byNumber.set(row['id'], moved);
    if (moved.is_new) accounts.made++;
    else accounts.present++;
    if (moved.is_new && usable === null) {
      const detail = `The password of ${email} cannot be taken over; set one with "daymark user password".`;
      accounts.errors.push({ row: number, code: 'password_unusable', detail });
    }
  }
  return accounts;
}

/** bcrypt's own form: cost, salt and hash in 53 characters of its alphabet. */
function usableHash(value: SqliteRow[string] | undefined): string | null {
  return typeof value === 'string' && /^\$2[aby]\$\d\d\$[./A-Za-z0-9]{53}$/.test(value) ? value : null;
}

/** Of a password that nobody knows. */
function nobodysHash(): Promise<string> {
  return hash(randomBytes(32).toString('base64'), 4);
}

function madeAt(row: SqliteRow): string | null {
  try {
    return timeIn(row['created_at'] ?? null);
  } catch (problem) {
    if (problem instanceof Problem) return null;
    throw problem;
  }
}
