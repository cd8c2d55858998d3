import { exitCodes, StartError } from '../../exit.ts';
import { run, type Account } from './run.ts';

export type { Account };

/**
 * PostgreSQL refuses to run as root. For root it runs as the owner of the files that it finds, else as the
 * user nobody, who exists already: no user is made on the machine. Throws StartError where there is none.
 */
export async function accountFor(owner: { uid: number; gid: number } | null): Promise<Account> {
  if (process.getuid?.() !== 0) return null;
  if (owner !== null && owner.uid !== 0) return { uid: owner.uid, gid: owner.gid };
  const [uid, gid] = [await idOfNobody('-u'), await idOfNobody('-g')];
  return { uid, gid };
}

/** Whether `account` may enter `directory`, tried as that user: modes alone say nothing of lists and mounts. */
export async function canEnter(account: Account, directory: string): Promise<boolean> {
  const { code } = await run('/bin/sh', ['-c', 'test -x "$0"', directory], account);
  return code === 0;
}

async function idOfNobody(flag: '-u' | '-g'): Promise<number> {
  const { code, output } = await run('id', [flag, 'nobody'], null);
  const id = Number(output.trim());
  if (code === 0 && Number.isInteger(id) && id !== 0) return id;
  throw new StartError(
    'PostgreSQL does not run as root and there is no user "nobody" to run it as; ' +
      'start Daymark as an ordinary user, or set DATABASE_URL to a PostgreSQL server',
    exitCodes.configuration,
  );
}
