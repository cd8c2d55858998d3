import { expect, test } from 'vitest';
import { testApp, type Person } from '../app.ts';

const { person } = await testApp();

interface Entry {
  id: string;
  text: string;
}

async function write(someone: Person, entries: object[]): Promise<void> {
  for (const body of entries) {
    const { status, text } = await someone.call('POST', '/entries', { body });
    if (status !== 201) throw new Error(text);
  }
}

/** The texts on all pages of a list, following its cursors. */
async function walk(someone: Person, query: string): Promise<string[]> {
  const texts: string[] = [];
  for (let cursor = ''; ;) {
    const { status, json, text } = await someone.call('GET', `/entries?${query}${cursor}`);
    if (status !== 200) throw new Error(text);
    texts.push(...json.entries.map((entry: Entry) => entry.text));
    if (json.next_cursor === null) return texts;
    cursor = `&cursor=${json.next_cursor}`;
  }
}

const at = (minute: number) => new Date(Date.UTC(2026, 2, 1, 12, minute)).toISOString();

test('pages in both orders hold each entry once, also where many share a time', async () => {
  const anna = await person();
  const minutes = [0, 1, 2, 2, 2, 2, 3, 4];
  await write(
    anna,
    minutes.map((minute, index) => ({ text: `e${index}`, at: at(minute) })),
  );
  const newest = await walk(anna, 'limit=3');
  expect(newest).toHaveLength(8);
  expect(new Set(newest).size).toBe(8);
  expect(newest[0]).toBe('e7');
  expect(newest.at(-1)).toBe('e0');
  expect(await walk(anna, 'limit=3&order=asc')).toEqual(newest.toReversed());
  expect(await walk(anna, 'limit=8')).toEqual(newest);
});

test('a full last page says that it is the last', async () => {
  const anna = await person();
  await write(anna, [{ text: 'a' }, { text: 'b' }]);
  const { json, headers } = await anna.call('GET', '/entries?limit=2');
  expect([json.entries.length, json.next_cursor, headers['link']]).toEqual([2, null, undefined]);
});

test('the Link header leads to the next page', async () => {
  const anna = await person();
  await write(
    anna,
    [1, 2, 3].map((n) => ({ text: `e${n}`, at: at(n), tags: ['a & b', 'ü'] })),
  );
  const query = `tag=${encodeURIComponent('a & b')}&tag=${encodeURIComponent('ü')}&limit=2`;
  const { json, headers } = await anna.call('GET', `/entries?${query}`);
  expect(json.entries.map((entry: Entry) => entry.text)).toEqual(['e3', 'e2']);
  const next = /^<(.+)>; rel="next"$/.exec(String(headers['link']))?.[1] ?? '';
  expect((await anna.call('GET', next)).json.entries.map((entry: Entry) => entry.text)).toEqual(['e1']);
});

test('filters narrow, alone and together', async () => {
  const anna = await person();
  await write(anna, [
    {
      text: 'a',
      mood: 2,
      category: 'work',
      tags: ['x', 'y'],
      at: '2026-03-01T23:30:00Z',
      time_zone: 'Europe/Paris',
    },
    {
      text: 'b',
      mood: 5,
      category: 'work',
      tags: ['x'],
      at: '2026-03-01T22:30:00Z',
      time_zone: 'Europe/Paris',
    },
    {
      text: 'c',
      mood: 9,
      category: 'home',
      tags: ['y'],
      at: '2026-03-02T12:00:00Z',
      time_zone: 'Asia/Tokyo',
    },
    { text: 'd', category: 'home', at: '2026-02-28T12:00:00Z' },
  ]);
  const cases: [string, string[]][] = [
    ['', ['c', 'a', 'b', 'd']],
    ['category=work', ['a', 'b']],
    ['tag=x', ['a', 'b']],
    ['tag=x&tag=y', ['a']],
    ['mood_min=5', ['c', 'b']],
    ['mood_max=5', ['a', 'b']],
    ['mood_min=5&mood_max=5', ['b']],
    // By the day on the wall clock: 23:30 in UTC is the next day in Paris.
    ['from=2026-03-02', ['c', 'a']],
    ['to=2026-03-01', ['b', 'd']],
    ['from=2026-03-01&to=2026-03-01', ['b']],
    ['from=2026-03-01T22:30:00Z', ['c', 'a', 'b']],
    ['to=2026-03-01T23:30:00Z', ['b', 'd']],
    ['from=2026-03-02T00:30:00%2B01:00', ['c', 'a']],
    ['category=work&tag=y&mood_max=3&from=2026-03-02&to=2026-03-02&order=asc', ['a']],
    ['category=none', []],
    ['trash=true', []],
  ];
  for (const [query, texts] of cases) {
    expect([query, await walk(anna, `limit=1&${query}`)]).toEqual([query, texts]);
    const { json } = await anna.call('GET', `/entries?total=true&limit=1&${query}`);
    expect([query, json.total]).toEqual([query, texts.length]);
  }
});

test('a cursor is bound to its user and its parameters, and cannot be forged', async () => {
  const [anna, ben] = [await person(), await person()];
  await write(anna, [{ text: 'a' }, { text: 'b' }, { text: 'c' }]);
  const cursor = (await anna.call('GET', '/entries?limit=1')).json.next_cursor as string;
  expect((await anna.call('GET', `/entries?limit=2&cursor=${cursor}`)).json.entries).toHaveLength(2);
  const flipped = (cursor.startsWith('A') ? 'B' : 'A') + cursor.slice(1);
  const refused: [Person, string][] = [
    [ben, `cursor=${cursor}`],
    [anna, `cursor=${cursor}&order=asc`],
    [anna, `cursor=${cursor}&tag=x`],
    [anna, `cursor=${flipped}`],
    [anna, `cursor=${cursor}A`],
    [anna, `cursor=${cursor}%3D`],
    [anna, 'cursor='],
    [anna, 'cursor=abc'],
  ];
  for (const [someone, query] of refused) {
    const { status, json } = await someone.call('GET', `/entries?${query}`);
    expect([query, status, json.code]).toEqual([query, 400, 'invalid_cursor']);
  }
});

test('wrong parameters are refused by name', async () => {
  const anna = await person();
  const cases: [string, string][] = [
    ['limit=0', '?limit'],
    ['limit=101', '?limit'],
    ['limit=1e1', '?limit'],
    ['limit=', '?limit'],
    ['limit=5&limit=6', '?limit'],
    ['order=up', '?order'],
    ['total=1', '?total'],
    ['trash=yes', '?trash'],
    ['mood_min=11', '?mood_min'],
    ['from=yesterday', '?from'],
    ['from=2026-02-30', '?from'],
    ['to=2026-03-01T00:00:00', '?to'],
    ['page=2', '?page'],
    ['__proto__=2', '?__proto__'],
  ];
  for (const [query, pointer] of cases) {
    const { status, json } = await anna.call('GET', `/entries?${query}`);
    expect([query, status, json.errors?.[0].pointer]).toEqual([query, 422, pointer]);
  }
});
