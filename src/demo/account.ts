import { accountConstraints } from '../accounts/constraints.ts';
import { passwords } from '../accounts/passwords.ts';
import { findLogin } from '../accounts/queries.ts';
import { signUp } from '../accounts/sign-in.ts';
import type { Database } from '../db/connect.ts';
import { databaseFault } from '../db/errors.ts';
import { findRevision } from '../entries/queries.ts';
import { create } from '../entries/record.ts';
import type { Log } from '../log.ts';
import { demoYear } from './year.ts';

export const demoLogin = { email: 'demo@daymark.example', password: 'one year of days' };

/** Makes the demo account with its year of days; one that is there already, and was written in, stays as it is. */
export async function makeDemo(db: Database, log: Log): Promise<void> {
  await signUpOnce(db);
  const login = await findLogin(db, demoLogin.email);
  // Revision 0 also where an earlier start ended between the account and its entries.
  if (login !== undefined && (await findRevision(db, login.user_id))?.revision === '0') {
    const year = demoYear(new Date());
    await db.transaction(async (sql) => {
      for (const entry of year) await create(sql, login.user_id, entry);
    });
    log.info(`the demo account has ${year.length} entries`);
  }
  log.info(`sign in to the demo account as ${demoLogin.email} with the password "${demoLogin.password}"`);
}

async function signUpOnce(db: Database): Promise<void> {
  const rules = { passwords: passwords(), isCommonPassword: () => false };
  const client = { ip: '127.0.0.1', userAgent: 'daymark --demo' };
  try {
    await signUp(db, rules, 'open', { ...demoLogin, timeZone: 'UTC' }, client);
  } catch (error) {
    const fault = databaseFault(error, accountConstraints);
    if (fault?.kind !== 'constraint' || fault.meaning.code !== 'email_taken') throw error;
  }
}
