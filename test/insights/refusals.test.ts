import { expect, test } from 'vitest';
import { testApp } from '../app.ts';
import { report, write } from './diary.ts';

const { person, call } = await testApp();

test('wrong parameters are refused by name', async () => {
  const anna = await person();
  const cases: [string, string][] = [
    ['summary?from=2026-03-02&to=2026-03-01', '?from'],
    ['effects?from=2999-01-01', '?from'],
    ['summary?from=2026-02-30', '?from'],
    ['summary?to=2026-03-01T00:00:00Z', '?to'],
    ['summary?weighting=week', '?weighting'],
    ['summary?bucket=day', '?bucket'],
    ['series?bucket=year', '?bucket'],
    ['breakdown?by=mood', '?by'],
    ['calendar?year=0', '?year'],
    ['calendar?year=2026.5', '?year'],
    ['calendar?year=2026&from=2026-01-01', '?year'],
    ['on-this-day?day=02-29', '?day'],
    ['on-this-day?day=2025-02-29', '?day'],
    ['shifts?from=x', '?from'],
  ];
  for (const [path, pointer] of cases) {
    const { status, json } = await anna.call('GET', `/insights/${path}`);
    expect([path, status, json.code, json.errors?.[0].pointer]).toEqual([
      path,
      422,
      'validation_failed',
      pointer,
    ]);
  }
});

test('nobody reads without a token', async () => {
  for (const path of ['summary', 'effects', 'shifts', 'on-this-day']) {
    expect((await call('GET', `/insights/${path}`)).status).toBe(401);
  }
});

test('an unchanged diary answers 304 to its tag; a write, or another rule for days, changes it', async () => {
  const anna = await person();
  const ask = (tag?: string) =>
    anna.call('GET', '/insights/summary', tag === undefined ? {} : { headers: { 'if-none-match': tag } });
  const tagOf = ({ headers }: { headers: object }) => (headers as { etag: string }).etag;
  const first = tagOf(await ask());
  expect((await ask(first)).status).toBe(304);
  await write(anna, [{ mood: 5 }]);
  const second = await ask(first);
  expect([second.status, second.json.mean]).toEqual([200, 5]);
  await anna.call('PATCH', '/me', { body: { day_start_minutes: 60 } });
  const third = await ask(tagOf(second));
  expect([third.status, third.json.rule.day_start_minutes]).toEqual([200, 60]);
});

test('today is the diary’s own', async () => {
  const anna = await person();
  for (const zone of ['Pacific/Kiritimati', 'Pacific/Pago_Pago']) {
    await anna.call('PATCH', '/me', { body: { time_zone: zone } });
    const today = new Intl.DateTimeFormat('sv', { timeZone: zone }).format(new Date());
    expect((await report(anna, 'summary')).rule.to).toBe(today);
  }
});

test('sparse logging is said aloud, and so is writing less on bad days', async () => {
  const anna = await person();
  // Every fourth day is a bad one, and nothing is written on the day after it.
  const days = Array.from({ length: 60 }, (_, n) => ({ n, mood: n % 4 === 0 ? 3 : 7 })).filter(
    ({ n }) => n % 4 !== 1,
  );
  await write(
    anna,
    days.map(({ n, mood }) => ({ at: new Date(Date.UTC(2026, 2, 1 + n, 12)).toISOString(), mood })),
  );
  const { notes } = await report(anna, 'summary?from=2026-03-01&to=2026-04-29');
  expect(notes).toEqual([
    'Days before a gap were 4.0 lower than other days: bad days may be missing, and the days that are here look better than all of them were.',
  ]);
  const sparse = await report(anna, 'series?from=2026-01-01&to=2026-04-29');
  expect(sparse.notes[0]).toBe(
    'Only 45 of 119 days have a mood: what is said here may not hold for the others.',
  );
});
