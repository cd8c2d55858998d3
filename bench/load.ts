import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { closedLoop } from './connection.ts';
import { seeded } from './random.ts';
import { requestsOf, type ScenarioName, type World } from './scenarios.ts';

// A process of its own, so that making load takes no time from what is measured but on the machine's cores.

export interface LoadJob {
  scenario: ScenarioName;
  target: 'server' | 'floor';
  port: number;
  /** A file of the world as JSON. */
  world: string;
  seed: number;
  connections: number;
  warmUpSeconds: number;
  seconds: number;
}

/** Sent when warm-up is over, and when the time is. */
export type LoadReport = 'warm' | { requests: number; seconds: number; latencies: Latencies };

/** Milliseconds. */
export interface Latencies {
  p50: number;
  p95: number;
  p99: number;
}

process.once('message', (job: LoadJob) => {
  run(job).catch((error: unknown) => {
    console.error(error);
    process.exit(1);
  });
});

async function run(job: LoadJob): Promise<void> {
  const world = JSON.parse(readFileSync(job.world, 'utf8')) as World;
  const next = requestsOf(job.scenario, job.target, world, seeded(job.seed));
  let times: number[] = [];
  const count = (status: number, milliseconds: number) => {
    if (status >= 400) throw new Error(`${job.target} answered ${status} to ${job.scenario}`);
    times.push(milliseconds);
  };
  const sockets = await Promise.all(
    Array.from({ length: job.connections }, () => closedLoop(job.port, next, count)),
  );
  await sleep(job.warmUpSeconds * 1000);
  times = [];
  const start = performance.now();
  report('warm');
  await sleep(job.seconds * 1000);
  const measured = times;
  const seconds = (performance.now() - start) / 1000;
  report({ requests: measured.length, seconds, latencies: latenciesOf(measured) });
  for (const socket of sockets) socket.destroy();
  process.disconnect();
}

function report(message: LoadReport): void {
  process.send?.(message);
}

function latenciesOf(times: number[]): Latencies {
  const sorted = Float64Array.from(times).sort();
  const at = (part: number) => sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))] ?? 0;
  return { p50: at(0.5), p95: at(0.95), p99: at(0.99) };
}
