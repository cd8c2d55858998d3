import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** One kept-alive HTTP connection that sends a request, waits for the whole answer, and only then the next. */
export function closedLoop(
  port: number,
  next: () => Buffer,
  onAnswer: (status: number, milliseconds: number) => void,
): Promise<Socket> {
  let sent = 0;
  const send = () => {
    sent = performance.now();
    socket.write(next());
  };
  const socket = keptConnection(port, (status) => {
    onAnswer(status, performance.now() - sent);
    if (!socket.destroyed) send();
  });
  return new Promise((resolve, reject) => {
    socket.once('error', reject);
    socket.once('connect', () => {
      send();
      resolve(socket);
    });
  });
}

/** Requests a second that 50 clients get answered who each wait for their answer. */
export async function peakRate(port: number, next: () => Buffer, seconds: number): Promise<number> {
  let answered = 0;
  const sockets = await Promise.all(
    Array.from({ length: 50 }, () => closedLoop(port, next, () => answered++)),
  );
  await sleep(seconds * 1000);
  for (const socket of sockets) socket.destroy();
  return answered / seconds;
}

/** What a read fills is looked at before the next read begins: one is enough for all connections. */
const buffer = Buffer.allocUnsafe(65536);

/**
 * A kept-alive HTTP connection for one request after the other; tells the status of each answer when it is whole.
 * Node's own client costs as much as the server under test; this reads no more than it must.
 */
export function keptConnection(port: number, onAnswer: (status: number) => void): Socket {
  let status = 0;
  let missing = 0;
  let head = '';
  const onread = {
    buffer,
    callback: (length: number) => {
      if (missing > 0) {
        missing -= length;
      } else {
        head += buffer.toString('latin1', 0, length);
        const end = head.indexOf('\r\n\r\n');
        if (end < 0) return true;
        status = Number(head.slice(9, 12));
        missing = Number(/\r\ncontent-length: (\d+)/i.exec(head)?.[1] ?? 0) - (head.length - end - 4);
        head = '';
      }
      if (missing === 0) onAnswer(status);
      return true;
    },
  };
  return connect({ port, host: '127.0.0.1', noDelay: true, onread });
}
