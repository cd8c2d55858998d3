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
  },
});
const seconds = Number(values.seconds);
const everyMs = 1000 / Number(values.rate);

const server = await startServer({
  TRUSTED_PROXIES: '127.0.0.1/32',
  RATE_LIMIT_REQUESTS: '1000000',
  LOG_LEVEL: 'warn',
});
const send = sender(server.url);
const { json } = await send('POST', '/auth/register', {
  email: 'reader@example.org',
  password: 'a long sentence',
});
const authorization = { authorization: `Bearer ${String(json['token'])}` };
for (let n = 0; n < 100; n++) await send('POST', '/entries', { text: `entry ${n}`, mood: 5 }, authorization);

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

/** Reads a page of entries at the given rate, whether the one before was answered or not; gives the times in ms. */
async function read(forSeconds: number): Promise<number[]> {
  const times: Promise<number>[] = [];
  const start = performance.now();
  for (let n = 0; n * everyMs < forSeconds * 1000; n++) {
    await sleep(Math.max(0, start + n * everyMs - performance.now()));
    times.push(
      send('GET', '/entries', undefined, authorization).then(({ ms, status }) => {
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
    const address = [randomInt(1, 220), randomInt(256), randomInt(256), randomInt(1, 255)].join('.');
    const headers = { 'x-forwarded-for': address };
    const { status } = await one('POST', '/auth/login', { email, password: 'a wrong password' }, headers);
    statuses[status] = (statuses[status] ?? 0) + 1;
    await sleep(Number(values.pause));
  }
}

function show(what: string, times: readonly number[]): void {
  const [median, p99, most] = [0.5, 0.99, 1].map((p) => percentile(times, p).toFixed(1));
  console.log(
    `${what.padEnd(18)} median ${median} ms, p99 ${p99} ms, longest ${most} ms, ${times.length} requests`,
  );
}
