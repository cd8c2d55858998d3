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

interface Connection {
  socket: Socket;
  /** When what is being asked was sent; null where nothing is. */
  since: number | null;
  /** Called when it is answered. */
  answered: (status: number, milliseconds: number) => void;
}

function connections(port: number, load: Load) {
  const free: Connection[] = [];
  const open = new Set<Connection>();
  const count = (status: number) => (load.statuses[status] = (load.statuses[status] ?? 0) + 1);
  const note = (status: number, milliseconds: number) => {
    count(status);
    if (status === 503) load.refusals.push(milliseconds);
  };
  const add = (): Connection => {
    const socket = keptConnection(port, (status) => {
      const { since } = connection;
      connection.since = null;
      free.push(connection);
      connection.answered(status, performance.now() - (since ?? 0));
    });
    const connection: Connection = { socket, since: null, answered: note };
    open.add(connection);
    socket.on('error', () => undefined);
    socket.on('close', () => {
      if (connection.since !== null) count(0);
      open.delete(connection);
    });
    return connection;
  };
  const send = (connection: Connection, bytes: Buffer) => {
    connection.since = performance.now();
    connection.socket.write(bytes);
  };
  const take = (): Connection | undefined => {
    for (let connection = free.pop(); connection !== undefined; connection = free.pop())
      if (!connection.socket.destroyed) return connection;
    return open.size < mostConnections ? add() : undefined;
  };
  const isBusy = () => [...open].some(({ since }) => since !== null);
  return {
    /** Each has been answered once: one that has not is taken for a slow client's after 5 s. */
    async open(count: number) {
      const added = Array.from({ length: count }, add);
      const all = added.map((connection) => {
        send(connection, Buffer.from('GET /livez HTTP/1.1\r\nhost: localhost\r\n\r\n'));
        return new Promise<unknown>((resolve) => (connection.answered = resolve));
      });
      await Promise.all(all);
      for (const connection of added) connection.answered = note;
    },
    send(bytes: Buffer) {
      const connection = take();
      if (connection === undefined) load.unsent++;
      else send(connection, bytes);
    },
    async end() {
      for (let waited = 0; isBusy() && waited < 40_000; waited += tickMs) await sleep(tickMs);
      for (const { socket } of open) socket.destroy();
    },
  };
}
