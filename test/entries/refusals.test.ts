import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { testApp } from '../app.ts';

const { person } = await testApp();
const anna = await person();

const ahead = (hours: number) => new Date(Date.now() + hours * 3_600_000).toISOString();

describe('a wrong member is refused by its pointer', () => {
  test.each<[string, object, string]>([
    ['text too long', { text: '😀'.repeat(20_001) }, '/text'],
    ['text null', { text: null, mood: 3 }, '/text'],
    ['text with U+0000', { text: 'a\0b' }, '/text'],
    ['text with a lone surrogate', { text: 'a\ud800b' }, '/text'],
    ['mood too low', { mood: 0 }, '/mood'],
    ['mood too high', { mood: 11 }, '/mood'],
    ['mood not whole', { mood: 5.5 }, '/mood'],
    ['mood as text', { mood: '5' }, '/mood'],
    ['mood as boolean', { mood: true }, '/mood'],
    ['category blank', { mood: 3, category: '\u00a0\u2003' }, '/category'],
    ['category empty', { mood: 3, category: '' }, '/category'],
    ['category too long', { mood: 3, category: 'x'.repeat(51) }, '/category'],
    ['category null', { mood: 3, category: null }, '/category'],
    ['too many tags', { mood: 3, tags: Array.from({ length: 33 }, (_, n) => `t${n}`) }, '/tags'],
    ['a tag twice', { mood: 3, tags: ['a', 'a'] }, '/tags'],
    ['a blank tag', { mood: 3, tags: ['a', ' '] }, '/tags/1'],
    ['a tag too long', { mood: 3, tags: ['x'.repeat(51)] }, '/tags/0'],
    ['a tag with a lone surrogate', { mood: 3, tags: ['\udc00'] }, '/tags/0'],
    ['tags no list', { mood: 3, tags: 'a' }, '/tags'],
    ['a measure’s name', { measures: { Sleep: 1 } }, '/measures/Sleep'],
    ['a measure’s name too long', { measures: { ['a'.repeat(41)]: 1 } }, `/measures/${'a'.repeat(41)}`],
    ['a measure as text', { measures: { sleep: '7' } }, '/measures/sleep'],
    ['a measure null', { measures: { sleep: null } }, '/measures/sleep'],
    [
      'too many measures',
      { measures: Object.fromEntries(Array.from({ length: 33 }, (_, n) => [`m${n}`, n])) },
      '/measures',
    ],
    ['measures a list', { measures: [1] }, '/measures'],
    ['no offset', { mood: 3, at: '2026-03-01T08:00:00' }, '/at'],
    ['a leap second', { mood: 3, at: '2016-12-31T23:59:60Z' }, '/at'],
    ['a day that is none', { mood: 3, at: '2025-02-29T08:00:00Z' }, '/at'],
    ['hour 24', { mood: 3, at: '2026-03-01T24:00:00Z' }, '/at'],
    ['before 1900', { mood: 3, at: '1899-12-31T23:59:59.999Z' }, '/at'],
    ['more than 24 hours ahead', { mood: 3, at: ahead(24.1) }, '/at'],
    ['an unknown time zone', { mood: 3, time_zone: 'Mars/Olympus' }, '/time_zone'],
    ['a time zone that PostgreSQL does not know', { mood: 3, time_zone: 'AET' }, '/time_zone'],
    ['a time zone that PostgreSQL takes for another', { mood: 3, time_zone: 'IST' }, '/time_zone'],
    ['an offset as time zone', { mood: 3, time_zone: '+02:00' }, '/time_zone'],
    ['an unknown member', { mood: 3, colour: 'red' }, '/colour'],
    ['an unknown member with a slash', { mood: 3, 'a/b~c': 1 }, '/a~1b~0c'],
  ])('%s', async (_what, body, pointer) => {
    const { status, json } = await anna.call('POST', '/entries', { body });
    expect([status, json.code]).toEqual([422, 'validation_failed']);
    expect(json.errors.map((error: { pointer: string }) => error.pointer)).toEqual([pointer]);
    expect(json.errors[0].detail).not.toBe('');
  });

  test('what cannot be a measure’s name, told with what can', async () => {
    for (const [method, path] of [
      ['POST', '/entries'],
      ['PUT', `/entries/${randomUUID()}`],
      ['PATCH', `/entries/${randomUUID()}`],
    ] as const) {
      const { json } = await anna.call(method, path, { body: { measures: { Sleep: 7 } } });
      const { pointer, detail } = json.errors[0] as { pointer: string; detail: string };
      expect([pointer, detail]).toEqual([
        '/measures/Sleep',
        'is no name of a measure: up to 40 lower-case letters, digits and _, of which the first is a letter',
      ]);
    }
  });

  test('__proto__ as a member, and as a measure', async () => {
    for (const [body, pointer] of [
      ['{"mood":3,"__proto__":{"mood":4}}', '/__proto__'],
      ['{"measures":{"__proto__":1}}', '/measures/__proto__'],
    ]) {
      const { status, json } = await anna.call('POST', '/entries', { body });
      expect([status, json.errors?.[0].pointer]).toEqual([422, pointer]);
    }
  });

  test('a number too large for JSON', async () => {
    const { status } = await anna.call('POST', '/entries', { body: '{"measures":{"a":1e999}}' });
    expect(status).toBe(422);
  });

  test('several are named at once', async () => {
    const { json } = await anna.call('POST', '/entries', { body: { mood: 11, category: '', colour: 1 } });
    const pointers = json.errors.map((error: { pointer: string }) => error.pointer).sort();
    expect(pointers).toEqual(['/category', '/colour', '/mood']);
  });
});

