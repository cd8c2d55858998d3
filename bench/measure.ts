import { fork } from 'node:child_process';
import type { LoadJob, LoadReport, Latencies } from './load.ts';
import type { Program } from './programs.ts';
import { cpuMs, postgresCpuMs } from './proc.ts';

/** What one program did in one round. CPU is in milliseconds per request. */
export interface Round {
  perSecond: number;
  cpu: number;
  postgresCpu: number;
  latencies: Latencies;
}

/** Loads a program for a while and reads what that cost. */
export async function measure(
  program: Program,
  postmaster: number,
  job: Omit<LoadJob, 'target' | 'port'>,
): Promise<Round> {
  const child = fork(new URL('load.ts', import.meta.url), { execArgv: ['--import', 'tsx'] });
  const before = { cpu: 0, postgres: 0 };
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`the load generator ended with ${code}`)));
    child.on('message', (message: LoadReport) => {
      const now = { cpu: cpuMs(program.pid), postgres: postgresCpuMs(postmaster) };
      if (message === 'warm') {
        Object.assign(before, now);
        return;
      }
      const { requests, seconds, latencies } = message;
      resolve({
        perSecond: requests / seconds,
        cpu: (now.cpu - before.cpu) / requests,
        postgresCpu: (now.postgres - before.postgres) / requests,
        latencies,
      });
    });
    child.send({ ...job, target: program.name, port: program.port } satisfies LoadJob);
  });
}

/** The middle of some numbers. */
export function median(numbers: number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1
    ? (sorted[middle] as number)
    : ((sorted[middle - 1] as number) + (sorted[middle] as number)) / 2;
}
