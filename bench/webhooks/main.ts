import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { end, openReceiver, openWorld, type Person, type World } from './world.ts';

// What bench/WEBHOOKS.md claims: node --import tsx bench/webhooks/main.ts [--only kills]
// TEST_POSTGRES_BIN names the programs of another PostgreSQL than the embedded one.
const { values } = parseArgs({ options: { only: { type: 'string' } } });

const scenarios: Record<string, (world: World) => Promise<void>> = {
  writes,
  latency,
  throughput,
  dead: healthyAmongDead,
  kills,
};

for (const [name, scenario] of Object.entries(scenarios)) {
  if (values.only !== undefined && !values.only.split(',').includes(name)) continue;
  const world = await openWorld(process.env['TEST_POSTGRES_BIN']);
  try {
    await scenario(world);
  } finally {
    await world.close();
  }
}

/**
 * Writing with and without one active webhook, 16 people at once, by turns: entries a second, and the CPU that server
 * and PostgreSQL spend on one, which other programs on the machine disturb less.
 */
async function writes(world: World): Promise<void> {
  const receiver = await openReceiver();
  const crowd = (urls: string[]) => Promise.all(Array.from({ length: 16 }, () => world.person(urls)));
  const [plain, hooked] = [await crowd([]), await crowd([receiver.url])];
  const round = async (people: Person[]) => {
    const before = world.cpuMs();
    const { written, perSecond } = await writeFor(people, 3000);
    return { perSecond, cpu: (world.cpuMs() - before) / written };
  };
  await round(plain);
  await round(hooked);
  const rates: number[] = [];
  const cpus: number[] = [];
  for (let n = 0; n < 7; n++) {
    const [without, withOne] = [await round(plain), await round(hooked)];
    rates.push(withOne.perSecond / without.perSecond);
    cpus.push(without.cpu / withOne.cpu);
    print(
      'writes a second and CPU ms each: without',
      without.perSecond,
      without.cpu,
      'with',
      withOne.perSecond,
      withOne.cpu,
    );
  }
  print(
    'writes with a webhook to writes without: by rate, by CPU (medians)',
    percentile(rates, 0.5),
    percentile(cpus, 0.5),
  );
  receiver.close();
}

/** From the transaction of the change to the first attempt, at 20 changes a second. */
async function latency(world: World): Promise<void> {
  const receiver = await openReceiver();
  const people = await Promise.all(Array.from({ length: 5 }, () => world.person([receiver.url])));
  await world.worker();
  for (let n = 0; n < 400; n++) {
    await Promise.all([people[n % 5]?.write(n), sleep(50)]);
  }
  await until(() => receiver.arrivals.size === 400);
  const all = receiver.latencies();
  print(
    'latency of first attempts, ms: p50, p95, p99, max',
    [0.5, 0.95, 0.99, 1].map((share) => percentile(all, share)),
  );
  receiver.close();
}

/** Deliveries a second of one worker to one receiver, and to ten, with 3,000 waiting. */
async function throughput(world: World): Promise<void> {
  for (const receivers of [1, 10]) {
    const receiver = await openReceiver();
    const people = await Promise.all(Array.from({ length: receivers }, () => world.person([receiver.url])));
    await writeAll(people, 3000);
    const worker = await world.worker();
    await until(() => receiver.arrivals.size === 3000);
    const times = [...receiver.arrivals.values()].flat().sort((a, b) => a - b);
    const seconds = ((times.at(-1) ?? 0) - (times[0] ?? 0)) / 1000;
    print(`throughput with ${receivers} webhooks, deliveries a second`, 3000 / seconds);
    await end(worker);
    receiver.close();
  }
}

/** The healthy receiver's times while 50 others take connections and never answer. */
async function healthyAmongDead(world: World): Promise<void> {
  const healthy = await openReceiver();
  const dead = await Promise.all(Array.from({ length: 50 }, () => openReceiver(true)));
  const victims = await Promise.all(dead.map((each) => world.person([each.url])));
  const person = await world.person([healthy.url]);
  await world.worker();
  const ending = AbortSignal.timeout(60_000);
  let n = 0;
  const noise = (async () => {
    while (!ending.aborted) {
      await Promise.all(victims.map((each) => each.write(n)));
      await sleep(500);
    }
  })();
  for (; !ending.aborted; n++) await Promise.all([person.write(n), sleep(100)]);
  await noise;
  await until(() => healthy.arrivals.size === n);
  const all = healthy.latencies();
  print(
    'healthy among 50 dead, ms: p50, p95, p99, max',
    [0.5, 0.95, 0.99, 1].map((share) => percentile(all, share)),
  );
  for (const each of [healthy, ...dead]) each.close();
}

/** 2,000 changes while a worker is killed 30 times: what arrived, and how much of it twice. */
async function kills(world: World): Promise<void> {
  const receiver = await openReceiver();
  const people = await Promise.all(Array.from({ length: 5 }, () => world.person([receiver.url])));
  const writing = (async () => {
    for (let n = 0; n < 400; n++) await Promise.all([...people.map((each) => each.write(n)), sleep(150)]);
  })();
  for (let kill = 0; kill < 30; kill++) {
    const worker = await world.worker();
    await sleep(300 + 700 * Math.random());
    await end(worker, 'SIGKILL');
  }
  await writing;
  const last = performance.now();
  await world.worker();
  await until(() => receiver.arrivals.size === 2000, 120_000);
  print('killed 30 times: of 2,000 events arrived', receiver.arrivals.size);
  print('killed 30 times: the last of them after the last kill, s', (performance.now() - last) / 1000);
  const twice = [...receiver.arrivals.values()].reduce((sum, times) => sum + times.length - 1, 0);
  print('killed 30 times: duplicates (at most kills × 20 in hand × 5 receivers)', twice);
  receiver.close();
}

async function writeFor(
  people: readonly Person[],
  ms: number,
): Promise<{ written: number; perSecond: number }> {
  let written = 0;
  const start = performance.now();
  const loop = async (person: Person) => {
    while (performance.now() - start < ms) {
      await person.write(written);
      written += 1;
    }
  };
  await Promise.all(people.map(loop));
  return { written, perSecond: written / ((performance.now() - start) / 1000) };
}

async function writeAll(people: readonly Person[], total: number): Promise<void> {
  let written = 0;
  const loop = async (n: number) => {
    while (written < total) {
      written += 1;
      await people[n % people.length]?.write(written);
    }
  };
  await Promise.all(Array.from({ length: 16 }, (_, n) => loop(n)));
}

async function until(isDone: () => boolean, ms = 60_000): Promise<void> {
  const deadline = performance.now() + ms;
  while (!isDone() && performance.now() < deadline) await sleep(20);
}

function percentile(numbers: readonly number[], share: number): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? NaN;
}

function print(what: string, ...figures: unknown[]): void {
  const shown = figures
    .flat()
    .map((each) => (typeof each === 'number' ? Number(each.toFixed(2)) : String(each)));
  console.log(`${what}: ${shown.join(', ')}`);
}
