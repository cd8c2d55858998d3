import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { percentile } from './client.ts';
import { isLong, sized } from './form.ts';
import { scene } from './scene.ts';

const kills = sized(3, 20);
const [least, most] = sized<[number, number]>([500, 1500], [8_000, 18_000]);

test('the server is killed again and again', { timeout: sized(120_000, 900_000) }, async () => {
  const { node, random, writers, finish } = await scene('app killed');
  const back: number[] = [];
  for (let kill = 0; kill < kills; kill++) {
    await sleep(least + random() * (most - least));
    await node.kill();
    node.launch();
    back.push(await node.ready());
  }
  await sleep(500);
  await finish({ kills, 'ready after, ms': percentile(back, 0.5), 'at most': Math.max(...back) });
  const statuses = new Set(writers.attempts.map(({ status }) => status));
  expect([...statuses].filter((status) => ![0, 200, 201, 409, 422, 503].includes(status))).toEqual([]);
  if (isLong) expect(Math.max(...back)).toBeLessThanOrEqual(3000);
});
