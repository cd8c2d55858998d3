import { cpus, loadavg, release } from 'node:os';
import { median, type Round } from './measure.ts';
import type { ScenarioName } from './scenarios.ts';

/** All rounds of a scenario; `pgbench` is empty where pgbench is not installed. */
export interface Rounds {
  server: Round[];
  floor: Round[];
  pgbench: { perSecond: number; postgresCpu: number }[];
}

export type Results = Partial<Record<ScenarioName, Rounds>>;

/** The middles over the rounds: ratios are formed in each round, of neighbours in time, before their middle is taken. */
export function summaryOf({ server, floor, pgbench }: Rounds) {
  const of = (rounds: Round[], read: (round: Round) => number) => median(rounds.map(read));
  const against = (n: number) => (floor[n] as Round).perSecond;
  return {
    perSecond: of(server, (round) => round.perSecond),
    floorPerSecond: of(floor, (round) => round.perSecond),
    ratio: median(server.map((round, n) => round.perSecond / against(n))),
    cpu: of(server, (round) => round.cpu),
    floorCpu: of(floor, (round) => round.cpu),
    postgresCpu: of(server, (round) => round.postgresCpu),
    pgbenchCpu: pgbench.length === 0 ? null : median(pgbench.map((round) => round.postgresCpu)),
    p50: of(server, (round) => round.latencies.p50),
    p95: of(server, (round) => round.latencies.p95),
    p99: of(server, (round) => round.latencies.p99),
  };
}

export type Summary = ReturnType<typeof summaryOf>;

/** The table of all scenarios, in Markdown. */
export function tableOf(results: Results): string {
  const head =
    '| scenario | server req/s | floor req/s | ratio | server CPU ms | floor CPU ms | PostgreSQL CPU ms | same SQL in pgbench | p50 ms | p95 ms | p99 ms |';
  const rows = Object.entries(results).map(([name, rounds]) => {
    const s = summaryOf(rounds);
    const cells = [
      name,
      s.perSecond.toFixed(0),
      s.floorPerSecond.toFixed(0),
      s.ratio.toFixed(2),
      s.cpu.toFixed(3),
      s.floorCpu.toFixed(3),
      s.postgresCpu.toFixed(3),
      s.pgbenchCpu?.toFixed(3) ?? 'not measured',
      ...[s.p50, s.p95, s.p99].map((each) => each.toFixed(1)),
    ];
    return `| ${cells.join(' | ')} |`;
  });
  return [head, `|${' --- |'.repeat(11)}`, ...rows].join('\n');
}

/** Where and on what it was measured. */
export function machine(postgres: string): string {
  const [cpu] = cpus();
  const load = loadavg()[0]?.toFixed(1);
  return `${cpus().length} × ${cpu?.model.trim()}, Linux ${release()}, Node ${process.versions.node}, PostgreSQL ${postgres}; load ${load} when it began`;
}
