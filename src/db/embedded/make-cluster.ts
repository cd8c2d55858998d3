import { randomBytes } from 'node:crypto';
import { chownSync, closeSync, fsyncSync, openSync, renameSync, rmdirSync, rmSync } from 'node:fs';
import { symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Log } from '../../log.ts';
import { canEnter, type Account } from './account.ts';
import { makeDraft, removeDeadDrafts } from './draft.ts';
import { makeRootPlace, rootPlace } from './root-place.ts';
import { failureOf, fileFailure } from './failure.ts';
import type { Binaries } from './package.ts';
import { run } from './run.ts';

/** The file in a cluster that holds its owner's password; only a connection over TCP asks for it. */
export const passwordFile = 'daymark.password';

export interface ClusterPlan {
  dataDir: string;
  account: Account;
  binaries: Binaries;
  /** False only in tests: whether the files must outlive a power failure. */
  sync: boolean;
  log: Log;
}

/**
 * Makes the cluster `<dataDir>/postgres`. It appears whole or not at all: it is made beside its place and
 * renamed, so neither an interruption nor a second start leaves half of one; of two that race, one stays.
 * Where `account` cannot reach `dataDir`, the cluster lies below /var/lib/daymark, and a link leads there.
 */
export async function makeCluster(plan: ClusterPlan): Promise<void> {
  const { dataDir, account } = plan;
  try {
    const inside = account === null || (await canEnter(account, dataDir));
    if (!inside) makeRootPlace();
    const parent = inside ? dataDir : rootPlace;
    removeDeadDrafts(parent);
    const draft = makeDraft(parent, 'postgres');
    try {
      await initialize(draft, plan);
      if (inside) place(join(draft, 'cluster'), join(dataDir, 'postgres'));
      else placeElsewhere(join(draft, 'cluster'), plan);
    } finally {
      rmSync(draft, { recursive: true, force: true });
    }
  } catch (error) {
    throw fileFailure(error, `make a database in ${dataDir}`, dataDir);
  }
}

async function initialize(draft: string, { account, binaries, dataDir, sync }: ClusterPlan): Promise<void> {
  const password = join(draft, 'password');
  const cluster = join(draft, 'cluster');
  writeFileSync(password, randomBytes(24).toString('base64url'), { mode: 0o600 });
  if (account !== null) for (const path of [draft, password]) chownSync(path, account.uid, account.gid);
  const { code, output } = await run(
    join(binaries.directory, 'bin', 'initdb'),
    [
      ...['--pgdata', cluster, '--username', 'daymark', '--pwfile', password],
      // Trust reaches no farther than the socket, which lies in a directory that is closed to others.
      ...['--auth-local', 'trust', '--auth-host', 'scram-sha-256'],
      // The built-in locale sorts alike on every machine; an update of the system's C library cannot break indexes.
      ...['--encoding', 'UTF8', '--locale', 'C', '--locale-provider', 'builtin'],
      ...['--builtin-locale', 'C.UTF-8', '--text-search-config', 'simple'],
      ...['--data-checksums', '--no-instructions', ...(sync ? [] : ['--no-sync'])],
    ],
    account,
  );
  if (code !== 0) throw failureOf(output, `make its files in ${dataDir}`, dataDir);
  renameSync(password, join(cluster, passwordFile));
}

/** A rename that meets a directory with files fails: another start was faster, and its cluster is as good. */
function place(cluster: string, path: string): void {
  try {
    renameSync(cluster, path);
    syncDirectory(join(path, '..'));
  } catch (error) {
    if (!isPresent(error)) throw error;
  }
}

function placeElsewhere(cluster: string, { dataDir, log }: ClusterPlan): void {
  const elsewhere = join(rootPlace, `postgres-${randomBytes(8).toString('hex')}`);
  const path = join(dataDir, 'postgres');
  renameSync(cluster, elsewhere);
  syncDirectory(rootPlace);
  try {
    removeEmpty(path);
    symlinkSync(elsewhere, path);
  } catch (error) {
    rmSync(elsewhere, { recursive: true });
    if (isPresent(error)) return;
    throw error;
  }
  syncDirectory(dataDir);
  log.warn(
    `the user who runs PostgreSQL for root cannot reach ${dataDir}: ` +
      `the database lies in ${elsewhere}, and ${path} is a link to it`,
  );
}

/** An empty directory may stand where the cluster goes; a rename would replace it, a link does not. */
function removeEmpty(path: string): void {
  try {
    rmdirSync(path);
  } catch (error) {
    if (!['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
  }
}

function isPresent(error: unknown): boolean {
  return ['EEXIST', 'ENOTEMPTY'].includes((error as NodeJS.ErrnoException).code ?? '');
}

/** initdb makes the files outlive a power failure; the name of their directory is for us to keep. */
function syncDirectory(directory: string): void {
  const handle = openSync(directory, 'r');
  fsyncSync(handle);
  closeSync(handle);
}
