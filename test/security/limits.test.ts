import { afterEach, describe, expect, test } from 'vitest';
import { testApp } from '../app.ts';
import { onServer } from '../database.ts';

const { call, person, database } = await testApp();
const anna = await person();
const names = [
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'hasOwnProperty',
  '__defineGetter__',
  'then',
];

const prototypeBefore = Object.getOwnPropertyNames(Object.prototype).sort();

afterEach(() => {
  expect(Object.getOwnPropertyNames(Object.prototype).sort()).toEqual(prototypeBefore);
  expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
});

describe('names that mean something to JavaScript', () => {
  test('are tags, categories and texts like any other', async () => {
    const texts: Record<string, string> = {};
    for (const name of names) {
      const body = { text: name, category: name, tags: [name, ...names.filter((each) => each !== name)] };
      const { status, json } = await anna.call('POST', '/entries', { body });
      expect([status, json.category, json.tags]).toEqual([201, name, body.tags]);
      texts[json.id] = name;
      for (const filter of [`category=${name}`, `tag=${name}&category=${name}`]) {
        const found = await anna.call('GET', `/entries?${filter}`);
        expect(found.json.entries.map((entry: { id: string }) => texts[entry.id])).toEqual([name]);
      }
    }
    const { json } = await anna.call('GET', '/tags');
    expect(json.tags.map((tag: { name: string }) => tag.name)).toEqual(expect.arrayContaining(names));
  });

  test('are measures where their form allows it', async () => {
    const measures = Object.fromEntries(['constructor', 'prototype', 'then'].map((name, n) => [name, n]));
    const { status, json } = await anna.call('POST', '/entries', { body: { measures } });
    expect([status, json.measures]).toEqual([201, measures]);
    const { json: without } = await anna.call('PATCH', `/entries/${json.id}`, {
      body: { measures: { constructor: null, prototype: true } },
    });
    expect(without.measures).toEqual({ prototype: true, then: 2 });
    for (const name of ['__proto__', 'toString', 'hasOwnProperty']) {
      const answer = await anna.call('POST', '/entries', { body: `{"measures":{"${name}":1}}` });
      expect([answer.status, answer.json.errors[0].pointer]).toEqual([422, `/measures/${name}`]);
    }
  });

  test.each(names)('%s is no member of a body and no parameter', async (name) => {
    const value = '{"polluted":true}';
    for (const [method, path, body] of [
      ['POST', '/entries', `{"mood":3,"${name}":${value}}`],
      ['POST', '/me/tokens', `{"name":"x","scopes":["export"],"${name}":${value}}`],
      ['PATCH', '/me', `{"${name}":${value}}`],
      ['POST', '/auth/login', `{"email":"a@b","password":"12345678","${name}":${value}}`],
    ] as const) {
      const { status, json } = await anna.call(method, path, { body });
      expect([path, status, json.errors?.[0].pointer]).toEqual([path, 422, `/${name}`]);
    }
    for (const query of [`${name}=1`, `${name}[polluted]=1`, `${name}.polluted=1`]) {
      const { status, json } = await anna.call('GET', `/entries?${query}`);
      expect([query, status, json.errors?.[0].pointer]).toEqual([query, 422, `?${query.slice(0, -2)}`]);
    }
    expect((await anna.call('GET', `/entries/${name}`)).json.code).toBe('entry_not_found');
    expect((await call('GET', `/${name}`)).json.code).toBe('route_not_found');
  });

  test.each(['__proto__', 'constructor'])('a patch with %s inside a value is refused', async (name) => {
    const { json: entry } = await anna.call('POST', '/entries', { body: { mood: 3 } });
    const body = `{"measures":{"${name}":{"prototype":{"polluted":1}}}}`;
    expect((await anna.call('PATCH', `/entries/${entry.id}`, { body })).status).toBe(422);
  });
});

