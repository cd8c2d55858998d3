import type { Database } from '../db/connect.ts';
import { isText, isTimeZone } from '../http/formats.ts';
import { notFound, validationFailed, type MemberError } from '../http/problem.ts';
import type { Scope } from '../http/types.ts';
import { normalizeEmail } from './email.ts';
import { operatorAddUser, operatorFindUser, operatorSetPassword } from './operator-queries.ts';
import { createToken, endSessions } from './queries.ts';
import { requireStrong, type PasswordRules } from './sign-in.ts';
import { newToken, tokenHash } from './tokens.ts';

export interface NewAccount {
  email: string;
  password: string;
  name: string;
  timeZone: string;
}

/**
 * Makes an account without signing it in, and answers it as JSON text. The rules are those of registration,
 * but for REGISTRATION itself. Throws a 422 for what breaks one, and the constraint's error where the e-mail is taken.
 */
export async function addAccount(
  db: Database,
  { passwords, isCommonPassword }: PasswordRules,
  { email, password, name, timeZone }: NewAccount,
): Promise<string> {
  const normal = normalizeEmail(email);
  refuse([
    ...(normal === null ? [{ pointer: '/email', detail: 'must be an e-mail address' }] : []),
    ...(isName(name, 200) ? [] : [{ pointer: '/name', detail: 'must be text of 200 characters at most' }]),
    ...(isTimeZone(timeZone) ? [] : [{ pointer: '/time_zone', detail: 'must be an IANA time zone' }]),
  ]);
  requirePassword(password, isCommonPassword);
  const row = await operatorAddUser(db, normal ?? '', await passwords.hash(password), name, timeZone);
  return row.user;
}

/** The account with this e-mail address. 404 where there is none. */
export async function findAccount(
  db: Database,
  email: string,
): Promise<{ user_id: string; entries: string }> {
  const row = await operatorFindUser(db, normalizeEmail(email) ?? '');
  if (row === undefined) throw notFound('account');
  return row;
}

/** Sets a password without knowing the old one and ends every session; personal access tokens stay. 422 where it is weak. */
export async function setPassword(
  db: Database,
  { passwords, isCommonPassword }: PasswordRules,
  { user_id }: { user_id: string },
  password: string,
): Promise<void> {
  requirePassword(password, isCommonPassword);
  const hash = await passwords.hash(password);
  await db.transaction(async (sql) => {
    await operatorSetPassword(sql, user_id, hash);
    await endSessions(sql, user_id, null, null);
  });
}

/** Makes a personal access token: `token` is what its owner sees of it as JSON text, `secret` the token itself. */
export async function addToken(
  db: Database,
  userId: string,
  { name, scopes, expiresAt }: { name: string; scopes: Scope[]; expiresAt: string | null },
): Promise<{ token: string; secret: string }> {
  if (!isName(name, 100) || name.trim() === '') {
    refuse([{ pointer: '/name', detail: 'must be 1 to 100 characters, not all of them blank' }]);
  }
  const secret = newToken('token');
  const row = await createToken(db, userId, tokenHash(secret), name, [...new Set(scopes)], expiresAt, null);
  if (row === undefined) {
    throw validationFailed([{ pointer: '/expires', detail: 'must lie in the future' }]);
  }
  return { token: row.token, secret };
}

function requirePassword(password: string, isCommon: (password: string) => boolean): void {
  if (!isText(password) || [...password].length > 1024) {
    refuse([{ pointer: '/password', detail: 'must be text of 1024 characters at most' }]);
  }
  requireStrong(password, '/password', isCommon);
}

function isName(text: string, most: number): boolean {
  return isText(text) && [...text].length <= most;
}

function refuse(errors: MemberError[]): void {
  if (errors.length > 0) throw validationFailed(errors);
}
