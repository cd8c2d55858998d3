import { fork } from 'node:child_process';
import { once } from 'node:events';
import { randomBytes } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { Client, type ClientConfig } from 'pg';
import { dayBefore, fillDiary, firstDay, lastDay } from './insights/diary.ts';
import { loadFor, percentile, requestFor } from './insights/load.ts';
import { median } from './measure.ts';
import { makePeople, type Person } from './people.ts';
import { onPostgres } from './on-postgres.ts';
import type { PostgresServer } from './postgres-server.ts';
import { cpuMs, parentOf, postgresCpuMs } from './proc.ts';
import { startServer, type Program } from './programs.ts';

// What reports cost on five years of days with 40 tags and 10 measures: node --import tsx bench/insights.ts
// TEST_POSTGRES_BIN names the programs of another PostgreSQL than the embedded one.
const wholeDiary = `from=${firstDay}&to=${lastDay}`;
const month = `from=${dayBefore(29)}&to=${lastDay}`;
const people = makePeople(12);
const [anna] = people as [Person];
/** Writes eight times a day. */
const ben = people.at(-2) as Person;

await onPostgres(measureAll);

async function measureAll(postgres: PostgresServer, directory: string): Promise<void> {
  const { connection } = postgres;
  const client = new Client(connection);
  await client.connect();
  for (const [n, person] of people.entries()) {
    await fillDiary(client, person, n + 1, person === ben ? 8 : 1);
  }
  await client.query('vacuum analyze');
  const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid');
  const postmaster = parentOf((rows[0] as { pid: number }).pid);
  const server = await startServer(directory, postgres, randomBytes(32).toString('hex'));
  try {
    await effectsCold(client, server, postmaster);
    await reportsCold(client, server, postmaster);
    for (const person of [anna, ben]) await categories(connection, server, postmaster, person);
    await othersMeanwhile(client, server);
  } finally {
    await server.stop();
    await client.end();
  }
}

/** A report as the server answers it, in milliseconds. */
async function ask({ port }: Program, path: string, { token }: Person = anna): Promise<number> {
  const start = performance.now();
  const headers = { authorization: `Bearer ${token}` };
  const answer = await fetch(`http://127.0.0.1:${port}/api/v1${path}`, { headers });
  const text = await answer.text();
  if (!answer.ok) throw new Error(text);
  return performance.now() - start;
}

/** As after a write: nothing that was remembered counts any more. */
async function forget(client: Client, { id }: Person = anna): Promise<void> {
  await client.query('update journals set revision = revision + 1 where user_id = $1', [id]);
}

async function effectsCold(client: Client, server: Program, postmaster: number): Promise<void> {
  const path = `/insights/effects?${wholeDiary}`;
  for (const report of ['effects', 'shifts']) {
    const rounds: { cpu: number; ms: number }[] = [];
    for (let round = 0; round < 5; round++) {
      await forget(client);
      const before = cpuMs(server.pid) + postgresCpuMs(postmaster);
      const ms = await ask(server, `/insights/${report}?${wholeDiary}`);
      rounds.push({ cpu: cpuMs(server.pid) + postgresCpuMs(postmaster) - before, ms });
    }
    const cpus = rounds.map(({ cpu }) => cpu);
    say(
      `${report}, cold: CPU of server and PostgreSQL`,
      `${median(cpus)} ms (${Math.min(...cpus)} to ${Math.max(...cpus)})`,
    );
    say(`${report}, cold: answered after`, `${median(rounds.map(({ ms }) => ms)).toFixed(0)} ms`);
  }
  await ask(server, path);
  const warm: number[] = [];
  for (let n = 0; n < 200; n++) warm.push(await ask(server, path));
  say(
    'effects, warm: answered after',
    `${median(warm).toFixed(1)} ms (99 %: ${percentile(warm, 0.99).toFixed(1)})`,
  );
}

