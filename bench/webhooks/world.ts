import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { Client, type ClientConfig } from 'pg';
import { Pool as Connections } from 'undici';
import { databaseUrl, startServer, type ChildServer } from '../../test/security/child-server.ts';
import { startPostgres } from '../postgres-server.ts';
import { cpuMs, parentOf, postgresCpuMs } from '../proc.ts';

/** A server without background jobs, the database under it, and processes that do nothing but those. */
export interface World {
  server: ChildServer;
  /** Signs somebody up who has webhooks at these addresses. */
  person(urls: string[]): Promise<Person>;
  /** Starts a process that runs jobs; resolves when it does. */
  worker(): Promise<ChildProcess>;
  /** What server and PostgreSQL have used of the processor so far. */
  cpuMs(): number;
  close(): Promise<void>;
}

export interface Person {
  /** Writes an entry, and gives its id. */
  write(n: number): Promise<string>;
}

const root = fileURLToPath(new URL('../../', import.meta.url));

export async function openWorld(postgresBin: string | undefined): Promise<World> {
  const postgres = await startPostgres(postgresBin);
  const { PATH = '', HOME = '' } = process.env;
  const env = {
    PATH,
    HOME,
    DATABASE_URL: databaseUrl(postgres.connection, 'any'),
    SECRET_KEY: '0'.repeat(64),
    WEBHOOK_ALLOW_NETS: '127.0.0.0/8',
    RATE_LIMIT_REQUESTS: '100000000',
    LOG_FORMAT: 'json',
    LOG_LEVEL: 'info',
  };
  const server = await startServer({ ...env, WORKER: 'false' });
  const connections = new Connections(server.url, { connections: 16 });
  const children: ChildProcess[] = [];

  async function call(path: string, body: object, token?: string): Promise<Record<string, string>> {
    const { statusCode, body: answer } = await connections.request({
      path: `/api/v1${path}`,
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(token ? { authorization: `Bearer ${token}` } : {}) },
      body: JSON.stringify(body),
    });
    const text = await answer.text();
    if (statusCode !== 201) throw new Error(`${statusCode} ${text}`);
    return JSON.parse(text) as Record<string, string>;
  }

  const postmaster = await postmasterOf(postgres.connection);
  return {
    server,
    cpuMs: () => cpuMs(server.pid) + postgresCpuMs(postmaster),
    person: async (urls) => {
      const email = `${crypto.randomUUID()}@example.org`;
      const { token } = await call('/auth/register', { email, password: 'a long sentence of mine' });
      for (const url of urls) await call('/webhooks', { url, events: ['entry.created'] }, token);
      return {
        write: async (n) =>
          (await call('/entries', { text: `Entry ${n} of a day like others.`, mood: 5 }, token))['id'] ?? '',
      };
    },
    worker: async () => {
      const child = spawn(process.execPath, ['--import', 'tsx', 'src/main.ts', 'work'], { cwd: root, env });
      children.push(child);
      let written = '';
      child.stderr.on('data', (chunk: Buffer) => (written += chunk.toString()));
      await new Promise<void>((resolve, reject) => {
        child.stdout.on('data', (chunk: Buffer) => {
          written += chunk.toString();
          if (written.includes('runs background jobs')) resolve();
        });
        child.once('exit', () => reject(new Error(`the worker ended: ${written.slice(-2000)}`)));
      });
      return child;
    },
    close: async () => {
      for (const child of children) await end(child);
      await connections.close();
      await server.stop();
      await postgres.stop();
    },
  };
}

async function postmasterOf(connection: ClientConfig): Promise<number> {
  const client = new Client(connection);
  await client.connect();
  const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid');
  const postmaster = parentOf(rows[0]?.pid ?? 0);
  await client.end();
  return postmaster;
}

/** Ends a process and waits for that. */
export async function end(child: ChildProcess, signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill(signal);
  await ended;
}

export interface Receiver {
  url: string;
  /** Arrivals by the id of the entry: milliseconds of the wall clock, one for each time it came. */
  arrivals: Map<string, number[]>;
  /** Milliseconds from the writing of a delivery, in its transaction, to its first arrival. */
  latencies(): number[];
  close(): void;
}

/** A receiver that answers 204 at once, or, if it is dead, takes the connection and never answers. */
export async function openReceiver(isDead = false): Promise<Receiver> {
  const arrivals = new Map<string, number[]>();
  const latencies: number[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('error', () => undefined);
    request.on('end', () => {
      if (isDead) return;
      const message = JSON.parse(Buffer.concat(chunks).toString()) as {
        timestamp: string;
        data: { id: string };
      };
      const now = Date.now();
      const known = arrivals.get(message.data.id);
      if (known === undefined) latencies.push(now - Date.parse(message.timestamp));
      arrivals.set(message.data.id, [...(known ?? []), now]);
      response.writeHead(204).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/hook`,
    arrivals,
    latencies: () => latencies,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
