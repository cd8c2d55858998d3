import { commonPasswords } from '../accounts/common-passwords.ts';
import { normalizeEmail } from '../accounts/email.ts';
import { operatorListUsers } from '../accounts/operator-queries.ts';
import { addAccount, findAccount, setPassword } from '../accounts/operator.ts';
import { passwords } from '../accounts/passwords.ts';
import { deleteUser } from '../accounts/queries.ts';
import { exitCodes, StartError } from '../exit.ts';
import { confirm } from './confirm.ts';
import { withDatabase } from './installation.ts';
import { readPassword } from './read-password.ts';
import { table } from './table.ts';

export interface AddOptions {
  name: string;
  timeZone: string;
  json?: boolean;
}

/** `user add <email>` */
export async function add(email: string, { name, timeZone, json = false }: AddOptions): Promise<void> {
  // Before anybody types a password twice.
  if (normalizeEmail(email) === null) {
    throw new StartError(`"${email}" is not an e-mail address`, exitCodes.usage);
  }
  const password = await readPassword();
  await withDatabase(async (db) => {
    const user = await addAccount(db, rules(), { email, password, name, timeZone });
    console.log(json ? user : `made the account ${(JSON.parse(user) as { email: string }).email}`);
  });
}

interface ListedUser {
  email: string;
  name: string;
  time_zone: string;
  created_at: string;
  last_used_at: string | null;
  entries: number;
}

/** `user list` */
export function list({ json = false }: { json?: boolean }): Promise<void> {
  return withDatabase(async (db) => {
    const users = (await operatorListUsers(db)).map(({ user }) => JSON.parse(user) as ListedUser);
    if (json) console.log(JSON.stringify(users, null, 2));
    else if (users.length === 0) console.log('there are no accounts; "daymark user add" makes one');
    else console.log(tableOf(users));
  });
}

/** `user password <email>` */
export async function password(email: string): Promise<void> {
  const next = await readPassword();
  await withDatabase(async (db) => {
    await setPassword(db, rules(), await findAccount(db, email), next);
    console.log(`${email} has a new password; every session has ended, personal access tokens stay`);
  });
}

/** `user delete <email>` */
export function remove(email: string, options: { yes?: boolean }): Promise<void> {
  return withDatabase(async (db) => {
    const { user_id, entries } = await findAccount(db, email);
    await confirm(`This removes ${email} with ${entries} entries, for good.`, options);
    await deleteUser(db, user_id);
    console.log(`removed ${email} with ${entries} entries`);
  });
}

function rules() {
  return { passwords: passwords(), isCommonPassword: commonPasswords() };
}

function tableOf(users: ListedUser[]): string {
  return table(
    ['email', 'name', 'time zone', 'since', 'last seen', 'entries'],
    users.map((user) => [
      user.email,
      user.name,
      user.time_zone,
      user.created_at.slice(0, 10),
      user.last_used_at?.slice(0, 10) ?? 'never',
      user.entries,
    ]),
  );
}