describe('members that are not for the caller to set', () => {
  const foreign = {
    user_id: '01900000-0000-7000-8000-000000000009',
    revision: 1,
    search: 'x',
    token_hash: 'x',
  };

  test('are refused where they are no members of the contract', async () => {
    const { json: entry } = await anna.call('POST', '/entries', { body: { mood: 3 } });
    for (const [name, value] of Object.entries({
      ...foreign,
      kind: 'session',
      password_hash: 'x',
      is_admin: true,
    })) {
      for (const [method, path, body] of [
        ['POST', '/auth/register', { email: 'mass@example.org', password: 'a long sentence' }],
        ['POST', '/entries', { mood: 3 }],
        ['PUT', `/entries/${entry.id}`, { mood: 3 }],
        ['PATCH', `/entries/${entry.id}`, {}],
        ['PATCH', '/me', {}],
        ['POST', '/me/tokens', { name: 'x', scopes: ['export'] }],
      ] as const) {
        const { status, json } = await anna.call(method, path, { body: { ...body, [name]: value } });
        expect([method, path, status, json.errors?.[0].pointer]).toEqual([method, path, 422, `/${name}`]);
      }
    }
    for (const member of ['id', 'created_at', 'version', 'last_used_at']) {
      const body = { name: 'x', scopes: ['export'], [member]: 1 };
      expect((await anna.call('POST', '/me/tokens', { body })).status).toBe(422);
    }
  });

  test('are ignored where they were read before', async () => {
    const { json: entry } = await anna.call('POST', '/entries', { body: { mood: 3 } });
    const past = '2001-01-01T00:00:00.000Z';
    const stolen = {
      id: foreign.user_id,
      version: 99,
      local_day: '2001-01-01',
      created_at: past,
      deleted_at: past,
    };
    for (const method of ['PUT', 'PATCH']) {
      const { json } = await anna.call(method, `/entries/${entry.id}`, {
        body: { mood: 4, ...stolen, updated_at: past },
      });
      const { id, local_day, created_at } = entry;
      expect(json).toMatchObject({ id, local_day, created_at, mood: 4 });
      expect(json.version).toBeLessThan(10);
      expect(json.updated_at).not.toBe(past);
    }
    const body = { name: 'Anna', id: foreign.user_id, email: 'other@example.org', created_at: past };
    const { json: me } = await anna.call('PATCH', '/me', { body });
    expect([me.id, me.email, me.name]).toEqual([anna.id, anna.email, 'Anna']);
  });
});

describe('what comes in large numbers', () => {
  test('a parameter that comes twice, or thousands of times, is refused where one is meant', async () => {
    const twice = await anna.call('GET', '/entries?limit=5&limit=6');
    expect([twice.status, twice.json.errors[0].pointer]).toEqual([422, '?limit']);
    expect((await anna.call('GET', `/entries?${'tag=a&'.repeat(2500)}`)).status).toBe(422);
    expect((await anna.call('GET', `/entries?${'a&'.repeat(8000)}`)).status).toBe(422);
  });

  test('of a body full of faults at most fifty are named', async () => {
    const members = Object.fromEntries(Array.from({ length: 50_000 }, (_, n) => [`wrong${n}`, n]));
    const { status, json, text } = await anna.call('POST', '/entries', { body: members });
    expect([status, json.errors.length]).toEqual([422, 50]);
    expect(text.length).toBeLessThan(10_000);
  });

  test('a list of a million nothings, and objects 200,000 deep, are refused and not worked on', async () => {
    for (const body of [
      `{"tags":[${'0,'.repeat(500_000)}0]}`,
      `{"measures":${'{"a":'.repeat(150_000)}1${'}'.repeat(150_000)}}`,
      `{"text":${'['.repeat(400_000)}${']'.repeat(400_000)}}`,
    ]) {
      expect((await anna.call('POST', '/entries', { body })).status).toBe(422);
    }
  });

  test('of a member that comes twice the last counts, once', async () => {
    const { status, json } = await anna.call('POST', '/entries', { body: '{"mood":3,"mood":99,"mood":5}' });
    expect([status, json.mood]).toEqual([201, 5]);
  });
});

test('SQL in every text stays text', async () => {
  const hostile = `'; drop table entries; -- " \\ $1 %s \${x} {{x}} <script>alert(1)</script>`;
  const body = { text: hostile, category: hostile.slice(0, 50), tags: [hostile.slice(0, 50)] };
  const { status, json } = await anna.call('POST', '/entries', { body });
  expect([status, json.text, json.category, json.tags]).toEqual([201, hostile, body.category, body.tags]);
  for (const parameter of ['category', 'tag', 'q']) {
    const { status: found } = await anna.call(
      'GET',
      `/entries?${parameter}=${encodeURIComponent(body.category)}`,
    );
    expect([parameter, found]).toEqual([parameter, 200]);
  }
  const [row] = await onServer<{ n: number }>(
    'select count(*)::integer as n from entries',
    database.connection,
  );
  expect(row?.n).toBeGreaterThan(0);
});

test('line breaks in a parameter stay in the one header that repeats it', async () => {
  const category = 'a\r\nset-cookie: stolen=1\r\n\r\n<script>';
  for (let n = 0; n < 2; n++) await anna.call('POST', '/entries', { body: { mood: 3, category } });
  const { status, headers } = await anna.call(
    'GET',
    `/entries?limit=1&category=${encodeURIComponent(category)}`,
  );
  expect([status, headers['set-cookie']]).toEqual([200, undefined]);
  expect(headers['link']).toMatch(/^<\/api\/v1\/entries\?[^\s<>"]+>; rel="next"$/);
});
