import { expect, test } from 'vitest';
import { testApp } from '../app.ts';
import { publishedContract } from '../contract.ts';
import { daily, report, write } from './diary.ts';

const { call, person } = await testApp();
const checkJson = await publishedContract(call);

const range = '?from=2025-03-01&to=2025-06-08';
const reports: [name: string, query: string][] = [
  ['summary', range],
  ['series', range],
  ['series', `${range}&bucket=month`],
  ['calendar', range],
  ['breakdown', range],
  ['breakdown', `${range}&by=hour`],
  ['effects', range],
  ['shifts', range],
  ['on-this-day', '?day=2026-03-01'],
];

async function check(someone: Awaited<ReturnType<typeof person>>): Promise<void> {
  for (const [name, query] of reports)
    checkJson(`GET /api/v1/insights/${name}`, 200, await report(someone, `${name}${query}`));
}

test('what an empty diary is answered is as the contract says', async () => {
  await check(await person());
});

test('so is what a full one is', async () => {
  const anna = await person();
  const moods = Array.from({ length: 100 }, (_, n) => (n % 9 === 8 ? null : (n < 50 ? 4 : 8) + (n % 3) - 1));
  await write(
    anna,
    daily('2025-03-01', moods, (n) => ({
      tags: n % 3 === 0 ? ['run'] : [],
      measures: { sleep: 6 + (n % 4), ran: n % 2 === 0 },
    })),
  );
  const { shifts } = await report(anna, `shifts${range}`);
  expect(shifts).toHaveLength(1);
  expect((await report(anna, 'on-this-day?day=2026-03-01')).entries).toHaveLength(1);
  await check(anna);
});
