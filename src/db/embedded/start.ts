import type { ClientConfig } from 'pg';
import { exitCodes, StartError } from '../../exit.ts';
import type { Log } from '../../log.ts';
import { accountFor, canEnter } from './account.ts';
import { addressOf, connectionTo } from './address.ts';
import { findBinaries } from './binaries.ts';
import { checkMajor, findCluster, giveCluster } from './cluster.ts';
import { openDataDir } from './data-dir.ts';
import { ensureDatabase } from './database.ts';
import { isLastToLeave } from './hold.ts';
import { keep, type Keeper } from './keep.ts';
import { makeCluster } from './make-cluster.ts';
import { endPostmaster } from './postmaster.ts';
import { reach, type Installed } from './reach.ts';

/** A PostgreSQL of our own that runs. */
export interface Embedded {
  /** How to reach the database `daymark` as its owner; the same over restarts of PostgreSQL. */
  connection: ClientConfig;
  /** Of PostgreSQL, such as `18.4`. */
  version: string;
  /** Leaves PostgreSQL; ends it unless another Daymark process still uses it. */
  stop(): Promise<void>;
}

export interface EmbeddedOptions {
  dataDir: string;
  /** `serve` wants the installation for itself; `command` shares it with a server that runs, or starts it meanwhile. */
  purpose: 'serve' | 'command';
  log: Log;
  /** Settings of PostgreSQL that win over ours. */
  settings?: Record<string, string>;
  /** Aborted where the process ends before PostgreSQL is there: the start then rejects with its reason. */
  signal?: AbortSignal;
}

/**
 * Starts the embedded PostgreSQL on `<dataDir>/postgres`, making that at the first start, or joins the one
 * that runs there already. While it is held it is started again whenever it dies.
 * Throws StartError, with one plain line, where that cannot be.
 */
export async function startEmbedded(options: EmbeddedOptions): Promise<Embedded> {
  const installed = await install(options);
  const { cluster, log, purpose } = installed;
  const { hold, address, isOurs } = await reach(installed, options.signal ?? new AbortController().signal);
  if (!isOurs && purpose === 'serve') {
    log.info('PostgreSQL runs already; this server takes it over');
  }
  const again = async (signal: AbortSignal) => (await reach({ ...installed, address }, signal)).hold;
  const keeper = keep(hold, again, log);
  try {
    options.signal?.throwIfAborted();
    const version = await ensureDatabase(hold.client, installed.dataDir);
    let stopped: Promise<void> | undefined;
    return {
      connection: connectionTo(address, 'daymark'),
      version,
      stop: () => (stopped ??= leave(keeper, cluster, log)),
    };
  } catch (error) {
    await leave(keeper, cluster, log);
    throw error;
  }
}

/** Everything up to the start of PostgreSQL: its directory, its programs, its cluster. */
async function install({ dataDir: name, purpose, log, settings = {} }: EmbeddedOptions): Promise<Installed> {
  const dataDir = openDataDir(name);
  const found = findCluster(dataDir);
  const account = await accountFor(found?.owner ?? null);
  const binaries = await findBinaries(account, dataDir, log);
  if (found === null) {
    log.info(`making a database in ${dataDir}`);
    await makeCluster({ dataDir, account, binaries, sync: settings['fsync'] !== 'off', log });
  }
  const cluster = found ?? findCluster(dataDir);
  if (cluster === null) throw new StartError(`DATA_DIR: ${dataDir} was removed meanwhile`, exitCodes.failed);
  checkMajor(cluster, binaries.major);
  const { directory, owner } = cluster;
  if (account !== null && owner.uid === 0) {
    log.warn(
      `${directory} belongs to root; giving it to the user with id ${account.uid}, who runs PostgreSQL`,
    );
    giveCluster(directory, account);
  }
  if (account !== null && !(await canEnter(account, directory))) throw outOfReach(directory, account.uid);
  const address = await addressOf(directory);
  return { dataDir, cluster: directory, account, binaries, address, settings, purpose, log };
}

function outOfReach(directory: string, uid: number): StartError {
  return new StartError(
    `DATA_DIR: PostgreSQL does not run as root, and the user with id ${uid} cannot reach ${directory}; ` +
      'let others pass through the directories above it (chmod o+x), or start Daymark as an ordinary user',
    exitCodes.configuration,
  );
}

async function leave(keeper: Keeper, cluster: string, log: Log): Promise<void> {
  const hold = await keeper.stop();
  if (hold === null) return;
  if (await isLastToLeave(hold)) await endPostmaster(cluster, log);
  await hold.client.end().catch(() => undefined);
}
