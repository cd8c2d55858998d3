import { execFileSync, spawn } from 'node:child_process';
import { chownSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client, type ClientConfig } from 'pg';
import pino from 'pino';
import { startEmbedded } from '../src/db/embedded/start.ts';

export interface PostgresServer {
  /** A superuser's way to an empty database. */
  connection: ClientConfig & { host: string; user: string; database: string };
  stop(): Promise<void>;
}

/** A new server that keeps its promises to the disk: from the programs in `bin`, or the embedded one as it comes. */
export async function startPostgres(bin: string | undefined): Promise<PostgresServer> {
  return bin === undefined ? startOwn() : startInstalled(bin);
}

async function startOwn(): Promise<PostgresServer> {
  const dataDir = mkdtempSync(join(tmpdir(), 'daymark-load-pg-'));
  const embedded = await startEmbedded({ dataDir, purpose: 'serve', log: pino({ level: 'error' }) });
  return {
    connection: embedded.connection as PostgresServer['connection'],
    stop: async () => {
      await embedded.stop();
      // For root the database may lie elsewhere, and `postgres` be a link to it.
      rmSync(realpathSync(join(dataDir, 'postgres')), { recursive: true, force: true });
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

async function startInstalled(bin: string): Promise<PostgresServer> {
  const home = mkdtempSync(join(tmpdir(), 'daymark-load-pg-'));
  const data = join(home, 'data');
  // PostgreSQL refuses to run as root.
  const id = (flag: string) => Number(execFileSync('id', [flag, 'nobody'], { encoding: 'utf8' }));
  const owner = process.getuid?.() === 0 ? { uid: id('-u'), gid: id('-g') } : {};
  if (owner.uid !== undefined) chownSync(home, owner.uid, owner.gid);
  const options = { ...owner, cwd: '/', stdio: 'ignore' } as const;
  execFileSync(join(bin, 'initdb'), ['-D', data, '-U', 'daymark', '-A', 'trust', '-E', 'UTF8'], options);
  const settings = ['listen_addresses=', `unix_socket_directories=${home}`, 'jit=off', 'max_wal_size=1GB'];
  const server = spawn(
    join(bin, 'postgres'),
    ['-D', data, ...settings.flatMap((each) => ['-c', each])],
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
