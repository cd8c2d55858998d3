import { expect, test } from 'vitest';
import { effectsOf } from '../../src/insights/effects/judge.ts';
import { shiftsOf } from '../../src/insights/find-shifts.ts';
import { simulatedDiary } from './simulated-diary.ts';

// A short form, with the same seeds every time, of what bench/statistics.ts shows on more accounts.
const accounts = 20;
const diarist = { days: 200, tags: 12, share: 1 / 3 };

/** Accounts whose tag 0 adds so many points to the mood of its days, and all that is said of each. */
function effectsOfAll(planted: number) {
  return Array.from(
    { length: accounts },
    (_, n) => effectsOf(simulatedDiary(n, { ...diarist, planted }), 'day').effects,
  );
}

test('diaries without any effect: a false find in at most one of ten, intervals about 0 as often as they say', () => {
  const all = effectsOfAll(0);
  const wrong = all.filter((effects) => effects.some(({ verdict }) => verdict === 'likely')).length;
  expect(wrong / accounts).toBeLessThanOrEqual(0.1);
  const intervals = all.flat().flatMap(({ ci95 }) => (ci95 === null ? [] : [ci95 as [number, number]]));
  expect(intervals.length).toBe(accounts * 24);
  const held = intervals.filter(([low, high]) => low <= 0 && 0 <= high).length / intervals.length;
  expect(held).toBeGreaterThanOrEqual(0.92);
  expect(held).toBeLessThanOrEqual(0.98);
});

test('one point on a third of the days is found in at least four of five', () => {
  const all = effectsOfAll(1);
  const found = all.filter((effects) =>
    effects.some((each) => each.factor === 'tag 0' && each.lag_days === 0 && each.verdict === 'likely'),
  );
  expect(found.length / accounts).toBeGreaterThanOrEqual(0.8);
});

test('what merely follows from a bad yesterday is no effect', () => {
  const wrong = Array.from({ length: accounts }, (_, n) => {
    const { days, ...rest } = simulatedDiary(n, { days: 200, tags: 0, share: 0 });
    // Rests on the days after a mood under the middle.
    const after = days.filter((_each, i) => (days[i - 1]?.sum ?? 10) <= 5).map(({ day }) => day);
    const { effects } = effectsOf({ ...rest, days, tags: [{ name: 'rest', days: after }] }, 'day');
    return effects.find((each) => each.factor === 'rest' && each.lag_days === 0)!;
  });
  // The plain difference is there to see, and is not called likely.
  expect(wrong.filter(({ effect }) => (effect ?? 0) < -0.5).length / accounts).toBeGreaterThan(0.8);
  expect(wrong.filter(({ verdict }) => verdict === 'likely').length / accounts).toBeLessThanOrEqual(0.1);
});

test('moods that wander without a change of level have a shift in at most one of ten', () => {
  const found = Array.from({ length: accounts }, (_, n) =>
    shiftsOf(simulatedDiary(n, { days: 200, tags: 0, share: 0 }).days, 'day'),
  );
  expect(found.filter((shifts) => shifts.length > 0).length / accounts).toBeLessThanOrEqual(0.1);
});
