import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { qValues } from '../../src/insights/statistics/benjamini-hochberg.ts';
import { bootstrapInterval } from '../../src/insights/statistics/bootstrap.ts';
import { permutationP } from '../../src/insights/statistics/permutation.ts';
import { centred, slopeOf, sumsOf } from '../../src/insights/statistics/slope.ts';
import { testApp } from '../app.ts';
import { report, write } from './diary.ts';

const { person } = await testApp();

const zones = ['UTC', 'Europe/Paris', 'America/New_York', 'Asia/Tokyo', 'Pacific/Auckland'];
const entry = fc.record({
  // Within three weeks, over the change to summer time.
  at: fc
    .integer({ min: 0, max: 21 * 1440 - 1 })
    .map((minute) => new Date(Date.UTC(2026, 2, 15, 0, minute)).toISOString()),
  time_zone: fc.constantFrom(...zones),
  mood: fc.option(fc.integer({ min: 1, max: 10 })),
  text: fc.constant('x'),
  category: fc.constantFrom('a', 'b'),
  tags: fc.subarray(['s', 't', 'u']),
});

interface Part {
  mean: number | null;
  days: number;
  entries: number;
}

test('the reports agree with each other, whatever was written', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(entry, { maxLength: 25 }),
      fc.constantFrom('day', 'entry'),
      fc.integer({ min: 0, max: 720 }),
      async (entries, weighting, dayStart) => {
        const anna = await person();
        await anna.call('PATCH', '/me', { body: { day_start_minutes: dayStart } });
        await write(anna, entries);
        const range = `weighting=${weighting}&from=2026-03-10&to=2026-04-10`;
        const summary = await report(anna, `summary?${range}`);
        const sum = (parts: Part[], member: 'days' | 'entries') =>
          parts.reduce((total, each) => total + each[member], 0);
        const moods = entries.filter(({ mood }) => mood !== null).length;
        expect(summary.rule.entries).toBe(moods);
        const inDistribution = Object.values<number>(summary.distribution).reduce((a, b) => a + b, 0);
        expect(inDistribution).toBe(moods);
        for (const bucket of ['day', 'week', 'month']) {
          const { buckets, rule } = await report(anna, `series?bucket=${bucket}&${range}`);
          expect(rule).toEqual(summary.rule);
          expect([sum(buckets, 'days'), sum(buckets, 'entries')]).toEqual([rule.days_logged, moods]);
        }
        const { days } = await report(anna, `calendar?${range}`);
        expect(sum(days, 'entries')).toBe(entries.length);
        const logged = days.filter(({ mean }: Part) => mean !== null);
        expect(logged).toHaveLength(summary.rule.days_logged);
        for (const by of ['category', 'weekday', 'hour']) {
          const { groups, rule } = await report(anna, `breakdown?by=${by}&${range}`);
          expect(rule).toEqual(summary.rule);
          expect(sum(groups, 'entries')).toBe(moods);
        }
        const { groups } = await report(anna, `breakdown?by=weekday&${range}`);
        expect(sum(groups, 'days')).toBe(summary.rule.days_logged);
        const effects = await report(anna, `effects?${range}`);
        expect([effects.rule, effects.notes]).toEqual([summary.rule, summary.notes]);
      },
    ),
    { numRuns: 12 },
  );
});

const sample = fc
  .array(fc.record({ x: fc.integer({ min: 0, max: 3 }), y: fc.integer({ min: 1, max: 10 }) }), {
    minLength: 12,
    maxLength: 60,
  })
  .filter((days) => new Set(days.map(({ x }) => x)).size > 1)
  .map((days) => ({
    x: Float64Array.from(days, ({ x }) => x),
    y: Float64Array.from(days, ({ y }) => y),
    w: new Float64Array(days.length).fill(1),
  }));

describe('the statistics', () => {
  test('give the same for the same data, and p lies above 0 and up to 1', () => {
    fc.assert(
      fc.property(sample, (each) => {
        const p = permutationP(each, 499);
        expect(p).toBe(permutationP(each, 499));
        expect(p).toBeGreaterThan(0);
        expect(p).toBeLessThanOrEqual(1);
        expect(bootstrapInterval(each)).toEqual(bootstrapInterval(each));
      }),
      { numRuns: 40 },
    );
  });

  test('the slope does not move with the middle of the scales, and turns with a mood upside down', () => {
    fc.assert(
      fc.property(sample, (each) => {
        const slope = slopeOf(sumsOf(each));
        expect(slopeOf(sumsOf(centred(each)))).toBeCloseTo(slope, 9);
        const turned = { ...each, y: each.y.map((y) => 11 - y) };
        expect(slopeOf(sumsOf(turned))).toBeCloseTo(-slope, 9);
        expect(permutationP(turned, 499)).toBeGreaterThan(0);
      }),
    );
  });

  test('q is never under p, keeps its order, and is p for a single test', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1 }), (p) => {
        const q = qValues(p);
        for (const [i, each] of q.entries()) {
          expect(each).toBeGreaterThanOrEqual(p[i]! * (1 - 1e-12));
          expect(each).toBeLessThanOrEqual(1);
        }
        const byP = q.map((each, i) => [p[i]!, each] as const).sort(([a], [b]) => a - b);
        expect(byP.map(([, each]) => each)).toEqual(q.toSorted((a, b) => a - b));
        expect(qValues([p[0]!])).toEqual([p[0]]);
      }),
    );
  });
});
