import { expect, test } from 'vitest';
import { testApp } from '../app.ts';
import { report, write } from './diary.ts';

const { person } = await testApp();

const texts = ({ entries }: { entries: { text: string }[] }) => entries.map(({ text }) => text);

test('shows the entries of this month and day in earlier years, the newest first', async () => {
  const anna = await person();
  await write(anna, [
    { text: 'this year', mood: 5, at: '2025-03-14T12:00:00Z' },
    { text: 'last year', mood: 6, at: '2024-03-14T12:00:00Z' },
    { text: 'last year, later', at: '2024-03-14T13:00:00Z' },
    { text: 'the day before', at: '2024-03-13T12:00:00Z' },
    { text: 'next year', at: '2026-03-14T12:00:00Z' },
    { text: 'long ago', at: '1999-03-14T12:00:00Z' },
    { text: 'here still the 13th', at: '2023-03-14T02:00:00Z', time_zone: 'America/New_York' },
  ]);
  const found = await report(anna, 'on-this-day?day=2025-03-14');
  expect(texts(found)).toEqual(['last year, later', 'last year', 'long ago']);
  expect(found.rule).toMatchObject({ from: '1999-03-14', to: '2025-03-14', days_logged: 2, entries: 2 });
  expect(found.entries[1]).toEqual((await anna.call('GET', `/entries/${found.entries[1].id}`)).json);
  expect(texts(await report(anna, 'on-this-day?day=2025-03-14&from=2010-01-01'))).toHaveLength(2);
  await anna.call('DELETE', `/entries/${found.entries[0].id}`);
  expect(texts(await report(anna, 'on-this-day?day=2025-03-14'))).toEqual(['last year', 'long ago']);
});

test('29 February comes in leap years only', async () => {
  const anna = await person();
  await write(anna, [
    { text: 'leap', at: '2020-02-29T12:00:00Z' },
    { text: 'day after', at: '2023-03-01T12:00:00Z' },
    { text: 'day before', at: '2023-02-28T12:00:00Z' },
  ]);
  const leap = await report(anna, 'on-this-day?day=2024-02-29');
  expect([texts(leap), leap.notes]).toEqual([['leap'], ['29 February comes in leap years only.']]);
  expect(texts(await report(anna, 'on-this-day?day=2025-02-28'))).toEqual(['day before']);
  expect(texts(await report(anna, 'on-this-day?day=2025-03-01'))).toEqual(['day after']);
});

test('without a day it is today, where the diary is', async () => {
  const anna = await person();
  await anna.call('PATCH', '/me', { body: { time_zone: 'Pacific/Kiritimati' } });
  const today = new Intl.DateTimeFormat('sv', { timeZone: 'Pacific/Kiritimati' }).format(new Date());
  const found = await report(anna, 'on-this-day');
  expect(found).toMatchObject({ entries: [], rule: { from: today, to: today, days_logged: 0 } });
});
