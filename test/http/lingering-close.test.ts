import { once } from 'node:events';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { setImmediate } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { buildApp } from '../../src/app.ts';
import type { Health } from '../../src/http/health.ts';
import { caller, testApp, type Person } from '../app.ts';
import { answersIn } from '../security/raw.ts';

const { app, deps, person } = await testApp();
await app.listen({ host: '127.0.0.1', port: 0 });
const { port } = app.server.address() as AddressInfo;
const anna = await person();

/**
 * Sends all of a request before it reads a byte of the answer, as simple clients do, and gives what came. The answer is long
 * written when the last bytes are sent.
 */
async function sendThenRead(head: string, body: Iterable<string>, to = port): Promise<string> {
  const socket = connect({ port: to, host: '127.0.0.1' });
  socket.pause().setEncoding('latin1');
  await once(socket, 'connect');
  socket.write(head);
  for (const part of body) await written(socket, part);
  let text = '';
  const closed = once(socket, 'close');
  socket.on('data', (chunk: string) => (text += chunk));
  socket.resume();
  await closed;
  return text;
}

async function written(socket: Socket, part: string): Promise<void> {
  if (!socket.write(part, 'latin1')) await once(socket, 'drain');
  await setImmediate();
}

const piece = 'x'.repeat(256 * 1024);

/** The head of a request of a person, and its body in chunks. */
function upload(path: string, { token }: Person, type: string, more: string): string {
  return `POST /api/v1${path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${token}\r\nContent-Type: ${type}\r\n${more}\r\n`;
}

function* chunks(bytes: number): Generator<string> {
  for (let sent = 0; sent < bytes; sent += piece.length) yield `40000\r\n${piece}\r\n`;
  yield '0\r\n\r\n';
}

function* pieces(bytes: number): Generator<string> {
  for (let sent = 0; sent < bytes; sent += piece.length) yield piece;
}

const MiB = 1024 * 1024;
const json = 'application/json';
const file = 'application/octet-stream';

describe('whoever sends all of a body before reading gets the answer that was given meanwhile', () => {
  test.each([
    [
      'a body of 8 MiB',
      upload('/entries', anna, json, `Content-Length: ${8 * MiB}\r\n`),
      () => pieces(8 * MiB),
      413,
    ],
    [
      'a body of 8 MiB in chunks',
      upload('/entries', anna, json, 'Transfer-Encoding: chunked\r\n'),
      () => chunks(8 * MiB),
      413,
    ],
    [
      'a file of 120 MiB',
      upload('/imports', anna, file, `Content-Length: ${120 * MiB}\r\n`),
      () => pieces(120 * MiB),
      413,
    ],
    [
      'a file of 120 MiB in chunks',
      upload('/imports', anna, file, 'Transfer-Encoding: chunked\r\n'),
      () => chunks(120 * MiB),
      413,
    ],
    [
      'a file of another type',
      upload('/imports', anna, 'text/csv', `Content-Length: ${8 * MiB}\r\n`),
      () => pieces(8 * MiB),
      415,
    ],
    [
      'a packed file',
      upload('/imports', anna, file, `Content-Encoding: gzip\r\nContent-Length: ${8 * MiB}\r\n`),
      () => pieces(8 * MiB),
      415,
    ],
  ])('%s', async (_what, head, body, status) => {
    const answers = answersIn(await sendThenRead(head, body()));
    expect(answers.map((each) => [each.status, each.headers.connection])).toEqual([[status, 'close']]);
  });

  test('while the process drains too', async () => {
    const health: Health = { ...deps.health, phase: 'draining', database: 'up' };
    const draining = await buildApp({ ...deps, health });
    await draining.listen({ host: '127.0.0.1', port: 0 });
    const to = (draining.server.address() as AddressInfo).port;
    const stranger = { ...anna, token: 'nobody' };
    const head = upload('/entries', stranger, json, `Content-Length: ${MiB}\r\n`);
    const answers = answersIn(await sendThenRead(head, pieces(MiB), to));
    expect(answers.map((each) => [each.status, each.headers.connection])).toEqual([[401, 'close']]);
    await draining.close();
  });
});

test('a request behind the last answer of a connection is not begun', async () => {
  const ben = await person();
  const next = `${upload('/entries', ben, json, 'Content-Length: 10\r\n')}{"mood":3}`;
  const head = upload('/entries', ben, json, `Content-Length: ${2 * MiB}\r\n`);
  const text = await sendThenRead(head, [...pieces(2 * MiB - piece.length), `${piece}${next}`]);
  expect(answersIn(text).map(({ status }) => status)).toEqual([413]);
  expect((await ben.call('GET', '/entries')).json.entries).toEqual([]);
  // It would be counted as one whose client left.
  const { text: metrics } = await caller(app)('GET', '//metrics');
  expect(metrics).toMatch(/route="\/api\/v1\/entries",status="413"/);
  expect(metrics).not.toMatch(/status="499"/);
});

test('who neither sends what is missing nor leaves is left', async () => {
  const open = () => new Promise((resolve) => app.server.getConnections((_error, count) => resolve(count)));
  await expect.poll(open).toBe(0);
  const unended = [
    upload('/entries', anna, json, `Content-Length: ${2 * MiB}\r\n`),
    'no request\r\n\r\n',
    `GET / HTTP/1.1\r\nHost: x\r\nX: ${'x'.repeat(17_000)}\r\n\r\n`,
    'CONNECT x:1 HTTP/1.1\r\nHost: x\r\n\r\n',
  ];
  const sockets = unended.map((bytes) => {
    const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
    socket.write(bytes);
    return socket.resume();
  });
  await Promise.all(sockets.map((socket) => once(socket, 'end')));
  expect(await open()).toBe(unended.length);
  await expect.poll(open, { timeout: 30_000 }).toBe(0);
  for (const socket of sockets) socket.destroy();
});
