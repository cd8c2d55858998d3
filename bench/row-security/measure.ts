import type { AddressInfo } from 'node:net';
import { Client } from 'pg';
import pino from 'pino';
import { buildApp } from '../../src/app.ts';
import { depsOf } from '../../src/cli/deps.ts';
import { loadConfig } from '../../src/config.ts';
import type { Database } from '../../src/db/connect.ts';
import { migrateTo } from '../../src/db/migrate.ts';
import { slidingWindow } from '../../src/http/sliding-window.ts';
import type { App } from '../../src/http/types.ts';
import { migrations } from '../../src/migrations.ts';
import { startPostgres } from '../../test/postgres.ts';
import { applyRowSecurity } from '../../test/row-security.ts';
import { cpu, parentOf } from './cpu.ts';
import { wrk, type Ask } from './load.ts';
import { printPlans } from './plans.ts';
import { seed } from './seed.ts';
import { pool, ways } from './ways.ts';

// What row level security costs: requests per CPU second of Node and PostgreSQL together, the ways taking turns.
const people = 1000;
const entriesEach = 50;
// One more, who is only searched.
const entriesOfWriter = 10_000;
const seconds = Number(process.env['BENCH_SECONDS'] ?? 2);
const rounds = Number(process.env['BENCH_ROUNDS'] ?? 20);

const log = pino({ level: 'silent' });
const postgres = await startPostgres();
const { connection } = postgres;
await migrateTo({ connection, directory: migrations, target: 'latest', log });
await applyRowSecurity(connection);
const client = new Client(connection);
await client.connect();
await client.query('alter role daymark_app login');
const { rows } = await client.query<{ pid: number; version: string }>(
  `select pg_backend_pid() as pid, current_setting('server_version') as version`,
);
const postmaster = parentOf(rows[0]?.pid ?? 0);
const owner = pool(connection);
const { tokens, writer } = await seed(owner, connection, people, entriesEach, entriesOfWriter);
await owner.close();
console.log(`PostgreSQL ${rows[0]?.version}, ${people} people with ${entriesEach} entries each`);
await printPlans(client, writer);

const load = wrk(tokens);
const running: { way: string; app: App; db: Database; port: number }[] = [];
for (const [way, open] of Object.entries(ways(connection, { ...connection, user: 'daymark_app' }))) {
  running.push({ way, ...(await serve(open())) });
}
for (const ask of ['page', 'create'] as const) await compare(ask);

for (const { app, db } of running) {
  await app.close();
  await db.close();
}
await client.end();
await postgres.stop();

async function serve(db: Database): Promise<{ app: App; db: Database; port: number }> {
  const env = { SECRET_KEY: 'a'.repeat(64) };
  const { config } = loadConfig(env, process.cwd(), false, { dotEnv: false });
  const limiter = slidingWindow({ requests: 1e9, windowSeconds: 60 });
  const health = { phase: 'ready', database: 'up', redis: 'off' } as const;
  const app = await buildApp(depsOf(config, { db, replica: null, log, health: { ...health }, limiter }));
  await app.listen({ host: '127.0.0.1', port: 0 });
  return { app, db, port: (app.server.address() as AddressInfo).port };
}

/** Microseconds of CPU per request, Node's and PostgreSQL's. */
interface Cost {
  node: number;
  postgres: number;
}

async function compare(ask: Ask): Promise<void> {
  const costs = new Map<string, Cost[]>(running.map(({ way }) => [way, []]));
  // A round more than counts: the first one prepares statements on every connection.
  for (let round = 0; round <= rounds; round++) {
    for (const { way, port } of round % 2 ? running : [...running].reverse()) {
      const before = cpu(postmaster);
      const answered = await load(port, ask, seconds);
      const after = cpu(postmaster);
      const each = (from: number, to: number) => ((to - from) * 1e6) / answered;
      const cost = { node: each(before.node, after.node), postgres: each(before.postgres, after.postgres) };
      if (round > 0) costs.get(way)?.push(cost);
    }
  }
  print(ask, costs);
}

function print(ask: Ask, costs: Map<string, Cost[]>): void {
  const total = ({ node, postgres }: Cost) => node + postgres;
  const base = (costs.get('none') ?? []).map(total);
  console.log(`\n${ask}: median of ${rounds} rounds of ${seconds} s`);
  console.log(
    'way            requests/CPU s   Node µs   PostgreSQL µs   cost against none (half of the rounds)',
  );
  for (const [way, all] of costs) {
    const more = all.map((cost, round) => (total(cost) / (base[round] ?? NaN) - 1) * 100);
    const row = [
      way.padEnd(12),
      (1e6 / quantile(all.map(total), 0.5)).toFixed(0).padStart(16),
      quantile(
        all.map(({ node }) => node),
        0.5,
      )
        .toFixed(0)
        .padStart(9),
      quantile(
        all.map(({ postgres }) => postgres),
        0.5,
      )
        .toFixed(0)
        .padStart(15),
      `   ${quantile(more, 0.5).toFixed(0)} % (${quantile(more, 0.25).toFixed(0)} to ${quantile(more, 0.75).toFixed(0)})`,
    ];
    console.log(row.join(' '));
  }
}

/** The value below which the share `p` lies, between two values by proportion. */
function quantile(values: readonly number[], p: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const place = (sorted.length - 1) * p;
  const low = sorted[Math.floor(place)] ?? NaN;
  const high = sorted[Math.ceil(place)] ?? NaN;
  return low + (high - low) * (place - Math.floor(place));
}
