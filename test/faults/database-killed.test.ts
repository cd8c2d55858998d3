import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { isLong, sized } from './form.ts';
import { expectOnly503, firstWriteAfter, scene } from './scene.ts';

const kills = sized(2, 20);

test(
  'every process of PostgreSQL is killed, children too',
  { timeout: sized(120_000, 900_000) },
  async () => {
    const stage = await scene('database killed');
    const { node, postgres, random, writers, finish } = stage;
    const { pid } = node.process();
    const back: number[] = [];
    for (let kill = 0; kill < kills; kill++) {
      await sleep(1000 + random() * sized(1000, 9000));
      await postgres.kill();
      await sleep(random() * 2000);
      await postgres.start();
      back.push(await firstWriteAfter(Date.now(), stage));
    }
    await node.ready();
    await finish({ kills, 'first write after at most, ms': Math.max(...back) });
    expect(() => process.kill(pid, 0)).not.toThrow();
    expectOnly503(writers.attempts, ['database_unavailable', 'timeout', 'overloaded']);
    if (isLong) expect(Math.max(...back)).toBeLessThanOrEqual(5000);
  },
);
