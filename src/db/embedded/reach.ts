import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { exitCodes, StartError } from '../../exit.ts';
import type { Log } from '../../log.ts';
import type { Account } from './account.ts';
import { connectionTo, currentAddress, type Address } from './address.ts';
import { failureOf } from './failure.ts';
import { tryHold, type Attempt, type Hold } from './hold.ts';
import type { Binaries } from './package.ts';
import { endPostmaster, findPostmaster } from './postmaster.ts';
import { serverArguments } from './settings.ts';
import { spawnPostgres, type Spawned } from './spawn.ts';

/** A cluster and what is needed to run it. */
export interface Installed {
  dataDir: string;
  cluster: string;
  account: Account;
  binaries: Binaries;
  address: Address;
  settings: Record<string, string>;
  purpose: 'serve' | 'command';
  log: Log;
}

/** A PostgreSQL that is ours to use, where it listens, and whether this process started it. */
export interface Reached {
  hold: Hold;
  address: Address;
  isOurs: boolean;
}

// A start takes 50 ms, so the first look comes soon; a recovery takes minutes, and every look is a line in its log.
const firstPauseMs = 25;
const longestPauseMs = 500;
const noticeMs = 5000;
// The server that is to be killed and started again (by a supervisor) may hold its lock for a moment more.
const servedPatienceMs = 1000;
const racePatienceMs = 15_000;

/**
 * Takes the PostgreSQL of a cluster into use, starting it where it does not run. It waits for as long as a
 * PostgreSQL starts, recovers or ends, and goes round again when another process was faster.
 * Throws StartError where another process serves or PostgreSQL does not start; the signal's reason when aborted.
 */
export async function reach(installed: Installed, signal: AbortSignal): Promise<Reached> {
  const { cluster, purpose, log } = installed;
  const since = Date.now();
  let notice = noticeMs;
  let spawned: Spawned | null = null;
  for (let pause = firstPauseMs; ; pause = Math.min(1.2 * pause, longestPauseMs)) {
    const address = currentAddress(installed.address, cluster);
    const attempt = await tryHold(connectionTo(address, 'postgres'), purpose);
    if (attempt.kind === 'held') return { hold: attempt.hold, address, isOurs: spawned?.ended === false };
    const waited = Date.now() - since;
    if (attempt.kind === 'served' && waited > servedPatienceMs) throw isServed(installed, attempt);
    if (signal.aborted) await abandon(installed, spawned, signal);
    if (attempt.kind === 'absent') spawned = next(installed, spawned, waited);
    if (waited > notice) {
      log.info({ reason: reasonOf(attempt) }, 'waiting for PostgreSQL: it starts, recovers or ends');
      notice += noticeMs;
    }
    await sleep(pause);
  }
}

/** What to wait for when nothing listens: the PostgreSQL that was started or that runs already, else a new one. */
function next(installed: Installed, spawned: Spawned | null, waited: number): Spawned | null {
  if (spawned?.ended === false) return spawned;
  if (spawned !== null) {
    const output = spawned.output();
    const raced = /lock file .*(already exists|is empty)|shared memory block .*still in use/.test(output);
    if (!raced || waited > racePatienceMs) throw didNotStart(installed, output);
    return null;
  }
  if (findPostmaster(installed.cluster) !== null) return null;
  const { dataDir, cluster, account, binaries, address, settings } = installed;
  return spawnPostgres(
    join(binaries.directory, 'bin', 'postgres'),
    serverArguments(cluster, address, settings),
    { cluster, account, logFile: logFile(dataDir) },
  );
}

/** Ends what was started for nothing; it can be found from the moment that it has written its postmaster.pid. */
async function abandon({ cluster, log }: Installed, spawned: Spawned | null, signal: AbortSignal) {
  while (spawned?.ended === false) {
    await endPostmaster(cluster, log);
    await sleep(firstPauseMs);
  }
  throw signal.reason;
}

function isServed({ dataDir }: Installed, { by }: Attempt & { kind: 'served' }): StartError {
  return new StartError(
    `another Daymark (process ${by}) already serves ${dataDir}; stop it first or set another DATA_DIR`,
    exitCodes.failed,
  );
}

function didNotStart({ dataDir }: Installed, output: string): StartError {
  return failureOf(output, `start (its log is ${logFile(dataDir)})`, dataDir);
}

function logFile(dataDir: string): string {
  return join(dataDir, 'postgres.log');
}

function reasonOf(attempt: Attempt): string {
  if (attempt.kind === 'busy') return attempt.reason;
  return attempt.kind === 'absent' ? 'it does not listen yet' : 'another process holds it';
}
