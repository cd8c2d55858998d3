import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { effectiveSize, lagOneCorrelation } from '../../src/insights/statistics/autocorrelation.ts';
import { autoregression } from '../../src/insights/statistics/autoregression.ts';
import { qValues } from '../../src/insights/statistics/benjamini-hochberg.ts';
import { differenceOf, estimateMean, intervalOf } from '../../src/insights/statistics/mean-interval.ts';
import { mean, median, standardDeviation, variance } from '../../src/insights/statistics/moments.ts';
import { permutationP } from '../../src/insights/statistics/permutation.ts';
import { slopeOf, sumsOf } from '../../src/insights/statistics/slope.ts';
import { studentQuantile, studentTail } from '../../src/insights/statistics/student.ts';
import { whitened } from '../../src/insights/statistics/whiten.ts';

// What NumPy and SciPy say, made by reference/reference.py.
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- its shape is that of the script
const reference: Record<string, any[]> = JSON.parse(
  readFileSync(new URL('reference/reference.json', import.meta.url), 'utf8'),
);

/** Equal to 1e-9 of the larger, or absolutely where it is small. */
function close(found: number | number[], expected: number | number[]): void {
  const [a, b] = [[found].flat(), [expected].flat()];
  expect(a).toHaveLength(b.length);
  for (const [i, each] of a.entries()) {
    expect(Math.abs(each - b[i]!)).toBeLessThanOrEqual(1e-9 * Math.max(1, Math.abs(b[i]!)));
  }
}

const numbered = (name: string) => (reference[name] ?? []).map((each, n) => [n, each] as const);
const floats = (values: number[]) => Float64Array.from(values);

describe('as SciPy and NumPy have it, to 1e-9', () => {
  test.each(numbered('student'))('Student’s t %i', (_n, { p, freedom, t, tail }) => {
    close(studentQuantile(p, freedom), t);
    close(studentTail(2.5, freedom), tail);
  });

  test.each(numbered('moments'))('moments %i', (_n, each) => {
    close(mean(each.values), each.mean);
    close(variance(each.values), each.variance);
    close(standardDeviation(each.values), each.sd);
    close(median(each.values), each.median);
  });

  test.each(numbered('slopes'))(
    'slopes, and differences of means, with and without weights %i',
    (_n, each) => {
      close(slopeOf(sumsOf({ x: floats(each.x), y: floats(each.y), w: floats(each.w) })), each.slope);
    },
  );

  test.each(numbered('discovery'))('Benjamini and Hochberg’s q %i', (_n, { p, q }) => {
    close(qValues(p), q);
  });

  test.each(numbered('means'))('means of days that resemble each other, with gaps %i', (_n, each) => {
    const dated = each.days.map((day: number, i: number) => ({
      day,
      value: each.values[i],
      weight: each.weights[i],
    }));
    const phi = lagOneCorrelation(dated);
    close(phi, each.phi);
    close(effectiveSize(dated, phi), each.size);
    // Days are counted from 1970, and the same before.
    const long = dated.map((one: (typeof dated)[number]) => ({ ...one, day: one.day - 20_000 }));
    close(effectiveSize(long, phi), each.size);
    const found = estimateMean(dated, phi)!;
    close([found.mean, found.error], [each.mean, each.error]);
    close(intervalOf(found), each.interval);
  });

  test.each(numbered('differences'))('Welch’s difference %i', (_n, { later, earlier, freedom, interval }) => {
    const estimate = (values: number[]) =>
      estimateMean(
        values.map((value, day) => ({ day, value, weight: 1 })),
        0,
      )!;
    const found = differenceOf(estimate(later), estimate(earlier));
    close(found.freedom, freedom);
    close(intervalOf(found), interval);
  });

  test.each(numbered('autoregressions'))('an autoregression %i', (_n, { values, means, weights }) => {
    close([...autoregression(floats(values), means).weights], weights);
  });
});

test.each(numbered('permutations'))(
  'p of single days is that of all ways to choose them, but for chance %i',
  (_n, { x, y, p }) => {
    const w = new Float64Array(x.length).fill(1);
    const orders = 19_999;
    const found = permutationP({ x: floats(x), y: floats(y), w }, orders);
    // Four standard errors of counting 200 extremes, the least that the test counts.
    expect(Math.abs(found - p)).toBeLessThan(4 * p * Math.sqrt(1 / 200) + 4 / orders);
  },
);

test('surprises are what φ does not foretell, over gaps too', () => {
  const sample = { x: floats([1, 0, 2]), y: floats([2, -1, 3]), w: floats([1, 1, 1]) };
  const { x, y } = whitened(sample, [5, 6, 9], 0.5);
  const wide = Math.sqrt(0.75 / (1 - 0.5 ** 6));
  close([...y], [2 * Math.sqrt(0.75), -1 - 0.5 * 2, wide * (3 - 0.5 ** 3 * -1)]);
  close([...x], [Math.sqrt(0.75), 0 - 0.5, wide * (2 - 0)]);
  expect(whitened(sample, [5, 6, 9], 0)).toEqual(sample);
});
