import { setTimeout as sleep } from 'node:timers/promises';
import { closedLoop } from '../connection.ts';

/** A GET as the bytes of HTTP. */
export function requestFor(path: string, token = ''): Buffer {
  return Buffer.from(`GET ${path} HTTP/1.1\r\nhost: bench\r\nauthorization: Bearer ${token}\r\n\r\n`);
}

/** Asks over so many connections for a while, each again as soon as it was answered; the times in milliseconds. */
export async function loadFor(
  port: number,
  connections: number,
  seconds: number,
  next: () => Buffer,
): Promise<number[]> {
  const times: number[] = [];
  const note = (status: number, ms: number) => {
    if (status !== 200) throw new Error(`answered ${status}`);
    times.push(ms);
  };
  const sockets = await Promise.all(Array.from({ length: connections }, () => closedLoop(port, next, note)));
  await sleep(seconds * 1000);
  for (const socket of sockets) socket.destroy();
  return times;
}

/** The value below which the share `p` lies. */
export function percentile(values: readonly number[], p: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(p * sorted.length))] ?? NaN;
}
