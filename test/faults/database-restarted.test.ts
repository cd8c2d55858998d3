import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { sized } from './form.ts';
import { expectOnly503, firstWriteAfter, goodShare, scene } from './scene.ts';

const restarts = sized(1, 20);

test(
  'PostgreSQL is restarted as by pg_ctl restart -m fast',
  { timeout: sized(120_000, 900_000) },
  async () => {
    const stage = await scene('database restarted');
    const back: number[] = [];
    const good: number[] = [];
    for (let restart = 0; restart < restarts; restart++) {
      await sleep(1000);
      await stage.postgres.stop();
      await sleep(stage.random() * 1000);
      await stage.postgres.start();
      const accepts = Date.now();
      back.push(await firstWriteAfter(accepts, stage));
      await sleep(Math.max(0, accepts + 8000 - Date.now()));
      good.push(goodShare(stage.writers.attempts, accepts + 5000, accepts + 8000));
    }
    await stage.node.ready();
    await stage.finish({
      restarts,
      'first write after at most, ms': Math.max(...back),
      'good from 5 s after': Math.min(...good),
    });
    expectOnly503(stage.writers.attempts, ['database_unavailable', 'timeout', 'overloaded']);
    expect(Math.min(...good)).toBeGreaterThanOrEqual(0.99);
  },
);
