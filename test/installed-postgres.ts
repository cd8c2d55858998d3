import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client, type ClientConfig } from 'pg';
import { nobody } from './nobody.ts';
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
  /** A copy of it that follows it, below the same parent, not yet started. It is stopped for the copy. */
  replica(): Promise<Cluster>;
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
  const owner = serverAccount();
  const home = directory(parent, owner);
  const socket = apart === parent ? home : directory(apart, owner);
  const place = { bin, owner, parent, home, socket, settings };
  const wal = walApart ? ['-X', join(socket, 'wal')] : [];
  const cluster = [
    '-D',
    join(home, 'data'),
    '-U',
    'daymark',
    '-A',
    'trust',
    '-E',
    'UTF8',
    '--no-sync',
    ...wal,
  ];
  execFileSync(join(bin, 'initdb'), cluster, runAs(owner));
  return clusterAt(place);
}

export interface Account {
  uid?: number;
  gid?: number;
}

interface Place {
  bin: string;
  owner: Account;
  parent: string;
  /** Where its data lies, in `data`. */
  home: string;
  socket: string;
  settings: Record<string, string>;
}

function clusterAt(place: Place): Cluster {
  const { bin, owner, home, socket, settings } = place;
  const flags = Object.entries({ ...settings, listen_addresses: '', unix_socket_directories: socket });
  const args = ['-D', join(home, 'data'), ...flags.flatMap(([name, value]) => ['-c', `${name}=${value}`])];
  const connection = { host: socket, user: 'daymark', database: 'postgres' };
  let server: ChildProcess | undefined;
  const end = async (how: (running: ChildProcess) => unknown) => {
    if (server === undefined || server.exitCode !== null || server.signalCode !== null) return;
    const exit = once(server, 'exit');
    await how(server);
    await exit;
  };
  const cluster: Cluster = {
    connection,
    start: async () => {
      server = spawn(join(bin, 'postgres'), args, runAs(owner));
      await untilItAnswers(connection);
    },
    stop: () => end((running) => running.kill('SIGINT')),
    kill: () => end((running) => killTree(running.pid as number)),
    remove: () => {
      for (const made of [home, socket]) rmSync(made, { recursive: true, force: true });
    },
    replica: async () => {
      await cluster.stop();
      const copy = replicaOf(place);
      await cluster.start();
      return copy;
    },
  };
  return cluster;
}

/** A clean shutdown leaves all there is in the directory: its copy is a base backup. */
function replicaOf(primary: Place): Cluster {
  const { owner, parent, settings } = primary;
  const home = directory(parent, owner);
  const data = join(home, 'data');
  execFileSync('cp', ['-a', join(primary.home, 'data'), data]);
  const signal = join(data, 'standby.signal');
  writeFileSync(signal, '');
  if (owner.uid !== undefined && owner.gid !== undefined) chownSync(signal, owner.uid, owner.gid);
  const following = { primary_conninfo: `host=${primary.socket} user=daymark`, hot_standby: 'on' };
  return clusterAt({ ...primary, home, socket: home, settings: { ...settings, ...following } });
}

/** PostgreSQL refuses to run as root. */
export function serverAccount(): Account {
  return process.getuid?.() === 0 ? nobody() : {};
}

function directory(place: string, { uid, gid }: Account): string {
  const made = mkdtempSync(join(place, 'daymark-postgres-'));
  if (uid !== undefined && gid !== undefined) chownSync(made, uid, gid);
  return made;
}

function runAs(owner: Account) {
  return { ...owner, cwd: '/', stdio: 'ignore' } as const;
}

export async function untilItAnswers(connection: ClientConfig): Promise<void> {
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
