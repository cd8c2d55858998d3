import { expect, test } from 'vitest';
import { testApp } from '../app.ts';
import { daily, report, write } from './diary.ts';
import { random } from '../../src/demo/random.ts';
import { simulate } from './simulate.ts';

const { person } = await testApp();

async function shiftsOf(moods: readonly (number | null)[]) {
  const anna = await person();
  await write(anna, daily('2025-06-01', moods));
  const to = new Date(Date.UTC(2025, 5, moods.length)).toISOString().slice(0, 10);
  return report(anna, `shifts?from=2025-06-01&to=${to}`);
}

test('a new level is found with the day it began, over gaps too', async () => {
  const { next } = random(7);
  const moods = Array.from({ length: 120 }, (_, n) => {
    const level = n < 50 ? 4 : 7;
    return next() < 0.2 ? null : level + Math.floor(next() * 3) - 1;
  });
  const { shifts, rule } = await shiftsOf(moods);
  expect(shifts).toHaveLength(1);
  const [{ day, before_mean, after_mean, difference, ci95 }] = shifts;
  expect(Math.abs(Date.parse(day) - Date.parse('2025-07-21')) / 86_400_000).toBeLessThanOrEqual(2);
  expect([Math.round(before_mean), Math.round(after_mean)]).toEqual([4, 7]);
  expect(difference).toBeCloseTo(after_mean - before_mean, 3);
  expect(ci95[0]).toBeGreaterThan(2);
  expect(ci95[1]).toBeLessThan(4);
  expect(rule.days_logged).toBe(moods.filter((mood) => mood !== null).length);
});

test('there and back is two', async () => {
  const { next } = random(2);
  const moods = Array.from(
    { length: 150 },
    (_, n) => (n >= 50 && n < 100 ? 3 : 7) + Math.floor(next() * 3) - 1,
  );
  const { shifts } = await shiftsOf(moods);
  expect(shifts.map(({ difference }: { difference: number }) => Math.round(difference))).toEqual([-4, 4]);
});

test.each([
  ['nothing', []],
  ['one day', [5]],
  ['200 days of the same mood', Array<number>(200).fill(6)],
  ['moods that only wander', simulate(4, { days: 200, tags: 0, share: 0 }).map(({ mood }) => mood)],
])('in %s there is none', async (_what, moods) => {
  expect((await shiftsOf(moods.length === 0 ? [null] : moods)).shifts).toEqual([]);
});
