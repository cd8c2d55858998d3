import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ClientConfig } from 'pg';
import { onTestFinished } from 'vitest';
import { freePort } from '../free-port.ts';
import { databaseUrl, spawnServer, type ServerProcess } from '../security/child-server.ts';
import { sender, type Send } from './client.ts';

/** One `daymark serve` that comes back at the same address however it ended. */
export interface Node {
  url: string;
  port: number;
  /** A client without an account. */
  call: Send;
  /** Starts the process; resolves at once. */
  launch(): void;
  /** Waits until `/readyz` says ok; gives the milliseconds that this took. */
  ready(withinMs?: number): Promise<number>;
  kill(): Promise<void>;
  /** SIGTERM; gives the exit code. */
  stop(): Promise<number | null>;
  process(): ServerProcess;
}

export interface Person {
  id: string;
  token: string;
}

/** A server on a database, with limits out of the way and started: ended after the test. */
export async function startNode(connection: ClientConfig, env: Record<string, string> = {}): Promise<Node> {
  const node = await makeNode(connection, env);
  node.launch();
  await node.ready();
  return node;
}

/** The same, not yet started. */
export async function makeNode(connection: ClientConfig, env: Record<string, string> = {}): Promise<Node> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const settings = {
    PORT: String(port),
    DATABASE_URL: databaseUrl(connection, 'any'),
    SECRET_KEY: randomBytes(32).toString('hex'),
    RATE_LIMIT_REQUESTS: '100000000',
    LOG_LEVEL: 'warn',
    ...env,
  };
  const call = sender(url);
  let current: ServerProcess | undefined;
  const running = () => {
    if (current === undefined) throw new Error('the node was not launched');
    return current;
  };
  onTestFinished(async () => {
    call.close();
    await current?.kill();
  });
  return {
    url,
    port,
    call,
    launch: () => (current = spawnServer(settings)),
    ready: (withinMs = 90_000) => untilReady(running(), url, withinMs),
    kill: () => running().kill(),
    stop: () => running().stop(),
    process: running,
  };
}

/** Signs up somebody new. */
export async function signUp(call: Send): Promise<Person> {
  const email = `${randomBytes(6).toString('hex')}@example.org`;
  const { status, member, text } = await call('POST', '/auth/register', {
    body: { email, password: randomBytes(9).toString('base64url') },
  });
  if (status !== 201) throw new Error(`registration failed: ${status} ${text}`);
  const { id } = member('user') as { id: string };
  return { id, token: member('token') as string };
}

/** Over connections of its own: one that is kept would tell of the process before. */
async function untilReady(server: ServerProcess, url: string, withinMs: number): Promise<number> {
  const start = performance.now();
  const end = { code: undefined as number | null | undefined };
  void server.ended.then((code) => (end.code = code));
  for (;;) {
    const probe = sender(url, { patienceMs: 1000 });
    const { status } = await probe('GET', '//readyz');
    probe.close();
    const ms = performance.now() - start;
    if (status === 200) return ms;
    if (end.code !== undefined) throw new Error(`the server ended with ${end.code}: ${server.written()}`);
    if (ms > withinMs) throw new Error(`not ready after ${withinMs} ms: ${server.written().slice(-2000)}`);
    await sleep(20);
  }
}
