import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { cpuOf } from '../../bench/growth/arithmetic.ts';
import { assumptions } from '../../bench/growth/assumptions.ts';

const read = (name: string) => readFileSync(new URL(`../../bench/${name}`, import.meta.url), 'utf8');
const [results, insights] = [read('RESULTS.md'), read('INSIGHTS.md')];

test('the arithmetic of growth finds every cost in the pages of the benchmarks', () => {
  const cpu = cpuOf(results, insights);
  expect(Object.keys(cpu).toSorted()).toEqual(Object.keys(assumptions.perActiveDay).toSorted());
  for (const { server } of Object.values(cpu)) expect(server).toBeGreaterThan(0);
  expect(cpu.effects.server).toBeGreaterThan(100);
});

const row = (seen: string) => `| claim | target | seen |\n| effects, cold, CPU of all | 1.5 s | ${seen} |`;

test.each([
  ['1.12 and 1.25 s (medians; single ones 1.05 to 1.71)', 1185],
  ['0.91 to 0.98 s', 945],
  ['**1.6 and 1.8 s**', 1700],
  ['1, 2 and 3 s', 2000],
  ['900 ms', 900],
])('of effects it takes "%s" for %d ms', (seen, ms) => {
  expect(cpuOf(results, row(seen)).effects.server).toBeCloseTo(ms, 6);
});

test.each([row('**missed**'), row('about a second'), '| effects, warm | 5 ms | 2.1 ms |'])(
  'a page that says nothing of it is refused: %s',
  (page) => {
    expect(() => cpuOf(results, page)).toThrow('INSIGHTS.md says nothing of the CPU of effects');
  },
);

test('so is a scenario that is missing', () => {
  expect(() => cpuOf(results.replace('| search |', '| found |'), insights)).toThrow(
    'RESULTS.md says nothing of search',
  );
});
