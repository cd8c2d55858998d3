import { mkdir, mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { exitCodes, StartError } from '../../exit.ts';
import { isAlive } from '../../is-alive.ts';

const pollMs = 50;
// Longer than a call that sends to a server which does not answer.
const patienceMs = 60_000;

/**
 * Runs `work` while no other process does so under the same lock: a directory with one file, named after the
 * process that holds it. It appears whole, since renaming onto a directory in use fails, and one whose process
 * is dead is moved aside. Throws StartError where it is not to be had in a minute.
 */
export async function exclusively<T>(lock: string, work: () => Promise<T>): Promise<T> {
  await mkdir(dirname(lock), { recursive: true, mode: 0o700 });
  const until = Date.now() + patienceMs;
  while (!(await take(lock))) {
    if (Date.now() > until) {
      throw new StartError(
        `another daymark log holds ${lock}; remove that if there is none`,
        exitCodes.failed,
      );
    }
    const holders = await holdersOf(lock);
    if (holders.length > 0 && !holders.some((pid) => isAlive(Number(pid)))) await discard(lock, holders);
    else await sleep(pollMs);
  }
  try {
    return await work();
  } finally {
    await discard(lock, [String(process.pid)]);
  }
}

async function take(lock: string): Promise<boolean> {
  const mine = await mkdtemp(`${lock}-`);
  await writeFile(join(mine, String(process.pid)), '');
  try {
    await rename(mine, lock);
    return true;
  } catch (error) {
    await rm(mine, { recursive: true });
    if (['ENOTEMPTY', 'EEXIST', 'EPERM'].includes((error as NodeJS.ErrnoException).code ?? '')) return false;
    throw error;
  }
}

async function holdersOf(lock: string): Promise<string[]> {
  return readdir(lock).catch(() => []);
}

/** Moved aside first: emptied in place, it would for a moment be there for the taking. */
async function discard(lock: string, holders: string[]): Promise<void> {
  if (String(await holdersOf(lock)) !== String(holders)) return;
  const aside = `${lock}-${process.pid}-old`;
  await rename(lock, aside).catch(() => undefined);
  await rm(aside, { recursive: true, force: true });
}
