import { afterAll, expect, test } from 'vitest';
import { buildApp } from '../../src/app.ts';
import { caller, testApp } from '../app.ts';
import { watched } from '../watched.ts';

const { person, db, deps } = await testApp();

const aboutSessions = ['find_sessions', 'touch_session'];

const statements = watched(db);
const app = await buildApp({ ...deps, db: statements.db });
afterAll(() => app.close());

/** The names of the statements that run meanwhile, but for those that ask who is asking. */
async function since(work: () => Promise<unknown>): Promise<string[]> {
  return (await statements.since(work)).filter((name) => !aboutSessions.includes(name));
}

const paths = [
  '/entries',
  '/entries?limit=1&order=asc',
  '/entries?q=x&total=true',
  '/entries?trash=true',
  '/categories',
  '/tags',
  '/measures',
];

test.each(paths)('%s is 304 while nothing was written, and reads one row for that', async (path) => {
  const anna = await person();
  const call = caller(app, anna.token);
  const { json: entry } = await call('POST', '/entries', {
    body: { text: 'x', tags: ['t'], measures: { m: 1 } },
  });
  const first = await call('GET', path);
  const tag = String(first.headers['etag']);
  const asked = await since(async () => {
    const same = await call('GET', path, { headers: { 'if-none-match': tag } });
    expect([same.status, same.text, same.headers['etag']]).toEqual([304, '', tag]);
  });
  expect(asked).toEqual(['find_revision']);

  const writes: [string, string, object?][] = [
    ['PATCH', `/entries/${entry.id}`, { text: 'y x' }],
    ['DELETE', `/entries/${entry.id}`],
    ['POST', `/entries/${entry.id}/restore`],
    ['PUT', `/entries/${entry.id}`, { text: 'z x' }],
    ['PATCH', '/me', { day_start_minutes: 60 }],
    ['POST', '/entries', { mood: 3 }],
  ];
  let last = tag;
  for (const [method, where, body] of writes) {
    await call(method, where, body ? { body } : {});
    const changed = await call('GET', path, { headers: { 'if-none-match': last } });
    expect([method, changed.status]).toEqual([method, 200]);
    last = String(changed.headers['etag']);
  }
});

test('what changes nothing leaves the tag: a refused write, a failed precondition, another’s write', async () => {
  const [anna, ben] = [await person(), await person()];
  const { json: entry } = await anna.call('POST', '/entries', { body: { mood: 3 } });
  const tag = (await anna.call('GET', '/entries')).headers['etag'];
  await anna.call('POST', '/entries', { body: {} });
  await anna.call('PATCH', `/entries/${entry.id}`, { body: { mood: 4 }, headers: { 'if-match': '"9"' } });
  await anna.call('PATCH', `/entries/${entry.id}`, { body: { at: '2999-01-01T00:00:00Z' } });
  await anna.call('DELETE', `/entries/${entry.id}`, { headers: { 'if-match': '"9"' } });
  await ben.call('POST', '/entries', { body: { mood: 3 } });
  expect((await anna.call('GET', '/entries')).headers['etag']).toBe(tag);
});

test('two diaries at the same revision have different tags', async () => {
  const [anna, ben] = [await person(), await person()];
  for (const someone of [anna, ben]) await someone.call('POST', '/entries', { body: { mood: 3 } });
  const [a, b] = [await anna.call('GET', '/entries'), await ben.call('GET', '/entries')];
  expect(a.headers['etag']).not.toBe(b.headers['etag']);
  expect(a.headers['vary']).toBe('authorization, cookie');
});

test('many who ask at once for the same are computed for once', async () => {
  const anna = await person();
  await anna.call('POST', '/entries', { body: { mood: 3, tags: ['a'] } });
  const call = caller(app, anna.token);
  await call('GET', '/me');
  const asked = await since(() => Promise.all(Array.from({ length: 20 }, () => call('GET', '/tags'))));
  expect(asked.filter((name) => name === 'list_tags')).toHaveLength(1);
  expect(await since(() => call('GET', '/tags'))).toEqual(['find_revision']);
});

test('what one node acknowledged every node reads at once', async () => {
  const anna = await person();
  const nodes = await Promise.all([buildApp(deps), buildApp(deps)]);
  const calls = nodes.map((node) => caller(node, anna.token));
  for (let n = 1; n <= 10; n++) {
    const [writer, reader] = [calls[n % 2]!, calls[(n + 1) % 2]!];
    await writer('POST', '/entries', { body: { mood: 3, tags: ['a'], category: `c${n}` } });
    expect((await reader('GET', '/tags')).json.tags[0].entries).toBe(n);
    expect((await reader('GET', '/entries?total=true&limit=1')).json).toMatchObject({
      total: n,
      entries: [{ category: `c${n}` }],
    });
  }
  await Promise.all(nodes.map((node) => node.close()));
});

test('categories, tags and measures with how often and when last, the most used first; nothing of the trash', async () => {
  const anna = await person();
  const write = async (body: object) => (await anna.call('POST', '/entries', { body })).json;
  await write({
    mood: 1,
    category: 'work',
    tags: ['b', 'a'],
    measures: { sleep: 7 },
    at: '2026-01-01T00:00:00Z',
  });
  await write({
    mood: 1,
    category: 'work',
    tags: ['a'],
    measures: { sleep: 6, ran: true },
    at: '2026-01-03T00:00:00Z',
  });
  const gone = await write({ mood: 1, category: 'gone', tags: ['gone'], measures: { gone: 1 } });
  await anna.call('DELETE', `/entries/${gone.id}`);
  const used = (name: string, entries: number, day: number) => ({
    name,
    entries,
    last_at: `2026-01-0${day}T00:00:00.000Z`,
  });
  expect((await anna.call('GET', '/categories')).json).toEqual({ categories: [used('work', 2, 3)] });
  expect((await anna.call('GET', '/tags')).json).toEqual({ tags: [used('a', 2, 3), used('b', 1, 1)] });
  expect((await anna.call('GET', '/measures')).json).toEqual({
    measures: [used('sleep', 2, 3), used('ran', 1, 3)],
  });
  expect((await anna.call('GET', '/tags?limit=1')).json.errors[0].pointer).toBe('?limit');
});
