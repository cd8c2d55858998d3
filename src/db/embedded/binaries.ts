import { join } from 'node:path';
import { exitCodes, StartError } from '../../exit.ts';
import type { Log } from '../../log.ts';
import type { Account } from './account.ts';
import { copyTree, isCopyOf } from './copy-tree.ts';
import { removeDeadDrafts } from './draft.ts';
import { makeRootPlace, rootPlace } from './root-place.ts';
import { locatePackage, makeLinks, type Binaries } from './package.ts';
import { run } from './run.ts';

/**
 * A PostgreSQL that `account` can run: the installed package where it is, else a copy of it, below
 * /var/lib/daymark for root (the package may lie in a directory that is closed to others) and below `dataDir`
 * for an ordinary user (the package may be read-only and lack its links).
 * Throws StartError where there is no package for this machine or it does not run here.
 */
export async function findBinaries(
  account: Account,
  dataDir: string,
  log: Log,
  source: Binaries = locatePackage(process.platform, process.arch),
): Promise<Binaries> {
  if (makeLinks(source.directory)) {
    const problem = await whyNotRunnable(source.directory, null);
    if (problem !== null) throw doesNotRun(source, problem);
    if (account === null || (await whyNotRunnable(source.directory, account)) === null) return source;
  }
  return copyOf(source, account, account === null ? dataDir : rootPlace, log);
}

async function copyOf(source: Binaries, account: Account, parent: string, log: Log): Promise<Binaries> {
  const directory = join(parent, `postgresql-${source.release}-${source.platform}`);
  if (!isCopyOf(source.directory, directory)) {
    log.info(`PostgreSQL cannot be used where it is installed; copying it to ${directory}`);
    try {
      if (parent === rootPlace) makeRootPlace();
      removeDeadDrafts(parent);
      await copyTree(source.directory, directory);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new StartError(`PostgreSQL could not be copied to ${directory}: ${reason}`, exitCodes.failed);
    }
  }
  makeLinks(directory);
  const problem = await whyNotRunnable(directory, account);
  if (problem !== null) throw doesNotRun(source, problem);
  return { ...source, directory };
}

async function whyNotRunnable(directory: string, account: Account): Promise<string | null> {
  const postgres = join(directory, 'bin', 'postgres');
  const catalog = join(directory, 'share', 'postgresql', 'postgres.bki');
  const { code, output } = await run(
    '/bin/sh',
    ['-c', '"$0" -V && test -r "$1"', postgres, catalog],
    account,
  );
  return code === 0 ? null : output.trim().split('\n').at(-1) || 'its files cannot be read';
}

function doesNotRun({ platform }: Binaries, problem: string): StartError {
  return new StartError(
    `the embedded PostgreSQL for ${platform} does not run here (${problem}); ` +
      'set DATABASE_URL to a PostgreSQL server',
    exitCodes.configuration,
  );
}
