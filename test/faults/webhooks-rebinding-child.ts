import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { networks } from '../../src/config/addresses.ts';
import { addressRules } from '../../src/webhooks/addresses.ts';
import { systemResolve } from '../../src/webhooks/resolve.ts';
import { send, type Outcome } from '../../src/webhooks/send.ts';
import { checkTarget } from '../../src/webhooks/target.ts';
import { openNameServer } from './webhooks-name-server.ts';

// Runs in a network namespace of its own, whose only name server is ours: prints what happened as JSON.
const inside = await listen('127.0.0.1');
const beside = await listen('127.0.0.2', inside.port);

/** A name that is public when the webhook is made, and ours when it is sent to. */
async function rebound(): Promise<Outcome> {
  const names = await openNameServer(['93.184.216.34', '127.0.0.1']);
  const targets = { addresses: addressRules([]), resolve: systemResolve() };
  const url = `https://rebind.test:${inside.port}/`;
  await checkTarget(url, targets);
  const outcome = await send({ url, headers: {}, body: '{}' }, targets);
  names.close();
  return outcome;
}

/** A name that changes between judging and connecting: there must be no second question. */
async function flipping(): Promise<{ outcome: Outcome; asked: number }> {
  const names = await openNameServer(['127.0.0.1', '127.0.0.2']);
  const targets = { addresses: addressRules(networks('127.0.0.1')), resolve: systemResolve() };
  const url = `http://flip.test:${inside.port}/`;
  const outcome = await send({ url, headers: {}, body: '{}' }, targets);
  names.close();
  return { outcome, asked: names.asked() };
}

const first = await rebound();
const connectionsOfFirst = inside.connections();
const second = await flipping();
console.log(
  JSON.stringify({
    rebound: first,
    connectionsOfFirst,
    flipping: second,
    inside: inside.connections(),
    beside: beside.connections(),
  }),
);
for (const { server } of [inside, beside]) server.close();

async function listen(
  host: string,
  wanted = 0,
): Promise<{ server: Server; port: number; connections: () => number }> {
  let connections = 0;
  const server = createServer((_request, response) => response.writeHead(204).end());
  server.on('connection', () => (connections += 1));
  await new Promise<void>((resolve) => server.listen(wanted, host, resolve));
  return { server, port: (server.address() as AddressInfo).port, connections: () => connections };
}
