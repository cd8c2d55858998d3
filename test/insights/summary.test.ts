import { expect, test } from 'vitest';
import { testApp } from '../app.ts';
import { daily, report, write } from './diary.ts';

const { person } = await testApp();

test('an empty diary has figures for nothing, and says so', async () => {
  const anna = await person();
  const today = new Date().toISOString().slice(0, 10);
  const { rule, notes, ...figures } = await report(anna, 'summary');
  expect(rule).toEqual({
    from: new Date(Date.parse(today) - 89 * 86_400_000).toISOString().slice(0, 10),
    to: today,
    weighting: 'day',
    day_start_minutes: 0,
    days_in_range: 90,
    days_logged: 0,
    logging_rate: 0,
    entries: 0,
  });
  expect(notes).toEqual(['No day in this range has a mood.']);
  expect(figures).toEqual({
    mean: null,
    median: null,
    sd: null,
    distribution: { 1: 0, 2: 0, 3: 0, 4: 0, 5: 0, 6: 0, 7: 0, 8: 0, 9: 0, 10: 0 },
    best_day: null,
    worst_day: null,
    streak: { current: 0, longest: 0 },
    change: { previous_mean: null, difference: null, ci95: null },
  });
});

test('each day counts once with the mean of its moods; a day without a mood is missing', async () => {
  const anna = await person();
  await write(anna, [
    { at: '2026-03-01T08:00:00Z', mood: 2 },
    { at: '2026-03-01T12:00:00Z', mood: 3 },
    { at: '2026-03-01T20:00:00Z', mood: 5 },
    { at: '2026-03-02T12:00:00Z', text: 'no mood' },
    { at: '2026-03-03T12:00:00Z', mood: 8 },
    { at: '2026-03-03T13:00:00Z', text: 'nor here' },
    { at: '2026-03-04T12:00:00Z', mood: 8, measures: { sleep: 7 } },
    { at: '2026-03-05T12:00:00Z', measures: { sleep: 6 } },
  ]);
  const byDay = await report(anna, 'summary?from=2026-03-01&to=2026-03-10');
  expect(byDay.rule).toMatchObject({ days_in_range: 10, days_logged: 3, logging_rate: 0.3, entries: 5 });
  // Days of 10/3, 8 and 8.
  expect(byDay).toMatchObject({ mean: 6.4444, median: 8, sd: 2.6943 });
  expect(byDay.distribution).toMatchObject({ 2: 1, 3: 1, 5: 1, 8: 2, 10: 0 });
  expect(byDay.best_day).toEqual({ day: '2026-03-03', mean: 8 });
  expect(byDay.worst_day).toEqual({ day: '2026-03-01', mean: 3.3333 });
  const byEntry = await report(anna, 'summary?from=2026-03-01&to=2026-03-10&weighting=entry');
  // Moods 2, 3, 5, 8, 8.
  expect(byEntry).toMatchObject({ mean: 5.2, median: 5, sd: 2.7749, rule: { weighting: 'entry' } });
});

test('the trash never counts, and what comes back does', async () => {
  const anna = await person();
  const { json } = await anna.call('POST', '/entries', { body: { mood: 9, at: '2026-03-01T12:00:00Z' } });
  const path = 'summary?from=2026-03-01&to=2026-03-01';
  await anna.call('DELETE', `/entries/${json.id}`);
  expect(await report(anna, path)).toMatchObject({ mean: null, sd: null, streak: { longest: 0 } });
  await anna.call('POST', `/entries/${json.id}/restore`);
  expect(await report(anna, path)).toMatchObject({ mean: 9, sd: null, streak: { longest: 1 } });
});

test('the change is against as many days before, with an interval where there is enough', async () => {
  const anna = await person();
  await write(anna, daily('2026-03-01', [4, 5, 6, 5, 4, 6, 7, 8, 7, 8, 7, 8]));
  const { change } = await report(anna, 'summary?from=2026-03-07&to=2026-03-12');
  expect(change).toMatchObject({ previous_mean: 5, difference: 2.5 });
  // Six independent days on either side: errors √(.8/6) and √(.3/6); SciPy's ttest_ind(equal_var=False).
  expect(change.ci95).toEqual([1.5186, 3.4814]);
  const first = await report(anna, 'summary?from=2026-03-01&to=2026-03-06');
  expect(first.change).toEqual({ previous_mean: null, difference: null, ci95: null });
});

const ago = (days: number) => new Date(Date.now() - days * 86_400_000).toISOString();

test.each([
  ['alive today', [0, 1, 2, 5], { current: 3, longest: 3 }],
  ['alive until today ends', [1, 2, 5, 6, 7], { current: 2, longest: 3 }],
  ['over', [2, 3], { current: 0, longest: 2 }],
  ['of one day', [0], { current: 1, longest: 1 }],
])('a streak is %s', async (_what, days, streak) => {
  const anna = await person();
  await write(
    anna,
    days.map((each) => ({ text: 'any entry', at: ago(each) })),
  );
  // Over all time, whatever the range.
  expect((await report(anna, 'summary?from=2001-01-01&to=2001-01-02')).streak).toEqual(streak);
});

test('days are those of the wall clock and of the hour at which a day starts', async () => {
  const anna = await person();
  await write(anna, [
    { mood: 3, at: '2026-03-28T22:30:00Z', time_zone: 'Europe/Paris' },
    // The clock goes from 2 to 3 here.
    { mood: 5, at: '2026-03-29T00:30:00Z', time_zone: 'Europe/Paris' },
    { mood: 7, at: '2026-03-29T01:30:00Z', time_zone: 'Europe/Paris' },
    { mood: 9, at: '2026-03-29T16:00:00Z', time_zone: 'Pacific/Auckland' },
  ]);
  const path = 'calendar?from=2026-03-27&to=2026-03-31';
  const days = async () => {
    const { days: found } = await report(anna, path);
    return found.map(({ day, mean }: { day: string; mean: number }) => [day, mean]);
  };
  expect(await days()).toEqual([
    ['2026-03-28', 3],
    ['2026-03-29', 6],
    ['2026-03-30', 9],
  ]);
  await anna.call('PATCH', '/me', { body: { day_start_minutes: 240 } });
  expect(await days()).toEqual([
    ['2026-03-28', 5],
    ['2026-03-30', 9],
  ]);
  expect((await report(anna, path)).rule.day_start_minutes).toBe(240);
});
