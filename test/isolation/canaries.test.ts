import { randomBytes, randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { caller, testApp, type Answer, type Call } from '../app.ts';
import { sampleQueries, type Parameter } from './samples.ts';

const { app, call, person } = await testApp();
const { json: contract } = await call('GET', '//openapi.json');

/** Something of Anna's that nobody else could have written. */
const canary = (kind: string) => `${kind}_${randomBytes(6).toString('hex')}`;

const annas = {
  email: canary('email'),
  name: canary('name'),
  userAgent: canary('agent'),
  token: canary('token'),
  text: canary('text'),
  trashed: canary('trashed'),
  category: canary('category'),
  tag: canary('tag'),
  measure: canary('measure'),
  webhook: canary('webhook'),
};

async function signUpAnna(): Promise<{ call: Call; secret: string }> {
  const body = { email: `${annas.email}@example.org`, password: 'a long sentence' };
  const headers = { 'user-agent': annas.userAgent };
  const { json } = await call('POST', '/auth/register', { body, headers });
  const anna = caller(app, json.token);
  await anna('PATCH', '/me', { body: { name: annas.name } });
  await anna('POST', '/me/tokens', { body: { name: annas.token, scopes: ['export'] } });
  return { call: anna, secret: json.token };
}

const ids = Array.from({ length: 12 }, () => randomUUID());
const at = (n: number) => `2026-01-${String(n + 1).padStart(2, '0')}T08:00:00Z`;
const anna = await signUpAnna();
const ben = await person();
for (const [n, id] of ids.entries()) {
  const body = {
    text: n === 0 ? annas.trashed : `${annas.text} ${n}`,
    mood: 7,
    category: annas.category,
    tags: [annas.tag],
    measures: { [annas.measure]: n },
    at: at(n),
  };
  await anna.call('PUT', `/entries/${id}`, { body });
  await ben.call('PUT', `/entries/${id}`, { body: { text: `mine ${n}`, mood: 3, at: at(n) } });
}
await anna.call('DELETE', `/entries/${ids[0]}`);
const { json: webhook } = await anna.call('POST', '/webhooks', {
  body: { url: `https://hooks.example.org/${annas.webhook}`, events: ['ping'] },
});
for (let n = 0; n < 2; n++) await anna.call('POST', `/webhooks/${webhook.id}/test`);
const annasIds = await Promise.all(
  ['/me/sessions', '/me/tokens', '/webhooks'].map(async (path) => {
    const { json } = await anna.call('GET', path);
    return (json.sessions ?? json.tokens ?? json.webhooks).map((each: { id: string }) => each.id) as string[];
  }),
);
const cursors = await Promise.all(
  ['/entries?limit=2', '/me/events?limit=1', `/webhooks/${webhook.id}/deliveries?limit=1`].map(
    async (path) => (await anna.call('GET', path)).json.next_cursor,
  ),
);

/** All that an account can read: every GET operation, with every parameter, under every id that there is. */
async function readAll(by: Call): Promise<[path: string, answer: Answer][]> {
  const read: [string, Answer][] = [];
  for (const [pattern, methods] of Object.entries<{ get?: { parameters?: Parameter[] } }>(contract.paths)) {
    if (methods.get === undefined) continue;
    const named = pattern.includes('{') ? [...ids, ...annasIds.flat()] : [''];
    for (const id of named) {
      for (const query of sampleQueries(methods.get.parameters ?? [])) {
        const path = pattern.replaceAll(/\{\w+\}/g, id) + query;
        read.push([path, await by('GET', `/${path}`)]);
      }
    }
  }
  return read;
}

/** Calls that fail, each in another way, with what only Anna has said. */
async function provokeAll(by: Call): Promise<[string, Answer][]> {
  const id = ids[3] as string;
  const calls: [string, string, object?, Record<string, string>?][] = [
    ...cursors.map((cursor): [string, string] => ['GET', `/entries?cursor=${cursor}&limit=2`]),
    ...cursors.map((cursor): [string, string] => ['GET', `/me/events?cursor=${cursor}&limit=1`]),
    ...annasIds.flat().map((each): [string, string] => ['DELETE', `/me/sessions/${each}`]),
    ...annasIds.flat().map((each): [string, string] => ['DELETE', `/me/tokens/${each}`]),
    ['PATCH', `/webhooks/${webhook.id}`, { active: false }],
    ['POST', `/webhooks/${webhook.id}/rotate`],
    ['POST', `/webhooks/${webhook.id}/test`],
    ['DELETE', `/webhooks/${webhook.id}`],
    ...cursors.map((cursor): [string, string] => [
      'GET',
      `/webhooks/${webhook.id}/deliveries?cursor=${cursor}&limit=1`,
    ]),
    ['PUT', `/entries/${id}`, { mood: 5 }, { 'if-none-match': '*' }],
    ['PUT', `/entries/${id}`, { mood: 5 }, { 'if-match': '"99"' }],
    ['PATCH', `/entries/${id}`, { mood: 5 }, { 'if-match': '"99"' }],
    ['PATCH', `/entries/${id}`, { mood: 55 }],
    ['PATCH', `/entries/${id}`, { text: null, mood: null, measures: null }],
    ['PATCH', `/entries/${id}`, { mood: 4 }],
    ['POST', `/entries/${id}`, {}],
    ['DELETE', `/entries/${id}`],
    ['POST', `/entries/${id}/restore`],
    ['POST', `/entries/${ids[0]}/restore`],
    ['GET', '/entries?trash=true'],
    ['GET', '/nothing/there'],
  ];
  const answers: [string, Answer][] = [];
  for (const [method, path, body, headers = {}] of calls) {
    const answer = await by(method, path, { ...(body ? { body } : {}), headers });
    answers.push([`${method} ${path}`, answer]);
  }
  return answers;
}

const shown = (answers: [string, Answer][]) =>
  answers.map(([path, { headers, text }]) => ({ path, all: JSON.stringify(headers) + text }));

const found = (answers: [string, Answer][]) =>
  Object.values(annas).filter((each) => shown(answers).some(({ all }) => all.includes(each)));

test('their owner finds all of them by the same walk', async () => {
  expect(found(await readAll(anna.call))).toEqual(Object.values(annas));
});

test('another user, who holds entries under the same ids, and somebody without an account find none', async () => {
  for (const by of [ben.call, call]) {
    const answers = [...(await readAll(by)), ...(await provokeAll(by))];
    expect(answers.length).toBeGreaterThan(60);
    const leaks = shown(answers).filter(({ all }) => Object.values(annas).some((each) => all.includes(each)));
    expect(leaks).toEqual([]);
    expect(answers.filter(([, { status }]) => status >= 500)).toEqual([]);
  }
});

test('filters by what only Anna has written match nothing of hers', async () => {
  for (const filter of [`category=${annas.category}`, `tag=${annas.tag}`, `q=${annas.text}`]) {
    const hers = await anna.call('GET', `/entries?${filter}&total=true`);
    const bens = await ben.call('GET', `/entries?${filter}&total=true`);
    expect([filter, hers.json.total, bens.json]).toEqual([
      filter,
      ids.length - 1,
      { entries: [], next_cursor: null, total: 0 },
    ]);
  }
});

test('an ETag of Anna’s is not taken for Ben’s, nor a cursor of hers by his list', async () => {
  const [id] = ids.slice(-1);
  await anna.call('PATCH', `/entries/${id}`, { body: { mood: 8 } });
  const { headers } = await anna.call('GET', `/entries/${id}`);
  const answer = await ben.call('GET', `/entries/${id}`, {
    headers: { 'if-none-match': String(headers['etag']) },
  });
  expect([answer.status, answer.json.text]).toEqual([200, `mine ${ids.length - 1}`]);
  for (const [path, cursor] of [
    ['/entries?limit=2', cursors[0]],
    ['/me/events?limit=1', cursors[1]],
  ]) {
    expect((await anna.call('GET', `${path}&cursor=${cursor}`)).status).toBe(200);
    expect((await ben.call('GET', `${path}&cursor=${cursor}`)).json.code).toBe('invalid_cursor');
  }
});

test('what Ben did under the same ids changed nothing of Anna’s', async () => {
  const { json } = await anna.call('GET', '/entries?limit=100&order=asc');
  const texts = json.entries.map((entry: { text: string }) => entry.text);
  expect(texts).toEqual(ids.slice(1).map((_id, n) => `${annas.text} ${n + 1}`));
  expect((await anna.call('GET', '/entries?trash=true')).json.entries[0].text).toBe(annas.trashed);
});
