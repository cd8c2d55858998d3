import { once } from 'node:events';
import { Agent, request as httpRequest } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { Client } from 'pg';
import { afterAll, describe, expect, test } from 'vitest';
import { buildApp } from '../../src/app.ts';
import { onServer } from '../database.ts';
import { caller, openDatabase, testApp, type Person } from '../app.ts';
import { requestsInFlight } from './in-flight.ts';

const { deps, database, person } = await testApp();
const closing: (() => Promise<unknown>)[] = [];
afterAll(async () => {
  for (const close of closing) await close();
});

/** A server that listens, over a pool of its own. */
async function listening(overrides: { requestTimeoutMs?: number; maxPending?: number }) {
  const db = openDatabase(database);
  const app = await buildApp({ ...deps, db, ...overrides });
  await app.listen({ port: 0, host: '127.0.0.1' });
  closing.push(() => app.close().then(() => db.close()));
  return { app, db, port: (app.server.address() as AddressInfo).port };
}

interface Plain {
  status: number;
  headers: Record<string, unknown>;
  json: { code?: string; request_id?: string };
}

function get(port: number, path: string, { token }: Person, agent?: Agent) {
  const headers = { authorization: `Bearer ${token}` };
  const request = httpRequest({ port, host: '127.0.0.1', path, headers, agent });
  const answer = new Promise<Plain>((resolve, reject) => {
    request.on('error', reject);
    request.on('response', (response) => {
      const parts: Buffer[] = [];
      response.on('data', (part: Buffer) => parts.push(part));
      response.on('end', () => {
        const text = Buffer.concat(parts).toString();
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          json: text === '' ? {} : (JSON.parse(text) as Plain['json']),
        });
      });
    });
  });
  request.end();
  return { request, answer };
}

/** Holds the entries away from everybody until it is called. */
async function lockedEntries(): Promise<() => Promise<void>> {
  const client = new Client(database.connection);
  await client.connect();
  await client.query('begin');
  await client.query('lock table entries in access exclusive mode');
  return async () => {
    await client.query('rollback');
    await client.end();
  };
}

const waitingForLocks = async () => {
  const [row] = await onServer<{ n: number }>(
    `select count(*)::integer as n from pg_stat_activity
     where datname = '${database.name}' and application_name = 'daymark' and wait_event_type = 'Lock'`,
  );
  return row?.n;
};

describe('a request whose statement waits', () => {
  test('is answered 503 when its time is over, waiting for a connection included, and nothing is left running', async () => {
    const { app, db } = await listening({ requestTimeoutMs: 400 });
    const anna = await person();
    const call = caller(app, anna.token);
    const unlock = await lockedEntries();
    try {
      // Twice what the pool holds.
      const answers = await Promise.all(Array.from({ length: 10 }, () => call('GET', '/entries')));
      for (const { status, json, headers } of answers) {
        expect([status, json.code, headers['retry-after']]).toEqual([503, 'timeout', '1']);
      }
      await expect.poll(waitingForLocks).toBe(0);
    } finally {
      await unlock();
    }
    expect((await call('GET', '/entries')).status).toBe(200);
    await expect.poll(() => db.pool).toMatchObject({ waiting: 0, idle: db.pool.total });
  });

  test('is cancelled when its client goes away', async () => {
    const { port } = await listening({});
    const anna = await person();
    const unlock = await lockedEntries();
    try {
      const gone = Array.from({ length: 3 }, () => get(port, '/api/v1/entries', anna));
      await expect.poll(waitingForLocks).toBe(3);
      for (const { request, answer } of gone) {
        answer.catch(() => undefined);
        request.destroy();
      }
      await expect.poll(waitingForLocks).toBe(0);
    } finally {
      await unlock();
    }
  });

  test('in a transaction leaves nothing of it', async () => {
    const { app } = await listening({ requestTimeoutMs: 400 });
    const anna = await person();
    const call = caller(app, anna.token);
    const unlock = await lockedEntries();
    const write = () =>
      call('POST', '/entries', { body: { text: 'once' }, headers: { 'idempotency-key': 'one' } });
    try {
      expect((await write()).json.code).toBe('timeout');
    } finally {
      await unlock();
    }
    expect((await call('GET', '/entries')).json.entries).toEqual([]);
    expect((await write()).status).toBe(201);
    expect((await call('GET', '/entries')).json.entries).toHaveLength(1);
  });
});