async function reportsCold(client: Client, server: Program, postmaster: number): Promise<void> {
  const reports = [
    'summary',
    'series',
    'calendar',
    ...['category', 'tag', 'weekday', 'hour'].map((by) => `breakdown?by=${by}`),
  ];
  for (const report of reports) {
    const path = `/insights/${report}${report.includes('?') ? '&' : '?'}${wholeDiary}`;
    const rounds = 40;
    const before = postgresCpuMs(postmaster);
    for (let round = 0; round < rounds; round++) {
      await forget(client);
      await ask(server, path);
    }
    say(
      `${report}, cold: CPU of PostgreSQL`,
      `${((postgresCpuMs(postmaster) - before) / rounds).toFixed(1)} ms`,
    );
  }
}

/**
 * Against the naive statement behind the barest server, by turns: the whole server with all its features, and the same
 * work behind that barest server too. By CPU as well, which others on the machine move less.
 */
async function categories(
  connection: ClientConfig,
  server: Program,
  postmaster: number,
  { id, token }: Person,
): Promise<void> {
  const floor = fork(new URL('insights/floor.ts', import.meta.url), { execArgv: ['--import', 'tsx'] });
  floor.send({ connection, user: id, from: dayBefore(29), to: lastDay });
  const [{ port }] = (await once(floor, 'message')) as [AddressInfo];
  const bare = { port, pid: floor.pid as number };
  const load = async (to: { port: number; pid: number }, path: string) => {
    const before = cpuMs(to.pid) + postgresCpuMs(postmaster);
    const answered = (await loadFor(to.port, 16, 4, () => requestFor(path, token))).length;
    return { perSecond: answered / 4, cpu: (cpuMs(to.pid) + postgresCpuMs(postmaster) - before) / answered };
  };
  for (let round = 0; round < 4; round++) {
    const whole = await load(server, `/api/v1/insights/breakdown?by=category&${month}`);
    const remembered = await load(bare, '/remembered');
    const naive = await load(bare, '/naive');
    // The first one warms up.
    if (round === 0) continue;
    const against = ({ perSecond, cpu }: typeof naive) =>
      `${(perSecond / naive.perSecond).toFixed(2)} by rate, ${(naive.cpu / cpu).toFixed(2)} by CPU`;
    say(
      `by category over 30 days of ${id === ben.id ? 8 : 1} a day`,
      `naively ${naive.perSecond.toFixed(0)} a second, ${naive.cpu.toFixed(3)} ms; ` +
        `behind the same server ${against(remembered)}; the whole server ${against(whole)}`,
    );
  }
  floor.kill();
}

/** Pages of the timeline, alone and while effects of one diary after the other are computed. */
async function othersMeanwhile(client: Client, server: Program): Promise<void> {
  const reader = people.at(-1) as Person;
  const page = requestFor('/api/v1/entries', reader.token);
  const read = () => loadFor(server.port, 1, 8, () => page);
  for (let round = 0; round < 3; round++) {
    const alone = await read();
    const over = new AbortController();
    let [done, refused] = [0, 0];
    const computing = (async () => {
      for (let n = 0; !over.signal.aborted; n = (n + 1) % 10) {
        const person = people[n] as Person;
        await forget(client, person);
        // On a machine that others use too it may be given no time: counted, and no reason to stop.
        await ask(server, `/insights/effects?${wholeDiary}`, person).then(
          () => done++,
          () => refused++,
        );
      }
    })();
    const beside = await read();
    over.abort();
    await computing;
    const [quiet, busy] = [percentile(alone, 0.99), percentile(beside, 0.99)];
    say(
      'a page, 99 %, alone and beside effects',
      `${quiet.toFixed(2)} and ${busy.toFixed(2)} ms = ${(busy / quiet).toFixed(2)} (${done} diaries meanwhile, ${refused} gave up)`,
    );
  }
}

function say(what: string, figure: string): void {
  process.stdout.write(`${what.padEnd(52)} ${figure}\n`);
}
