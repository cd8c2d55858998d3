import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { ClientConfig } from 'pg';
import type { Answer, Call } from '../app.ts';

/** The real server as a process of its own. */
export interface ChildServer {
  pid: number;
  url: string;
  /** All that it wrote to standard output and standard error so far. */
  written(): string;
  /** Ends it as an operator does, and gives its exit code. */
  stop(): Promise<number | null>;
}

/** Starts `daymark serve`, with `args`, on a free port with this environment and no other; resolves once it is ready. */
export async function startServer(env: Record<string, string>, args: string[] = []): Promise<ChildServer> {
  const { PATH = '', HOME = '' } = process.env;
  const child = spawn(process.execPath, ['--import', 'tsx', 'src/main.ts', 'serve', ...args], {
    cwd: fileURLToPath(new URL('../../', import.meta.url)),
    env: { PATH, HOME, HOST: '127.0.0.1', PORT: '0', LOG_FORMAT: 'json', SHUTDOWN_DELAY: '0', ...env },
  });
  let written = '';
  child.stdout.on('data', (chunk: Buffer) => (written += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (written += chunk.toString()));
  const ended = once(child, 'exit') as Promise<[number | null]>;
  const url = await new Promise<string>((resolve, reject) => {
    child.stdout.on('data', () => {
      const ready = /Daymark is ready. Open (\S+) /.exec(written)?.[1];
      if (ready !== undefined) resolve(ready);
    });
    void ended.then(() => reject(new Error(`the server ended: ${written}`)));
  });
  return {
    pid: child.pid as number,
    url,
    written: () => written,
    stop: async () => {
      child.kill('SIGTERM');
      return (await ended)[0];
    },
  };
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
