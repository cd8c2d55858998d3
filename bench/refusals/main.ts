import { fork } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Client } from 'pg';
import { newToken } from '../../src/accounts/tokens.ts';
import { openLoop, requestBytes } from '../../test/faults/open-loop.ts';
import { insertSessions } from '../auth/sessions.ts';
import { closedLoop, peakRate } from '../connection.ts';
import { median } from '../measure.ts';
import { onPostgres } from '../on-postgres.ts';
import type { PostgresServer } from '../postgres-server.ts';
import { cpuMs } from '../proc.ts';
import { startServer, type Program } from '../programs.ts';

// What a refusal costs, of the server and of the least that Node can do, and what that leaves of the machine at 10 × the peak of
// the cheapest requests. By turns; medians.
const rate = 15_000;
const seconds = 4;
const connections = 1000;
const rounds = 3;
const cores = 2;

interface Cost {
  /** Microseconds of CPU for each request: of who refuses it, and of who sends it. */
  server: number;
  client: number;
}

await onPostgres(async (postgres, directory) => {
  const token = newToken('session');
  await insertSessions(postgres.connection, [token]);
  const server = await startServer(directory, postgres, randomBytes(32).toString('hex'));
  try {
    const read = requestBytes('GET', '/entries', token);
    const write = requestBytes('POST', '/entries', token, JSON.stringify({ text: 'one of many', mood: 5 }));
    const costs: Record<string, Cost[]> = { server: [], 'node:http': [], 'node:net': [] };
    const peaks: number[] = [];
    let sent = 0;
    for (let round = 0; round < rounds; round++) {
      peaks.push(await peakRate(server.port, () => (sent++ % 2 === 0 ? read : write), seconds));
      const answer = await whileFull(postgres, server, read, async () => {
        const { headers, body } = await refusalOf(server.port, token);
        costs['server']?.push(await costOf(server, read));
        return JSON.stringify({ head: headers, body });
      });
      for (const kind of ['http', 'net']) costs[`node:${kind}`]?.push(await costOfFloor(kind, answer, read));
    }
    report(median(peaks), costs);
  } finally {
    await server.stop();
  }
});

/** Runs `work` while as many requests as the server takes wait for a lock. */
async function whileFull<T>(
  { connection }: PostgresServer,
  { port }: Program,
  request: Buffer,
  work: () => Promise<T>,
): Promise<T> {
  const client = new Client(connection);
  await client.connect();
  await client.query('begin');
  await client.query('lock table entries in access exclusive mode');
  const held = await Promise.all(
    Array.from({ length: 500 }, () =>
      closedLoop(
        port,
        () => request,
        () => undefined,
      ),
    ),
  );
  await sleep(500);
  try {
    return await work();
  } finally {
    for (const socket of held) socket.destroy();
    await client.query('rollback');
    await client.end();
  }
}

async function refusalOf(
  port: number,
  token: string,
): Promise<{ headers: [string, string][]; body: string }> {
  const headers = { authorization: `Bearer ${token}` };
  const answer = await fetch(`http://127.0.0.1:${port}/api/v1/entries`, { headers });
  if (answer.status !== 503) throw new Error(`answered ${answer.status}: it is not full`);
  return { headers: [...answer.headers], body: await answer.text() };
}

async function costOf({ port, pid }: Pick<Program, 'port' | 'pid'>, request: Buffer): Promise<Cost> {
  const [before, own] = [cpuMs(pid), process.cpuUsage()];
  const { statuses } = await openLoop(port, () => request, rate, seconds, connections);
  const { user, system } = process.cpuUsage(own);
  const refused = statuses[503] ?? 0;
  if (Object.keys(statuses).join() !== '503') throw new Error(`answered ${JSON.stringify(statuses)}`);
  return { server: ((cpuMs(pid) - before) * 1000) / refused, client: (user + system) / refused };
}

async function costOfFloor(kind: string, answer: string, request: Buffer): Promise<Cost> {
  const child = fork(fileURLToPath(new URL('floor.ts', import.meta.url)), [kind, answer]);
  const [{ port }] = (await once(child, 'message')) as [AddressInfo];
  try {
    return await costOf({ port, pid: child.pid as number }, request);
  } finally {
    child.kill();
    await once(child, 'exit');
  }
}

/** Of so many requests more than the peak each is refused; what is left serves, at the cost of a request at the peak. */
function report(peak: number, costs: Record<string, Cost[]>): void {
  console.log(`peak of the cheapest requests ${peak.toFixed(0)}/s`);
  for (const [name, each] of Object.entries(costs)) {
    const [server, client] = [
      median(each.map((cost) => cost.server)),
      median(each.map((cost) => cost.client)),
    ];
    const left = [2, 5, 10].map((times) => {
      const refusing = ((times - 1) * peak * (server + client)) / 1e6;
      return `${times} × ${Math.max(0, 1 - refusing / cores).toFixed(2)}`;
    });
    console.log(
      `${name}: ${server.toFixed(1)} µs of CPU a refusal, ${client.toFixed(1)} of the sender; left of the peak at ${left.join(', ')}`,
    );
  }
}