test.each([{}, { text: '' }, { text: ' \u2003\n' }, { tags: ['a'] }, { measures: {} }, { mood: null }])(
  'an entry of nothing is refused: %j',
  async (body) => {
    const { status, json } = await anna.call('POST', '/entries', { body });
    expect([status, json.code]).toEqual([422, 'entry_empty']);
  },
);

test('limits are taken to the last character', async () => {
  const tags = Array.from({ length: 32 }, (_, n) => String(n).padStart(50, 't'));
  const measures = Object.fromEntries(Array.from({ length: 32 }, (_, n) => [`m${n}`, n]));
  const body = {
    text: '😀'.repeat(20_000),
    category: '😀'.repeat(50),
    tags,
    measures,
    at: '1900-01-01T00:00:00Z',
  };
  const { status, json } = await anna.call('POST', '/entries', { body });
  expect([status, json.text, json.category]).toEqual([201, body.text, body.category]);
  expect((await anna.call('POST', '/entries', { body: { mood: 1, at: ahead(23.9) } })).status).toBe(201);
});

test('a patch cannot do what a write cannot', async () => {
  const { json: entry } = await anna.call('POST', '/entries', { body: { mood: 3, measures: { a: 1 } } });
  const measures = Object.fromEntries(Array.from({ length: 32 }, (_, n) => [`m${n}`, n]));
  for (const [body, pointer] of [
    [{ measures }, '/measures'],
    [{ at: ahead(25) }, '/at'],
    [{ tags: [' '] }, '/tags/0'],
    [{ mood: 0 }, '/mood'],
  ] as const) {
    const { status, json } = await anna.call('PATCH', `/entries/${entry.id}`, { body });
    expect([pointer, status, json.errors?.[0].pointer]).toEqual([pointer, 422, pointer]);
  }
  expect((await anna.call('GET', `/entries/${entry.id}`)).json.version).toBe(1);
});

test('an id that is no UUID names nothing', async () => {
  for (const id of ['1', 'null', '%20', 'x'.repeat(5000), '00000000-0000-0000-0000-00000000000g']) {
    const { status, json } = await anna.call('GET', `/entries/${id}`);
    expect([id, status, json.code]).toEqual([id, 404, 'entry_not_found']);
  }
});
