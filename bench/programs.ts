import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { setTimeout as sleep } from 'node:timers/promises';
import type { PostgresServer } from './postgres-server.ts';

const root = fileURLToPath(new URL('../', import.meta.url));

/** A server under load. */
export interface Program {
  name: 'server' | 'floor';
  pid: number;
  port: number;
  stop(): Promise<void>;
}

/** Starts the compiled server as it runs in production, its log in a file; `flags` are for Node. */
export async function startServer(
  directory: string,
  postgres: PostgresServer,
  secretKey: string,
  flags: string[] = [],
): Promise<Program> {
  const port = await freePort();
  const env = {
    HOST: '127.0.0.1',
    PORT: String(port),
    DATABASE_URL: urlOf(postgres),
    DATA_DIR: join(directory, 'data'),
    SECRET_KEY: secretKey,
    RATE_LIMIT_REQUESTS: '1000000000',
    NODE_ENV: 'production',
  };
  const args = [...flags, join(directory, 'dist/main.js'), 'serve'];
  return start('server', args, env, port, directory, '/readyz');
}

/** Starts the floor: the least that can answer the same requests. */
export async function startFloor(
  directory: string,
  postgres: PostgresServer,
  people: string,
): Promise<Program> {
  const port = await freePort();
  const env = { PORT: String(port), POSTGRES: JSON.stringify(postgres.connection), PEOPLE: people };
  const args = ['--import', 'tsx', join(root, 'bench/floor/main.ts')];
  return start('floor', args, env, port, directory, '/readyz');
}

async function start(
  name: Program['name'],
  args: string[],
  env: Record<string, string>,
  port: number,
  directory: string,
  ready: string,
): Promise<Program> {
  const file = join(directory, `${name}.log`);
  const log = openSync(file, 'a');
  const child = spawn(process.execPath, args, {
    cwd: name === 'floor' ? root : directory,
    env: { PATH: process.env['PATH'], ...env },
    stdio: ['ignore', log, log],
  });
  closeSync(log);
  await untilReady(child, `http://127.0.0.1:${port}${ready}`, file);
  return { name, pid: child.pid as number, port, stop: () => stop(child) };
}

async function untilReady(child: ChildProcess, url: string, log: string): Promise<void> {
  for (let attempt = 0; ; attempt++) {
    if (child.exitCode !== null) throw new Error(`it ended at its start:\n${readFileSync(log, 'utf8')}`);
    const answer = await fetch(url).catch(() => null);
    await answer?.arrayBuffer();
    if (answer?.ok === true) return;
    if (attempt > 300) throw new Error(`${url} does not answer:\n${readFileSync(log, 'utf8')}`);
    await sleep(100);
  }
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  await ended;
}

function urlOf({ connection: { host, port, user, password, database } }: PostgresServer): string {
  const secret = typeof password === 'string' ? `:${encodeURIComponent(password)}` : '';
  const query = new URLSearchParams({ host, ...(port === undefined ? {} : { port: String(port) }) });
  return `postgresql://${encodeURIComponent(user)}${secret}@/${database}?${query.toString()}`;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
