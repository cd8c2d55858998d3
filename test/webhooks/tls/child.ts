import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { networks } from '../../../src/config/addresses.ts';
import { addressRules } from '../../../src/webhooks/addresses.ts';
import { send } from '../../../src/webhooks/send.ts';

// Sends to a receiver over TLS by two names, of which its certificate holds one; prints what came of both.
const pem = (name: string) => readFileSync(new URL(`hooks.test.${name}.pem`, import.meta.url));
const names: (string | false | null)[] = [];
const server = createServer({ cert: pem('cert'), key: pem('key') }, (request, response) => {
  const { servername } = request.socket as unknown as { servername: string | false | null };
  names.push(servername);
  response.writeHead(204).end();
});
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
const { port } = server.address() as AddressInfo;
const targets = { addresses: addressRules(networks('127.0.0.0/8')), resolve: async () => ['127.0.0.1'] };
const errors = [];
for (const host of ['hooks.test', 'other.test']) {
  const { status, error } = await send({ url: `https://${host}:${port}/`, headers: {}, body: '{}' }, targets);
  errors.push([status, error]);
}
console.log(JSON.stringify({ errors, names }));
server.close();
