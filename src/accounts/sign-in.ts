import type { Database } from '../db/connect.ts';
import { Problem, validationFailed } from '../http/problem.ts';
import { normalizeEmail } from './email.ts';
import { limitGuesses, type LoginLimit } from './guesses.ts';
import { isOutdated, type Passwords } from './passwords.ts';
import {
  addEvent,
  findLogin,
  operatorAnyUser,
  operatorLockRegistration,
  register,
  replacePasswordHash,
  startSession,
} from './queries.ts';
import { newToken, tokenHash } from './tokens.ts';

/** Where a sign-in comes from, for the list of sessions and the audit. */
export interface Client {
  ip: string;
  userAgent: string | null;
}

/** What a password must be, and how it is hashed. */
export interface PasswordRules {
  passwords: Passwords;
  isCommonPassword: (password: string) => boolean;
}

export interface SignedIn {
  /** The account as JSON text. */
  user: string;
  token: string;
}

/** Makes an account and signs it in. 403 `registration_closed`, 409 `email_taken`, 422 for a bad e-mail or password. */
export async function signUp(
  db: Database,
  { passwords, isCommonPassword }: PasswordRules,
  registration: 'open' | 'first' | 'closed',
  input: { email: string; password: string; timeZone: string },
  client: Client,
): Promise<SignedIn> {
  if (registration === 'closed') throw registrationClosed();
  const email = normalizeEmail(input.email);
  if (email === null) throw validationFailed([{ pointer: '/email', detail: 'must be an e-mail address' }]);
  requireStrong(input.password, '/password', isCommonPassword);
  if (registration === 'first' && (await operatorAnyUser(db)).any) throw registrationClosed();

  const hash = await passwords.hash(input.password);
  const token = newToken('session');
  const answer = await db.transaction(async (sql) => {
    if (registration === 'first') {
      await operatorLockRegistration(sql);
      if ((await operatorAnyUser(sql)).any) throw registrationClosed();
    }
    return register(sql, email, hash, input.timeZone, tokenHash(token), client.ip, client.userAgent);
  });
  if (answer === undefined) throw new Error('a registration answered no row');
  return { user: answer.user, token };
}

/** Signs in by e-mail and password. 401 `invalid_credentials`, the same and as slow whether the e-mail is known or not; 429. */
export function signIn(
  db: Database,
  passwords: Passwords,
  limit: LoginLimit,
  input: { email: string; password: string },
  client: Client,
): Promise<SignedIn> {
  return passwords.admit(async () => {
    const email = normalizeEmail(input.email);
    const login = email === null ? undefined : await findLogin(db, email);
    const who = { email: email ?? input.email, ip: client.ip };
    const good = await limitGuesses(db, limit, who, () =>
      passwords.verify(login?.password_hash, input.password),
    );
    if (login === undefined) throw invalidCredentials();
    if (!good) {
      await addEvent(db, login.user_id, 'login.failed', client.ip, {});
      throw invalidCredentials();
    }
    let hash = login.password_hash;
    if (isOutdated(hash)) {
      hash = await passwords.hash(input.password);
      await replacePasswordHash(db, login.user_id, login.password_hash, hash);
    }
    const token = newToken('session');
    const { ip, userAgent } = client;
    const session = await startSession(db, login.user_id, tokenHash(token), ip, userAgent, hash);
    // None: the password was changed, or the account deleted, while this one was looked at.
    if (session === undefined) throw invalidCredentials();
    return { user: session.user, token };
  });
}

/** 422 for a password that is too short or among the commonest; `pointer` names its member. */
export function requireStrong(
  password: string,
  pointer: string,
  isCommon: (password: string) => boolean,
): void {
  if ([...password].length < 8)
    throw validationFailed([{ pointer, detail: 'must have 8 characters or more' }]);
  if (isCommon(password)) {
    throw validationFailed([{ pointer, detail: 'is among the commonest passwords; choose another' }]);
  }
}

function invalidCredentials(): Problem {
  return new Problem(401, 'invalid_credentials', 'The e-mail address or the password is wrong.');
}

function registrationClosed(): Problem {
  return new Problem(403, 'registration_closed', 'This Daymark does not take new accounts.');
}
