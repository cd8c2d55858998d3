import { createServer, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';

/** Answers as PostgreSQL 14.9 would to the question for its version (PostgreSQL manual, section 55.7); gives its port. */
export async function oldPostgres(): Promise<number> {
  const open = new Set<Socket>();
  const server = createServer((socket) => {
    open.add(socket);
    let greeted = false;
    socket.on('error', () => undefined);
    socket.on('data', (bytes) => {
      if (!greeted) socket.write(Buffer.concat([message('R', int32(0)), ready]));
      else if (bytes[0] === 'Q'.charCodeAt(0)) socket.write(answer);
      greeted = true;
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.close();
    for (const socket of open) socket.destroy();
  });
  return (server.address() as { port: number }).port;
}

const ready = message('Z', Buffer.from('I'));

const columns: [name: string, type: number, value: string][] = [
  ['version', 25, '14.9'],
  ['number', 23, '140009'],
  ['encoding', 25, 'UTF8'],
  ['database', 25, 'daymark'],
];

const description = columns.map(([name, type]) =>
  Buffer.concat([Buffer.from(`${name}\0`), int32(0), int16(0), int32(type), int16(-1), int32(-1), int16(0)]),
);
const values = columns.map(([, , value]) => Buffer.concat([int32(value.length), Buffer.from(value)]));

const answer = Buffer.concat([
  message('T', int16(columns.length), ...description),
  message('D', int16(columns.length), ...values),
  message('C', Buffer.from('SELECT 1\0')),
  ready,
]);

function message(type: string, ...parts: Buffer[]): Buffer {
  const body = Buffer.concat(parts);
  return Buffer.concat([Buffer.from(type), int32(body.length + 4), body]);
}

function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
}

function int16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeInt16BE(value);
  return bytes;
}
