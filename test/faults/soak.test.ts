import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { residentMiB } from '../../bench/proc.ts';
import { isLong, sized } from './form.ts';
import { scene } from './scene.ts';

const minutes = sized(0.1, 20);
/** What is compiled and cached for the first time is no leak. */
const warmUpMinutes = minutes / 4;

test('hours of use in small: the memory of the server stays what it is', { timeout: 1_800_000 }, async () => {
  const { node, finish } = await scene('soak', { writers: 8, pauseMs: 100 });
  await sleep(warmUpMinutes * 60_000);
  const samples: [minute: number, MiB: number][] = [];
  const start = Date.now();
  while (Date.now() - start < minutes * 60_000) {
    samples.push([(Date.now() - start) / 60_000, residentMiB(node.process().pid)]);
    await sleep(minutes * 300);
  }
  const growth = slope(samples);
  await finish({ minutes, 'MiB at the end': samples.at(-1)?.[1], 'MiB a minute': growth });
  if (isLong) expect(growth).toBeLessThanOrEqual(1);
});

/** Of the line through points that is nearest to them by least squares. */
function slope(points: readonly [x: number, y: number][]): number {
  const mean = (values: number[]) => values.reduce((sum, each) => sum + each, 0) / values.length;
  const [x, y] = [mean(points.map(([each]) => each)), mean(points.map(([, each]) => each))];
  const rise = points.reduce((sum, [a, b]) => sum + (a - x) * (b - y), 0);
  return rise / points.reduce((sum, [a]) => sum + (a - x) ** 2, 0);
}
