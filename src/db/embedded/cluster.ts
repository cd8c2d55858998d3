import { lchownSync, lstatSync, readdirSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { exitCodes, StartError } from '../../exit.ts';

/** The directory of a PostgreSQL cluster. */
export interface Cluster {
  /** Its real path, with links followed. */
  directory: string;
  owner: { uid: number; gid: number };
  /** The major version that made it. */
  major: number;
}

/**
 * The cluster at `<dataDir>/postgres`, or null where none was made yet. Throws StartError where something
 * else is there, or a cluster that this user cannot read.
 */
export function findCluster(dataDir: string): Cluster | null {
  const path = join(dataDir, 'postgres');
  if (lstatSync(path, { throwIfNoEntry: false }) === undefined) return null;
  const directory = target(path);
  const { uid, gid } = statSync(directory);
  const us = process.getuid?.();
  if (us !== 0 && uid !== us) {
    throw refusal(
      `${directory} belongs to the user with id ${uid}; start Daymark as that user, or set another DATA_DIR`,
    );
  }
  const major = version(directory);
  return major === null ? null : { directory, owner: { uid, gid }, major };
}

/** Throws StartError where another major version of PostgreSQL made the cluster than the one that Daymark brings. */
export function checkMajor({ directory, major }: Cluster, ours: number): void {
  if (major === ours) return;
  throw refusal(
    `${directory} was made by PostgreSQL ${major}, this Daymark brings ${ours}: with the Daymark that made it ` +
      'write a backup ("daymark backup"), and restore that with this one into an empty DATA_DIR',
  );
}

/**
 * Gives the files of a cluster to the user who runs PostgreSQL, which does not touch those of others: for
 * files of root, as a copy or a restored backup leaves them.
 */
export function giveCluster(directory: string, { uid, gid }: { uid: number; gid: number }): void {
  for (const name of readdirSync(directory, { recursive: true, encoding: 'utf8' })) {
    lchownSync(join(directory, name), uid, gid);
  }
  // Last, so that an interruption is seen and made up for at the next start.
  lchownSync(directory, uid, gid);
}

function target(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    throw refusal(
      `${path} is a link to a directory that is not there; bring it back, ` +
        'or remove the link to begin with an empty database',
    );
  }
}

/** Null for an empty directory, as a mount makes one: a cluster may be made there. */
function version(directory: string): number | null {
  try {
    return Number.parseInt(readFileSync(join(directory, 'PG_VERSION'), 'utf8'), 10);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' && readdirSync(directory).length === 0) return null;
    throw refusal(
      `${directory} holds no PostgreSQL database (no file PG_VERSION that can be read); ` +
        'move it away, or set another DATA_DIR',
    );
  }
}

function refusal(problem: string): StartError {
  return new StartError(`DATA_DIR: ${problem}`, exitCodes.configuration);
}
