import { expect, test } from 'vitest';
import { testApp } from '../app.ts';

const { person, call } = await testApp();

test('the account is read and changed; read-only members are ignored, unknown ones refused', async () => {
  const anna = await person();
  const { json: me } = await anna.call('GET', '/me');
  const changed = await anna.call('PATCH', '/me', {
    body: { ...me, name: 'Änna 👩', time_zone: 'Asia/Kathmandu', id: 'x' },
  });
  expect([changed.status, changed.json]).toEqual([
    200,
    { ...me, name: 'Änna 👩', time_zone: 'Asia/Kathmandu' },
  ]);
  expect((await anna.call('GET', '/me')).json).toEqual(changed.json);
  const back = await anna.call('PATCH', '/me', { body: { name: null, time_zone: null } });
  expect(back.json).toEqual(me);
  for (const [body, pointer] of [
    [{ admin: true }, '/admin'],
    [{ day_start_minutes: 721 }, '/day_start_minutes'],
    [{ day_start_minutes: -1 }, '/day_start_minutes'],
    [{ time_zone: 'CEST+2' }, '/time_zone'],
    [{ name: 'x'.repeat(201) }, '/name'],
  ] as const) {
    const { status, json } = await anna.call('PATCH', '/me', { body });
    expect([pointer, status, json.errors?.[0].pointer]).toEqual([pointer, 422, pointer]);
  }
});

test('when a day starts decides the day of entries, those written before too', async () => {
  const anna = await person();
  await anna.call('PATCH', '/me', { body: { time_zone: 'Europe/Paris' } });
  const write = async (at: string) => (await anna.call('POST', '/entries', { body: { mood: 5, at } })).json;
  const night = await write('2026-07-01T00:30:00Z');
  const noon = await write('2026-07-01T10:00:00Z');
  expect([night.local_day, noon.local_day]).toEqual(['2026-07-01', '2026-07-01']);

  expect((await anna.call('PATCH', '/me', { body: { day_start_minutes: 240 } })).json.day_start_minutes).toBe(
    240,
  );
  const read = async (id: string) => (await anna.call('GET', `/entries/${id}`)).json;
  expect(await read(night.id)).toMatchObject({ local_day: '2026-06-30', version: 2 });
  expect(await read(noon.id)).toMatchObject({ local_day: '2026-07-01', version: 1 });
  expect(await write('2026-07-02T01:59:59.999Z')).toMatchObject({ local_day: '2026-07-01' });
  expect(await write('2026-07-02T02:00:00Z')).toMatchObject({ local_day: '2026-07-02' });

  await anna.call('PATCH', '/me', { body: { day_start_minutes: null } });
  expect(await read(night.id)).toMatchObject({ local_day: '2026-07-01', version: 3 });
});

test('CET and its like are the zones with summer time, not fixed offsets', async () => {
  const anna = await person();
  for (const [zone, day] of [
    ['CET', '2026-07-02'],
    ['EET', '2026-07-02'],
    ['WET', '2026-07-01'],
    ['UTC', '2026-07-01'],
  ]) {
    const body = { mood: 5, at: '2026-07-01T22:30:00Z', time_zone: zone };
    expect([zone, (await anna.call('POST', '/entries', { body })).json.local_day]).toEqual([zone, day]);
  }
});

test('without a token nothing of an account is shown', async () => {
  for (const [method, path] of [
    ['GET', '/me'],
    ['PATCH', '/me'],
    ['GET', '/entries'],
    ['POST', '/entries'],
  ] as const) {
    const { status, json, headers } = await call(method, path, method === 'GET' ? {} : { body: {} });
    expect([method, path, status, json.code]).toEqual([method, path, 401, 'unauthenticated']);
    expect(headers['www-authenticate']).toBe('Bearer realm="daymark"');
  }
});
