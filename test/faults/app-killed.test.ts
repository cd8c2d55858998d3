import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { audit } from './audit.ts';
import { chance, isLong, record, sized } from './form.ts';
import { openLedger } from './ledger.ts';
import { signUp, startNode } from './node.ts';
import { ownPostgres } from './postgres.ts';
import { startWriters } from './writers.ts';

const kills = sized(3, 20);
const betweenMs = sized([500, 1500], [8_000, 18_000]) as [number, number];

test('the server killed again and again under 16 writers', { timeout: sized(120_000, 900_000) }, async () => {
  const random = chance('app killed');
  const postgres = await ownPostgres();
  const node = await startNode(postgres.connection);
  const people = await Promise.all(Array.from({ length: 8 }, () => signUp(node.call)));
  const ledger = openLedger();
  const writers = startWriters({ ledger, url: node.url, people, random });
  const back: number[] = [];
  for (let kill = 0; kill < kills; kill++) {
    const [least, most] = betweenMs;
    await sleep(least + random() * (most - least));
    await node.kill();
    node.launch();
    back.push(await node.ready());
  }
  await sleep(500);
  await writers.stop();

  const statuses = new Set(writers.attempts.map(({ status }) => status));
  expect([...statuses].filter((status) => ![0, 200, 201, 409, 422, 503].includes(status))).toEqual([]);
  record('app killed', { kills, 'ready after at most, ms': Math.max(...back) });
  await audit('app killed', ledger, { node, people, postgres });
  if (isLong) expect(Math.max(...back)).toBeLessThanOrEqual(3000);
});
