import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { ClientConfig } from 'pg';
import type { Answer, Call } from '../app.ts';
import { program } from '../program.ts';

/** A command of the real executable as a process of its own, from its first moment. */
export interface Program {
  pid: number;
  /** All that it wrote to standard output and standard error so far. */
  written(): string;
  /** Its exit code, null after a signal, once it has ended. */
  ended: Promise<number | null>;
  /** Ends it as an operator does, and gives its exit code. */
  stop(): Promise<number | null>;
  /** Ends it as a crash does. */
  kill(): Promise<void>;
}

/** The real server. */
export interface ServerProcess extends Program {
  /** Its address, once it says that it is ready; rejects where it ends before that. */
  ready: Promise<string>;
}

/** The same, once it is ready. */
export interface ChildServer extends ServerProcess {
  url: string;
}

/** Starts `daymark serve`, with `args`, on a free port with this environment and no other; resolves once it is ready. */
export async function startServer(env: Record<string, string>, args: string[] = []): Promise<ChildServer> {
  const server = spawnServer(env, args);
  return { ...server, url: await server.ready };
}

/** Starts `daymark serve` as `startServer` does and does not wait for it. */
export function spawnServer(env: Record<string, string>, args: string[] = []): ServerProcess {
  const settings = { HOST: '127.0.0.1', PORT: '0', SHUTDOWN_DELAY: '0', ...env };
  const { child, running } = spawnProgram(['serve', ...args], settings);
  const ready = new Promise<string>((resolve, reject) => {
    child.stdout.on('data', () => {
      const url = /Daymark is ready. Open (\S+) /.exec(running.written())?.[1];
      if (url !== undefined) resolve(url);
    });
    void running.ended.then(() => reject(new Error(`the server ended: ${running.written()}`)));
  });
  // Whoever does not wait for it is not to fall over its failure.
  ready.catch(() => undefined);
  return { ...running, ready };
}

/** Starts `daymark work` with this environment and no other. */
export function spawnWork(env: Record<string, string>): Program {
  return spawnProgram(['work'], env).running;
}

function spawnProgram(args: string[], env: Record<string, string>) {
  const { PATH = '', HOME = '' } = process.env;
  const child = spawn(process.execPath, [...program(), ...args], {
    cwd: fileURLToPath(new URL('../../', import.meta.url)),
    env: { PATH, HOME, LOG_FORMAT: 'json', ...env },
  });
  let written = '';
  child.stdout.on('data', (chunk: Buffer) => (written += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (written += chunk.toString()));
  const ended = once(child, 'exit').then(([code]) => code as number | null);
  const running: Program = {
    pid: child.pid as number,
    written: () => written,
    ended,
    stop: () => {
      child.kill('SIGTERM');
      return ended;
    },
    kill: async () => {
      child.kill('SIGKILL');
      await ended;
    },
  };
  return { child, running };
}

/** A URL of a test's database with `password` where the server takes any. */
export function databaseUrl(connection: ClientConfig, password: string): string {
  const { host = 'localhost', port = 5432, user = '', database = '' } = connection;
  const secret = typeof connection.password === 'string' ? connection.password : password;
  const query = new URLSearchParams({ host, port: String(port) });
  return `postgres://${encodeURIComponent(user)}:${encodeURIComponent(secret)}@/${database}?${query.toString()}`;
}

/** Calls a server over the network, as `caller` does an app. */
export function fetcher(url: string, token?: string): Call {
  return async (method, path, { body, headers = {} } = {}): Promise<Answer> => {
    const address = path.startsWith('//') ? `${url}${path.slice(1)}` : `${url}/api/v1${path}`;
    const response = await fetch(address, {
      method,
      headers: {
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    const isJson = text !== '' && (response.headers.get('content-type') ?? '').includes('json');
    return {
      status: response.status,
      headers: Object.fromEntries(response.headers),
      text,
      json: isJson ? (JSON.parse(text) as unknown) : undefined,
    };
  };
}
