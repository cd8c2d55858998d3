// Sends to a receiver over TLS by two names, of which its certificate holds one; prints what came of both. What it tries
// is the compiled program in `dist`.
import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';

const [dist] = process.argv.slice(2);
const { networks } = await import(new URL('config/addresses.js', dist).href);
const { addressRules } = await import(new URL('webhooks/addresses.js', dist).href);
const { send } = await import(new URL('webhooks/send.js', dist).href);

const pem = (name) => readFileSync(new URL(`hooks.test.${name}.pem`, import.meta.url));
const names = [];
const server = createServer({ cert: pem('cert'), key: pem('key') }, (request, response) => {
  names.push(request.socket.servername);
  response.writeHead(204).end();
});
await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
const { port } = server.address();
const targets = { addresses: addressRules(networks('127.0.0.0/8')), resolve: async () => ['127.0.0.1'] };
const errors = [];
for (const host of ['hooks.test', 'other.test']) {
  const { status, error } = await send({ url: `https://${host}:${port}/`, headers: {}, body: '{}' }, targets);
  errors.push([status, error]);
}
console.log(JSON.stringify({ errors, names }));
server.close();
