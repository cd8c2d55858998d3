import { connect as dial, createServer, type AddressInfo, type Socket } from 'node:net';
import { once } from 'node:events';
import pino from 'pino';
import { expect, onTestFinished, test } from 'vitest';
import { buildApp } from '../../src/app.ts';
import { connect } from '../../src/db/connect.ts';
import { caller, testApp } from '../app.ts';

const { deps, database, person } = await testApp();

test('connections to a machine that vanished without a word are given up, and new ones are made', async () => {
  const network = await vanishingNetwork();
  const db = connect({
    connection: () => ({ ...database.connection, host: '127.0.0.1', port: network.port }),
    poolSize: 10,
    prepare: true,
    statementTimeoutMs: 1000,
    acquireTimeoutMs: 2000,
    log: pino({ level: 'silent' }),
  });
  const app = await buildApp({ ...deps, db, requestTimeoutMs: 2000 });
  const anna = await person();
  const call = caller(app, anna.token);
  const round = () =>
    Promise.all(
      Array.from({ length: 8 }, async () => (await call('POST', '/entries', { body: { mood: 5 } })).status),
    );
  onTestFinished(async () => {
    network.close();
    await app.close();
    await db.close();
  });
  expect(await round()).toEqual(Array(8).fill(201));
  network.vanish();
  // Nobody waits longer than a request may take, and nobody is told that anything was written.
  expect(await round()).toEqual(Array(8).fill(503));
  await expect.poll(round, { timeout: 20_000 }).toEqual(Array(8).fill(201));
});

/** A way to the test's PostgreSQL whose open connections can fall silent: no byte, no end. */
async function vanishingNetwork() {
  const silent = new WeakSet<Socket>();
  const open = new Set<Socket>();
  const server = createServer((client) => {
    const { host = '', port = 5432 } = database.connection;
    const postgres = host.startsWith('/') ? dial(`${host}/.s.PGSQL.${port}`) : dial(port, host);
    client.on('data', (bytes) => silent.has(client) || postgres.write(bytes));
    postgres.on('data', (bytes) => silent.has(client) || client.write(bytes));
    open.add(client);
    for (const socket of [client, postgres])
      socket
        .on('error', () => undefined)
        .on('close', () => {
          open.delete(client);
          postgres.destroy();
          if (!silent.has(client)) client.destroy();
        });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    vanish: () => {
      for (const socket of open) silent.add(socket);
    },
    close: () => {
      server.close();
      for (const socket of open) socket.destroy();
    },
  };
}
