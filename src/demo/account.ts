import { passwords } from '../accounts/passwords.ts';
import { signUp } from '../accounts/sign-in.ts';
import type { Database } from '../db/connect.ts';
import { create } from '../entries/record.ts';
import { Problem } from '../http/problem.ts';
import type { Log } from '../log.ts';
import { demoYear } from './year.ts';

export const demoLogin = { email: 'demo@daymark.example', password: 'one year of days' };

/** Makes the demo account with its year of days; where it is there already, it stays as it is. */
export async function makeDemo(db: Database, log: Log): Promise<void> {
  const client = { ip: '127.0.0.1', userAgent: 'daymark --demo' };
  const rules = { passwords: passwords(), isCommonPassword: () => false };
  try {
    const { user } = await signUp(db, rules, 'open', { ...demoLogin, timeZone: 'UTC' }, client);
    const { id } = JSON.parse(user) as { id: string };
    const year = demoYear(new Date());
    await db.transaction(async (sql) => {
      for (const entry of year) await create(sql, id, entry);
    });
    log.info(`the demo account has ${year.length} entries`);
  } catch (error) {
    if (!(error instanceof Problem) || error.code !== 'email_taken') throw error;
  }
  log.info(`sign in to the demo account as ${demoLogin.email} with the password "${demoLogin.password}"`);
}
