import { expect, test } from 'vitest';
import { testApp } from '../app.ts';
import { daily, report, write } from './diary.ts';

const { person } = await testApp();

const range = 'from=2026-03-01&to=2026-03-31';

test('a day’s value is the mean of its entries in the group', async () => {
  const anna = await person();
  await write(anna, [
    { at: '2026-03-02T08:00:00Z', mood: 2, category: 'work', tags: ['a', 'b'] },
    { at: '2026-03-02T12:00:00Z', mood: 4, category: 'work', tags: ['b'] },
    { at: '2026-03-02T18:00:00Z', mood: 9, category: 'home' },
    { at: '2026-03-03T12:00:00Z', mood: 8, category: 'work', tags: ['b'] },
    { at: '2026-03-04T12:00:00Z', text: 'no mood', category: 'quiet', tags: ['c'] },
  ]);
  const { groups, rule } = await report(anna, `breakdown?by=category&${range}`);
  expect(rule).toMatchObject({ days_logged: 2, entries: 4 });
  expect(groups).toEqual([
    // Days of 3 and 8.
    { key: 'work', mean: 5.5, days: 2, entries: 3, ci95: null },
    { key: 'home', mean: 9, days: 1, entries: 1, ci95: null },
  ]);
  const byEntry = await report(anna, `breakdown?by=category&weighting=entry&${range}`);
  expect(byEntry.groups[0].mean).toBe(4.6667);
  expect((await report(anna, `breakdown?by=tag&${range}`)).groups).toEqual([
    { key: 'b', mean: 5.5, days: 2, entries: 3, ci95: null },
    { key: 'a', mean: 2, days: 1, entries: 1, ci95: null },
  ]);
});

test('weekdays are those of the local day, hours those of the clock where it was written', async () => {
  const anna = await person();
  await anna.call('PATCH', '/me', { body: { day_start_minutes: 240 } });
  await write(anna, [
    // Half past one on Monday in Paris, which still belongs to Sunday.
    { at: '2026-03-02T00:30:00Z', mood: 3, time_zone: 'Europe/Paris' },
    { at: '2026-03-02T23:00:00Z', mood: 5, time_zone: 'Asia/Tokyo' },
    // CET has summer time: two o'clock there, not one.
    { at: '2026-07-06T00:10:00Z', mood: 7, time_zone: 'CET' },
  ]);
  const keys = async (by: string, days: string) => {
    const { groups } = await report(anna, `breakdown?by=${by}&${days}`);
    return groups.map(({ key, mean }: { key: string; mean: number }) => [key, mean]);
  };
  expect(await keys('weekday', range)).toEqual([
    ['2', 5],
    ['7', 3],
  ]);
  expect(await keys('hour', range)).toEqual([
    ['1', 3],
    ['8', 5],
  ]);
  expect(await keys('hour', 'from=2026-07-01&to=2026-07-31')).toEqual([['2', 7]]);
});

test('hours of the day on which the clock goes back are told apart by nothing but the clock', async () => {
  const anna = await person();
  await write(anna, [
    { at: '2025-10-26T00:30:00Z', mood: 4, time_zone: 'Europe/Paris' },
    { at: '2025-10-26T01:30:00Z', mood: 6, time_zone: 'Europe/Paris' },
  ]);
  const { groups } = await report(anna, 'breakdown?by=hour&from=2025-10-26&to=2025-10-26');
  expect(groups).toEqual([{ key: '2', mean: 5, days: 1, entries: 2, ci95: null }]);
});

test('from five days on a mean has an interval, wider where days resemble each other', async () => {
  const some = await person();
  const intervals = async () => {
    const { groups } = await report(some, `breakdown?by=category&${range}`);
    return groups.map(({ days, ci95 }: { days: number; ci95: unknown }) => [days, ci95]);
  };
  await write(some, daily('2026-03-01', [3, 6, 4, 7]));
  expect(await intervals()).toEqual([[4, null]]);
  await write(some, daily('2026-03-05', [5]));
  expect(await intervals()).toEqual([[5, [expect.any(Number), expect.any(Number)]]]);
  const width = async (moods: number[]) => {
    const anna = await person();
    await write(anna, daily('2026-03-01', moods));
    const { groups } = await report(anna, `breakdown?by=category&${range}`);
    const [{ mean, ci95 }] = groups;
    expect(ci95[0]).toBeLessThan(mean);
    expect(mean).toBeLessThan(ci95[1]);
    return ci95[1] - ci95[0];
  };
  const shuffled = Array.from({ length: 28 }, (_, n) => 3 + ((n * 11) % 7));
  const held = shuffled.map((_, n) => shuffled[Math.floor(n / 3)]!);
  expect(await width(held)).toBeGreaterThan(1.5 * (await width(shuffled)));
});

test('without a choice it is by category', async () => {
  const anna = await person();
  await write(anna, [{ mood: 5, category: 'x' }]);
  expect((await report(anna, 'breakdown')).groups[0].key).toBe('x');
});
