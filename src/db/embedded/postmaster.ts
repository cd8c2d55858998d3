import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isAlive } from '../../is-alive.ts';
import type { Log } from '../../log.ts';

/** What PostgreSQL says of itself in postmaster.pid. */
export interface Postmaster {
  pid: number;
  port: number | undefined;
}

/** The postmaster.pid of a cluster, be it of a running PostgreSQL or of one that died; null where there is none. */
export function readPidFile(cluster: string): Postmaster | null {
  try {
    // Lines: process, directory, start, port, …
    const [pid, , , port] = readFileSync(join(cluster, 'postmaster.pid'), 'utf8').split('\n').map(Number);
    return pid ? { pid, port: port || undefined } : null;
  } catch {
    return null;
  }
}

/** The PostgreSQL process that runs on a cluster, or null. */
export function findPostmaster(cluster: string): Postmaster | null {
  const postmaster = readPidFile(cluster);
  return postmaster !== null && isPostmaster(postmaster.pid, cluster) ? postmaster : null;
}

/**
 * Ends the PostgreSQL of a cluster and waits until it is gone: by a fast shutdown, which ends its
 * connections and writes everything out; after 10 s at once, to recover at its next start.
 */
export async function endPostmaster(cluster: string, log: Log): Promise<void> {
  const postmaster = findPostmaster(cluster);
  if (postmaster === null) return;
  for (const [signal, seconds] of [
    ['SIGINT', 10],
    ['SIGQUIT', 5],
  ] as const) {
    if (!send(postmaster.pid, signal)) return;
    if (await isGone(postmaster.pid, cluster, seconds)) return;
    log.warn(`PostgreSQL (process ${postmaster.pid}) did not end within ${seconds} s of ${signal}`);
  }
}

/**
 * After a crash the number in postmaster.pid may name a process of another program, so its command line
 * decides. It does not change in a postmaster, whereas its children write their titles over theirs.
 */
function isPostmaster(pid: number, cluster: string): boolean {
  return isAlive(pid) && commandLine(pid).includes(`/postgres -D ${cluster} `);
}

function commandLine(pid: number): string {
  try {
    if (process.platform === 'linux') {
      return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
    }
    return spawnSync('ps', ['-ww', '-o', 'command=', '-p', String(pid)], { encoding: 'utf8' }).stdout;
  } catch {
    return '';
  }
}

function send(pid: number, signal: NodeJS.Signals): boolean {
  try {
    process.kill(pid, signal);
    return true;
  } catch {
    return false;
  }
}

async function isGone(pid: number, cluster: string, seconds: number): Promise<boolean> {
  const deadline = Date.now() + seconds * 1000;
  while (isPostmaster(pid, cluster)) {
    if (Date.now() > deadline) return false;
    await sleep(25);
  }
  return true;
}
