import { expect, test } from 'vitest';
import { testApp } from '../app.ts';
import { daily, report, write } from './diary.ts';

const { person } = await testApp();

interface Bucket {
  start: string;
  mean: number | null;
  days: number;
  entries: number;
  min: number | null;
  max: number | null;
  rolling_7d: number | null;
}

const empty = { mean: null, days: 0, entries: 0, min: null, max: null, rolling_7d: null };

test('by day there is a bucket for every day, and the rolling mean reaches before the first', async () => {
  const anna = await person();
  await write(anna, daily('2026-03-01', [2, null, 4, null, null, 9, null, null, null, null, null, 6]));
  const { buckets, rule } = await report(anna, 'series?from=2026-03-05&to=2026-03-12');
  expect(rule).toMatchObject({ days_in_range: 8, days_logged: 2, entries: 2 });
  expect(buckets.map(({ start, mean, rolling_7d }: Bucket) => [start, mean, rolling_7d])).toEqual([
    // 2 and 4 alone are too few.
    ['2026-03-05', null, null],
    ['2026-03-06', 9, 5],
    ['2026-03-07', null, 5],
    ['2026-03-08', null, null],
    ['2026-03-09', null, null],
    ['2026-03-10', null, null],
    ['2026-03-11', null, null],
    ['2026-03-12', 6, null],
  ]);
  expect(buckets[0]).toEqual({ start: '2026-03-05', ...empty });
});

test('weeks start on Monday and months on the 1st, before the range too, but only its days count', async () => {
  const anna = await person();
  // 2026-03-01 is a Sunday.
  await write(anna, [
    ...daily('2026-02-24', [1, 1, 1, 1, 3]),
    { at: '2026-03-01T08:00:00Z', mood: 5 },
    { at: '2026-03-01T09:00:00Z', mood: 8 },
    { at: '2026-03-16T09:00:00Z', mood: 10 },
  ]);
  const weeks = await report(anna, 'series?bucket=week&from=2026-02-28&to=2026-03-16');
  expect(weeks.buckets).toEqual([
    { start: '2026-02-23', mean: 4.75, days: 2, entries: 3, min: 3, max: 6.5, rolling_7d: null },
    { start: '2026-03-02', ...empty },
    { start: '2026-03-09', ...empty },
    { start: '2026-03-16', mean: 10, days: 1, entries: 1, min: 10, max: 10, rolling_7d: null },
  ]);
  const byEntry = await report(anna, 'series?bucket=week&weighting=entry&from=2026-02-28&to=2026-03-01');
  expect(byEntry.buckets[0]).toMatchObject({ mean: 5.3333, min: 3, max: 6.5 });
  const months = await report(anna, 'series?bucket=month&from=2025-12-15&to=2026-03-02');
  expect(months.buckets.map(({ start, mean, days }: Bucket) => [start, mean, days])).toEqual([
    ['2025-12-01', null, 0],
    ['2026-01-01', null, 0],
    ['2026-02-01', 1.4, 5],
    ['2026-03-01', 6.5, 1],
  ]);
});

test('at either end of the calendar', async () => {
  const anna = await person();
  const first = await report(anna, 'series?from=0001-01-01&to=0001-01-03');
  expect(first.buckets.map(({ start }: Bucket) => start)).toEqual(['0001-01-01', '0001-01-02', '0001-01-03']);
  const last = await report(anna, 'series?bucket=month&from=9999-12-30&to=9999-12-31');
  expect(last.buckets).toEqual([{ start: '9999-12-01', ...empty }]);
  const early = await report(anna, 'series?to=0001-01-02');
  expect(early.rule).toMatchObject({ from: '0001-01-01', days_in_range: 2 });
});

test('a range that is too long is cut to its last days that there can be, with a note', async () => {
  const anna = await person();
  await write(anna, [{ mood: 7 }]);
  const today = new Date().toISOString().slice(0, 10);
  const { rule, notes, buckets } = await report(anna, 'series?bucket=month&from=0001-01-01&to=9999-12-31');
  expect(rule).toMatchObject({ to: today, days_in_range: 14_610, days_logged: 1 });
  expect(notes[0]).toBe(
    `The range was cut to the 14610 days up to ${today}: no more are looked at together.`,
  );
  expect(buckets.at(-1).mean).toBe(7);
  const past = await report(anna, 'series?bucket=month&from=1900-01-01&to=1959-12-31');
  expect(past.rule.to).toBe('1959-12-31');
});

test('the calendar has the days with an entry, those without a mood too', async () => {
  const anna = await person();
  await write(anna, [
    { at: '2024-02-29T09:00:00Z', mood: 4 },
    { at: '2024-02-29T19:00:00Z', mood: 7 },
    { at: '2024-02-29T20:00:00Z', text: 'no mood' },
    { at: '2024-12-31T12:00:00Z', text: 'nor here' },
    { at: '2025-01-01T12:00:00Z', mood: 3 },
  ]);
  const { days, rule } = await report(anna, 'calendar?year=2024');
  expect(days).toEqual([
    { day: '2024-02-29', mean: 5.5, entries: 3 },
    { day: '2024-12-31', mean: null, entries: 1 },
  ]);
  expect(rule).toMatchObject({
    from: '2024-01-01',
    to: '2024-12-31',
    days_in_range: 366,
    days_logged: 1,
    entries: 2,
  });
});
