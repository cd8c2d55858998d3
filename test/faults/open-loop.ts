import { once } from 'node:events';
import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { keptConnection } from '../../bench/connection.ts';

export interface Load {
  /** Answers by status; 0 for a connection that failed. */
  statuses: Record<number, number>;
  /** Milliseconds of every refusal (503). */
  refusals: number[];
  /** Requests that were due while every connection was busy. */
  unsent: number;
  seconds: number;
}

const mostConnections = 2000;
const tickMs = 5;

/**
 * Sends so many requests a second whatever becomes of them, as the world does, and waits for the answers; over connections
 * of which `opened` are there before, as those of browsers and proxies are, and the others come with the load.
 */
export async function openLoop(
  port: number,
  next: () => Buffer,
  rate: number,
  seconds: number,
  opened: number,
): Promise<Load> {
  const load: Load = { statuses: {}, refusals: [], unsent: 0, seconds };
  const pool = connections(port, load);
  await pool.open(opened);
  const start = performance.now();
  let due = 0;
  while (performance.now() - start < seconds * 1000) {
    for (; due < ((performance.now() - start) / 1000) * rate; due++) pool.send(next());
    await sleep(tickMs);
  }
  await pool.end();
  return load;
}

export function requestBytes(method: string, path: string, token: string, body = ''): Buffer {
  const type =
    body === '' ? '' : `content-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\n`;
  const head = `${method} /api/v1${path} HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer ${token}\r\n`;
  return Buffer.from(`${head}${type}\r\n${body}`);
}

function connections(port: number, load: Load) {
  const free: Socket[] = [];
  const open = new Map<Socket, { since: number | null }>();
  const count = (status: number) => (load.statuses[status] = (load.statuses[status] ?? 0) + 1);
  const add = (): Socket => {
    const socket = keptConnection(port, (status) => {
      const state = open.get(socket);
      if (state === undefined || state.since === null) return;
      if (status === 503) load.refusals.push(performance.now() - state.since);
      state.since = null;
      count(status);
      free.push(socket);
    });
    open.set(socket, { since: null });
    socket.on('error', () => undefined);
    socket.on('close', () => {
      if (typeof open.get(socket)?.since === 'number') count(0);
      open.delete(socket);
    });
    return socket;
  };
  const take = (): Socket | undefined => {
    for (let socket = free.pop(); socket !== undefined; socket = free.pop())
      if (open.has(socket)) return socket;
    return open.size < mostConnections ? add() : undefined;
  };
  const isBusy = () => [...open.values()].some(({ since }) => since !== null);
  return {
    /** Each has been answered once: one that has not is taken for a slow client's after 5 s. */
    async open(count: number) {
      const sockets = Array.from({ length: count }, add);
      await Promise.all(
        sockets.map(async (socket) => {
          socket.write('GET /livez HTTP/1.1\r\nhost: localhost\r\n\r\n');
          await once(socket, 'data');
        }),
      );
      free.push(...sockets);
    },
    send(bytes: Buffer) {
      const socket = take();
      if (socket === undefined) load.unsent++;
      else {
        open.set(socket, { since: performance.now() });
        socket.write(bytes);
      }
    },
    async end() {
      for (let waited = 0; isBusy() && waited < 40_000; waited += tickMs) await sleep(tickMs);
      for (const socket of open.keys()) socket.destroy();
    },
  };
}
