import { execFileSync, spawn } from 'node:child_process';
import { accessSync, chmodSync, chownSync, constants, mkdtempSync, rmSync, statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client, type ClientConfig } from 'pg';
import pino from 'pino';

export interface Postgres {
  connection: ClientConfig;
  stop: () => Promise<void>;
}

// Nothing in a test outlives the run, so nothing needs to reach the disk.
const settings = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off', max_connections: '300' };

/**
 * The real server of a test run: the one at TEST_DATABASE_URL, else one started from the programs in
 * TEST_POSTGRES_BIN, else the embedded one.
 */
export async function startPostgres(): Promise<Postgres> {
  const { TEST_DATABASE_URL: url, TEST_POSTGRES_BIN: bin } = process.env;
  if (url) {
    const { loadConfig } = await import('../src/config.ts');
    const { database } = loadConfig({ DATABASE_URL: url }, tmpdir(), false).config;
    if (database.kind !== 'server') throw new Error('TEST_DATABASE_URL names no server');
    return { connection: database.connection, stop: () => Promise.resolve() };
  }
  return bin ? startInstalled(bin) : startOwn();
}

/** Memory where there is enough of it: cloning a database takes a tenth of the time that a busy disk takes. */
function fastestPlace(): string {
  const memory = '/dev/shm';
  try {
    accessSync(memory, constants.W_OK | constants.X_OK);
    const { bavail, bsize } = statfsSync(memory);
    return bavail * bsize > 2 * 1024 ** 3 ? memory : tmpdir();
  } catch {
    return tmpdir();
  }
}

async function startOwn(): Promise<Postgres> {
  const dataDir = mkdtempSync(join(fastestPlace(), 'daymark-test-'));
  const log = pino({ level: 'warn' });
  // mkdtemp closes it to everybody else, and for root PostgreSQL runs as another user.
  chmodSync(dataDir, 0o755);
  const { startEmbedded } = await import('../src/db/embedded/start.ts');
  const embedded = await startEmbedded({ dataDir, purpose: 'serve', log, settings });
  return {
    connection: embedded.connection,
    stop: async () => {
      await embedded.stop();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

async function startInstalled(bin: string): Promise<Postgres> {
  const home = mkdtempSync(join(fastestPlace(), 'daymark-test-'));
  const data = join(home, 'data');
  // PostgreSQL refuses to run as root.
  const id = (flag: string) => Number(execFileSync('id', [flag, 'nobody'], { encoding: 'utf8' }));
  const owner = process.getuid?.() === 0 ? { uid: id('-u'), gid: id('-g') } : {};
  if (owner.uid !== undefined) chownSync(home, owner.uid, owner.gid);
  const options = { ...owner, cwd: '/', stdio: 'ignore' } as const;
  execFileSync(
    join(bin, 'initdb'),
    ['-D', data, '-U', 'daymark', '-A', 'trust', '-E', 'UTF8', '--no-sync'],
    options,
  );
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
