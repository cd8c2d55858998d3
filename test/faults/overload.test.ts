import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { closedLoop } from '../../bench/connection.ts';
import { percentile, sender } from './client.ts';
import { isLong, record, sized } from './form.ts';
import { signUp, startNode } from './node.ts';
import { openLoop, requestBytes, type Load } from './open-loop.ts';
import { ownPostgres } from './postgres.ts';

const seconds = sized(2, 15);
/** Times of the peak rate, and the share of the peak that must still be served well. */
const steps = [
  [2, 0.9],
  [5, 0.8],
  [10, 0.7],
] as const;

test('more requests than can be served', { timeout: 300_000 }, async () => {
  const postgres = await ownPostgres();
  const node = await startNode(postgres.connection);
  const people = await Promise.all(Array.from({ length: 20 }, () => signUp(node.call)));
  const requests = people.flatMap(({ token }) => [
    requestBytes('GET', '/entries', token),
    requestBytes('POST', '/entries', token, JSON.stringify({ text: 'one of many', mood: 5 })),
  ]);
  let n = 0;
  const next = () => requests[n++ % requests.length] as Buffer;
  await peakRate(node.port, next);
  const peak = await peakRate(node.port, next);
  for (const [times, share] of steps) {
    const load = await openLoop(node.port, next, peak * times, seconds);
    const { good, refusedP99 } = figures(load);
    const label = `overload ${times} x`;
    record(label, {
      peak,
      'good, share of peak': good / peak,
      'refused p99, ms': refusedP99,
      ...load.statuses,
      unsent: load.unsent,
    });
    expect(Object.keys(load.statuses).filter((status) => !['200', '201', '503'].includes(status))).toEqual(
      [],
    );
    expect(good).toBeGreaterThan(0);
    await normalAgain(node.url, people[0]?.token ?? '');
    if (isLong) expect([label, good / peak >= share, !(refusedP99 > 100)]).toEqual([label, true, true]);
  }
});

/** Requests a second that 50 clients get answered who each wait for their answer. */
async function peakRate(port: number, next: () => Buffer): Promise<number> {
  let answered = 0;
  const sockets = await Promise.all(
    Array.from({ length: 50 }, () => closedLoop(port, next, () => answered++)),
  );
  await sleep(seconds * 1000);
  for (const socket of sockets) socket.destroy();
  return answered / seconds;
}

function figures({ statuses, refusals, seconds: lasted }: Load): { good: number; refusedP99: number } {
  const good = ((statuses[200] ?? 0) + (statuses[201] ?? 0)) / lasted;
  return { good, refusedP99: percentile(refusals, 0.99) };
}

async function normalAgain(url: string, token: string): Promise<void> {
  const send = sender(url, { token });
  const well = async () => {
    const answers = await Promise.all(Array.from({ length: 5 }, () => send('GET', '/entries')));
    return answers.every(({ status }) => status === 200);
  };
  await expect.poll(well, { timeout: sized(20_000, 5000), interval: 50 }).toBe(true);
  send.close();
}