test('with so many requests in hand the next is refused at once; health is not', async () => {
  const { app, port } = await listening({ maxPending: 4 });
  const anna = await person();
  const agent = new Agent({ keepAlive: true });
  const unlock = await lockedEntries();
  const held = Array.from({ length: 4 }, () => get(port, '/api/v1/entries', anna, agent));
  try {
    await expect.poll(waitingForLocks).toBe(4);
    const refused = await get(port, '/api/v1/me', anna, agent).answer;
    expect(refused.status).toBe(503);
    expect(refused.headers).toMatchObject({
      'content-type': 'application/problem+json',
      'retry-after': '1',
      'x-content-type-options': 'nosniff',
      'x-request-id': refused.json.request_id,
    });
    expect(refused.json.code).toBe('overloaded');
    expect((await get(port, '/livez', anna, agent).answer).status).toBe(200);
    expect((await get(port, '/readyz', anna, agent).answer).status).toBe(200);
  } finally {
    await unlock();
  }
  for (const { answer } of held) expect((await answer).status).toBe(200);
  // An answer is whole for its client a moment before it is over for the server.
  await expect.poll(() => requestsInFlight(app)).toBe(0);
  expect((await get(port, '/api/v1/me', anna, agent).answer).status).toBe(200);
  agent.destroy();
});

test('a refusal does not overtake an answer that its connection waits for', async () => {
  const { app, port } = await listening({ maxPending: 1 });
  const anna = await person();
  const text = `GET /api/v1/entries HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${anna.token}\r\n\r\n`;
  const socket = connect(port, '127.0.0.1');
  let read = '';
  socket.on('data', (data) => (read += data.toString('latin1')));
  const statuses = () => Array.from(read.matchAll(/HTTP\/1\.1 (\d+)/g), ([, status]) => status);
  const unlock = await lockedEntries();
  try {
    const other = get(port, '/api/v1/entries', anna);
    other.answer.catch(() => undefined);
    await expect.poll(waitingForLocks).toBe(1);
    for (let n = 1; n <= 4; n++) {
      socket.write(text);
      await expect.poll(statuses).toEqual(Array<string>(n).fill('503'));
    }
    other.request.destroy();
    await expect.poll(() => requestsInFlight(app)).toBe(0);
    await expect.poll(waitingForLocks).toBe(0);
    socket.write(text);
    await expect.poll(waitingForLocks).toBe(1);
    const arrived = once(app.server, 'request');
    socket.write(text);
    await arrived;
    expect(statuses()).toHaveLength(4);
  } finally {
    await unlock();
  }
  await expect.poll(statuses).toEqual(['503', '503', '503', '503', '200', '503']);
  socket.destroy();
});

test('those who drip their bodies take nobody’s place', async () => {
  const { app, port } = await listening({ maxPending: 2 });
  const anna = await person();
  const begun = `POST /api/v1/entries HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${anna.token}\r\n`;
  const rest = 'content-type: application/json\r\ncontent-length: 11\r\n\r\n{"moo';
  const sockets: Socket[] = [];
  for (let n = 0; n < 4; n++) {
    const socket = connect(port, '127.0.0.1');
    const arrived = once(app.server, 'request');
    socket.write(begun + rest);
    await arrived;
    // Until it is known who is asking it counts as any other.
    await expect.poll(() => requestsInFlight(app)).toBe(0);
    sockets.push(socket);
  }
  expect((await get(port, '/api/v1/entries', anna).answer).status).toBe(200);
  for (const socket of sockets) {
    socket.write('d":5 }');
    const [head] = (await once(socket, 'data')) as [Buffer];
    expect(head.toString()).toMatch(/^HTTP\/1.1 201/);
    socket.destroy();
  }
  expect((await get(port, '/api/v1/entries', anna).answer).status).toBe(200);
});
