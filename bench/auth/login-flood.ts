import { randomBytes, randomInt } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { percentile, sender, startServer, type Send } from './server.ts';

// Other people's requests while 50 clients do nothing but sign in with wrong passwords, each try from another
// address and for another e-mail, so that the limits per address and per e-mail stop none of them.
const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '30' },
    clients: { type: 'string', default: '50' },
    rate: { type: 'string', default: '40' },
    pause: { type: 'string', default: '0' },
    'one-address': { type: 'boolean', default: false },
  },
});
const seconds = Number(values.seconds);
const everyMs = 1000 / Number(values.rate);

// From one address the default limits stop most tries; from many only the queue of sign-ins does.
const server = await startServer({ TRUSTED_PROXIES: '127.0.0.1/32' });
const send = sender(server.url);
const readers: object[] = [];
// Five, so that none of them comes near the limit of requests per user.
for (let n = 0; n < 5; n++) readers.push(await signUp(`reader${n}@example.org`));

await read(3);
const before = await read(seconds);
const { during, statuses } = await flood();
await sleep(1000);
const after = await read(seconds);
await server.stop();

show('before', before);
show('during the flood', during);
show('after', after);
const normal = percentile([...before, ...after], 0.99);
const ratio = percentile(during, 0.99) / normal;
console.log(`p99 ${ratio.toFixed(1)} × normal, target 3: ${ratio <= 3 ? 'met' : 'MISSED'}`);
console.log(`logins by status: ${JSON.stringify(statuses)}`);

async function signUp(email: string): Promise<object> {
  const { json } = await send('POST', '/auth/register', { email, password: 'a long sentence' });
  const headers = { authorization: `Bearer ${String(json['token'])}` };
  for (let n = 0; n < 20; n++) await send('POST', '/entries', { text: `entry ${n}`, mood: 5 }, headers);
  return headers;
}

/** Reads a page of entries at the given rate, whether the one before was answered or not; gives the times in ms. */
async function read(forSeconds: number): Promise<number[]> {
  const times: Promise<number>[] = [];
  const start = performance.now();
  for (let n = 0; n * everyMs < forSeconds * 1000; n++) {
    await sleep(Math.max(0, start + n * everyMs - performance.now()));
    times.push(
      send('GET', '/entries', undefined, readers[n % readers.length]).then(({ ms, status }) => {
        if (status !== 200) throw new Error(`a read was answered ${status}`);
        return ms;
      }),
    );
  }
  return Promise.all(times);
}

async function flood() {
  const statuses: Record<string, number> = {};
  const running = { on: true };
  const attackers = Array.from({ length: Number(values.clients) }, () =>
    attack(sender(server.url), running, statuses),
  );
  const during = await read(seconds);
  running.on = false;
  await Promise.all(attackers);
  return { during, statuses };
}

async function attack(one: Send, running: { on: boolean }, statuses: Record<string, number>): Promise<void> {
  while (running.on) {
    const email = `${randomBytes(6).toString('hex')}@example.org`;
    const address = values['one-address'] ? '203.0.113.1' : anyAddress();
    const headers = { 'x-forwarded-for': address };
    const { status } = await one('POST', '/auth/login', { email, password: 'a wrong password' }, headers);
    statuses[status] = (statuses[status] ?? 0) + 1;
    await sleep(Number(values.pause));
  }
}

function anyAddress(): string {
  return [randomInt(1, 220), randomInt(256), randomInt(256), randomInt(1, 255)].join('.');
}

function show(what: string, times: readonly number[]): void {
  const [median, p99, most] = [0.5, 0.99, 1].map((p) => percentile(times, p).toFixed(1));
  console.log(
    `${what.padEnd(18)} median ${median} ms, p99 ${p99} ms, longest ${most} ms, ${times.length} requests`,
  );
}
