import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from 'pg';
import { fill } from './fill.ts';
import { measure } from './measure.ts';
import { onPostgres } from './on-postgres.ts';
import { readOptions, type Options } from './options.ts';
import { makePeople } from './people.ts';
import { findPgbench, preparePgbench, type Pgbench } from './pgbench.ts';
import type { PostgresServer } from './postgres-server.ts';
import { parentOf, residentMiB } from './proc.ts';
import { hottest } from './profile.ts';
import { startFloor, startServer, type Program } from './programs.ts';
import { machine, tableOf, type Results, type Rounds } from './report.ts';
import { scenarioNames, type ScenarioName, type World } from './scenarios.ts';
import { targetsOf } from './targets.ts';
import { makeWorld, revisionsOf } from './world.ts';

/** All that a round needs. */
interface Bench {
  options: Options;
  client: Client;
  postmaster: number;
  world: World;
  worldFile: string;
  server: Program;
  floor: Program;
  pgbench: Pgbench | null;
}

const args = process.argv.slice(2);
const options = readOptions(args);
const say = (line: string) => process.stderr.write(`${line}\n`);

say('compiling the server, starting PostgreSQL');
await onPostgres(run);

async function run(postgres: PostgresServer, directory: string): Promise<void> {
  const { connection } = postgres;
  const client = new Client(connection);
  await client.connect();
  const { rows } = await client.query<{ pid: number; version: string }>(
    `select pg_backend_pid() as pid, current_setting('server_version') as version`,
  );
  const { pid, version } = rows[0] as (typeof rows)[number];
  const where = machine(version);
  say(
    `filling: ${options.users} users with ${options.entriesPerUser} entries, one with ${options.manyEntries}`,
  );
  const people = makePeople(options.users + 1);
  await fill(client, people, options);
  const secretKey = randomBytes(32);
  const { position, ...world } = await makeWorld(client, people, secretKey, options);
  const worldFile = join(directory, 'world.json');
  const peopleFile = join(directory, 'people.json');
  writeFileSync(peopleFile, JSON.stringify(people));
  const profiles = join(directory, 'profiles');
  const flags = options.profile === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${profiles}`];
  const server = await startServer(directory, postgres, secretKey.toString('hex'), flags);
  const floor = await startFloor(directory, postgres, peopleFile);
  const program = findPgbench(options.pgbench);
  if (program === null) say('pgbench is not installed: PostgreSQL CPU is not compared');
  const postmaster = parentOf(pid);
  const pgbench =
    program === null
      ? null
      : preparePgbench(program, directory, postgres, postmaster, {
          ...options,
          members: world.members[0] as World['members'][number],
          pairs: world.pairs,
          position,
        });
  const bench = { options, client, postmaster, world, worldFile, server, floor, pgbench };
  try {
    if (options.profile === undefined) await compare(bench, where);
    else await profile(bench, options.profile as ScenarioName, profiles);
  } finally {
    await server.stop();
    await floor.stop();
    await client.end();
  }
}

async function compare(bench: Bench, where: string): Promise<void> {
  const results: Results = {};
  const chosen = scenarioNames.filter((name) => options.only.length === 0 || options.only.includes(name));
  for (const name of chosen) results[name] = await roundsOf(bench, name);
  const memory = residentMiB(bench.server.pid);
  const size = `${options.users} users × ${options.entriesPerUser} entries, one user with ${options.manyEntries}`;
  const how = `${size}; ${options.connections} connections (search: 1), ${options.rounds} rounds of ${options.seconds} s each, server, floor and pgbench by turns.`;
  const day = new Date().toISOString().slice(0, 10);
  const text = `# What \`${['npm run bench', ...(args.length === 0 ? [] : ['--', ...args])].join(' ')}\` said\n\n${day}, ${where}.\n${how}\n\n${tableOf(results)}\n\n${targetsOf(results, memory)}\n`;
  process.stdout.write(text);
  const isWhole = !options.quick && options.only.length === 0;
  if (isWhole) writeFileSync(new URL('RESULTS.md', import.meta.url), text);
}

async function roundsOf(bench: Bench, scenario: ScenarioName): Promise<Rounds> {
  const rounds: Rounds = { server: [], floor: [], pgbench: [] };
  for (let round = 0; round < options.rounds; round++) {
    const job = await jobOf(bench, scenario, round);
    const server = await measure(bench.server, bench.postmaster, job);
    const floor = await measure(bench.floor, bench.postmaster, job);
    rounds.server.push(server);
    rounds.floor.push(floor);
    if (bench.pgbench !== null)
      rounds.pgbench.push(await bench.pgbench.run(scenario, Math.ceil(options.seconds)));
    const ratio = (server.perSecond / floor.perSecond).toFixed(2);
    say(
      `${scenario} ${round + 1}: ${server.perSecond.toFixed(0)} / ${floor.perSecond.toFixed(0)} = ${ratio}`,
    );
  }
  return rounds;
}

async function jobOf(bench: Bench, scenario: ScenarioName, seed: number) {
  const { client, world, worldFile } = bench;
  const revisions = await revisionsOf(client);
  writeFileSync(worldFile, JSON.stringify({ ...world, revisions }));
  const { warmUpSeconds, seconds } = options;
  // What a search takes by itself, not what sixteen of them take side by side.
  const connections = scenario === 'search' ? 1 : options.connections;
  return { scenario, world: worldFile, seed, connections, warmUpSeconds, seconds };
}

async function profile(bench: Bench, scenario: ScenarioName, profiles: string): Promise<void> {
  const { perSecond, cpu } = await measure(bench.server, bench.postmaster, await jobOf(bench, scenario, 1));
  await bench.server.stop();
  process.stdout.write(
    `${scenario}: ${perSecond.toFixed(0)} req/s, ${cpu.toFixed(3)} ms CPU\n${hottest(profiles, 45)}\n`,
  );
}
