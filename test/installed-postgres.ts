import { execFileSync, spawn } from 'node:child_process';
import { chownSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client, type ClientConfig } from 'pg';

export interface InstalledPostgres {
  /** A superuser's way to its database `postgres`. */
  connection: { host: string; user: string; database: string };
  stop: () => Promise<void>;
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
  const home = mkdtempSync(join(parent, 'daymark-postgres-'));
  const data = join(home, 'data');
  // PostgreSQL refuses to run as root.
  const id = (flag: string) => Number(execFileSync('id', [flag, 'nobody'], { encoding: 'utf8' }));
  const owner = process.getuid?.() === 0 ? { uid: id('-u'), gid: id('-g') } : {};
  if (owner.uid !== undefined) chownSync(home, owner.uid, owner.gid);
  const options = { ...owner, cwd: '/', stdio: 'ignore' } as const;
  const cluster = ['-D', data, '-U', 'daymark', '-A', 'trust', '-E', 'UTF8', '--no-sync'];
  execFileSync(join(bin, 'initdb'), cluster, options);
  const flags = Object.entries({ ...settings, listen_addresses: '', unix_socket_directories: home });
  const server = spawn(
    join(bin, 'postgres'),
    ['-D', data, ...flags.flatMap(([name, value]) => ['-c', `${name}=${value}`])],
    options,
  );
  const connection = { host: home, user: 'daymark', database: 'postgres' };
  await untilItAnswers(connection);
  return {
    connection,
    stop: async () => {
      const ended = new Promise((resolve) => server.once('exit', resolve));
      server.kill('SIGINT');
      await ended;
      rmSync(home, { recursive: true, force: true });
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
