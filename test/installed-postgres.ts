import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client, type ClientConfig } from 'pg';
import { killTree } from './process-tree.ts';

export interface InstalledPostgres {
  /** A superuser's way to its database `postgres`. */
  connection: { host: string; user: string; database: string };
  stop: () => Promise<void>;
}

/** A cluster that is started and ended again and again, always at the same address. */
export interface Cluster extends InstalledPostgres {
  /** Starts PostgreSQL; resolves once it answers. */
  start(): Promise<void>;
  /** Ends it by a fast shutdown, as `pg_ctl stop -m fast` does. */
  stop(): Promise<void>;
  /** Ends all its processes at once by SIGKILL, children too. */
  kill(): Promise<void>;
  remove(): void;
}

/**
 * A new server from the programs in `bin`, in a directory of its own below `parent`, removed when it stops.
 * `settings` are PostgreSQL's; it listens on a socket only.
 */
export async function startInstalled(
  bin: string,
  parent: string,
  settings: Record<string, string>,
): Promise<InstalledPostgres> {
  const cluster = makeCluster(bin, parent, settings);
  await cluster.start();
  return {
    connection: cluster.connection,
    stop: async () => {
      await cluster.stop();
      cluster.remove();
    },
  };
}

/** A new cluster below `parent`, not yet started; its socket, and its WAL where that is asked for, below `apart`. */
export function makeCluster(
  bin: string,
  parent: string,
  settings: Record<string, string>,
  { apart = parent, walApart = false } = {},
): Cluster {
  // PostgreSQL refuses to run as root.
  const id = (flag: string) => Number(execFileSync('id', [flag, 'nobody'], { encoding: 'utf8' }));
  const owner = process.getuid?.() === 0 ? { uid: id('-u'), gid: id('-g') } : {};
  const directory = (place: string) => {
    const made = mkdtempSync(join(place, 'daymark-postgres-'));
    if (owner.uid !== undefined) chownSync(made, owner.uid, owner.gid);
    return made;
  };
  const home = directory(parent);
  const socket = apart === parent ? home : directory(apart);
  const data = join(home, 'data');
  const options = { ...owner, cwd: '/', stdio: 'ignore' } as const;
  const wal = walApart ? ['-X', join(socket, 'wal')] : [];
  const cluster = ['-D', data, '-U', 'daymark', '-A', 'trust', '-E', 'UTF8', '--no-sync', ...wal];
  execFileSync(join(bin, 'initdb'), cluster, options);
  const flags = Object.entries({ ...settings, listen_addresses: '', unix_socket_directories: socket });
  const args = ['-D', data, ...flags.flatMap(([name, value]) => ['-c', `${name}=${value}`])];
  const connection = { host: socket, user: 'daymark', database: 'postgres' };
  let server: ChildProcess | undefined;
  const end = async (how: (running: ChildProcess) => unknown) => {
    if (server === undefined || server.exitCode !== null || server.signalCode !== null) return;
    const exit = once(server, 'exit');
    await how(server);
    await exit;
  };
  return {
    connection,
    start: async () => {
      server = spawn(join(bin, 'postgres'), args, options);
      await untilItAnswers(connection);
    },
    stop: () => end((running) => running.kill('SIGINT')),
    kill: () => end((running) => killTree(running.pid as number)),
    remove: () => {
      for (const made of [home, socket]) rmSync(made, { recursive: true, force: true });
    },
  };
}

async function untilItAnswers(connection: ClientConfig): Promise<void> {
  for (let attempt = 0; ; attempt++) {
    const client = new Client(connection);
    try {
      await client.connect();
      await client.end();
      return;
    } catch (error) {
      if (attempt > 200) throw error;
      await sleep(50);
    }
  }
}
