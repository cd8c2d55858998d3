import { spawn } from 'node:child_process';
import { closeSync, fstatSync, openSync, readFileSync, rmSync, statSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { spawnOptions } from './run.ts';
import type { Account } from './account.ts';
import { findPostmaster, readPidFile } from './postmaster.ts';

/** A PostgreSQL that this process started. */
export interface Spawned {
  /** Whether it ended again. */
  ended: boolean;
  /** What it wrote to its log since it was started. */
  output(): string;
}

const maxLogBytes = 10 * 1024 * 1024;

/**
 * Starts PostgreSQL on a cluster, writing to `logFile`. It has a session of its own, so that Ctrl-C in our
 * terminal does not end it before our connections, and it does not keep this process alive.
 */
export function spawnPostgres(
  program: string,
  args: string[],
  { cluster, account, logFile }: { cluster: string; account: Account; logFile: string },
): Spawned {
  removeEmptyPidFile(cluster);
  if ((statSync(logFile, { throwIfNoEntry: false })?.size ?? 0) > maxLogBytes) truncateSync(logFile);
  const log = openSync(logFile, 'a', 0o600);
  const from = fstatSync(log).size;
  const options = spawnOptions(account);
  const child = spawn(program, args, {
    ...options,
    env: { ...options.env, ...strangerInPidFile(cluster) },
    detached: true,
    stdio: ['ignore', log, log],
  });
  closeSync(log);
  child.unref();
  let failure = '';
  const spawned = { ended: false, output: () => failure || linesOf(child.pid, logFile, from) };
  child.once('error', (error) => ((failure = error.message), (spawned.ended = true)));
  child.once('exit', () => (spawned.ended = true));
  return spawned;
}

/**
 * After a crash postmaster.pid may name a process of another program that got the number since. PostgreSQL
 * then refuses to start, unless the number is that of its own grandparent, which it takes from this variable.
 * All its other checks stay, such as the one for memory that processes of the cluster still share.
 */
function strangerInPidFile(cluster: string): NodeJS.ProcessEnv {
  const known = readPidFile(cluster);
  if (known === null || findPostmaster(cluster) !== null) return {};
  return { PG_GRANDPARENT_PID: String(known.pid) };
}

/** PostgreSQL writes the file at once after making it; one that stays empty is what a crash left. */
function removeEmptyPidFile(cluster: string): void {
  const path = join(cluster, 'postmaster.pid');
  const file = statSync(path, { throwIfNoEntry: false });
  if (file?.size === 0 && Date.now() - file.mtimeMs > 10_000) rmSync(path, { force: true });
}

/** Two that start at once write to the same log; each line carries the process that wrote it. */
function linesOf(pid: number | undefined, logFile: string, from: number): string {
  const text = readFileSync(logFile).subarray(from).toString();
  const own = text.split('\n').filter((line) => line.includes(`[${pid}]`));
  return own.some((line) => /FATAL|PANIC/.test(line)) ? own.join('\n') : text;
}
