import { randomUUID } from 'node:crypto';
import { afterAll, describe, expect, test } from 'vitest';
import { scopes, type Scope } from '../../src/http/types.ts';
import { caller, testApp, type Answer, type Call } from '../app.ts';
import { badCredentials, makeToken, makeTokenWithout, rowsOf, signUpOwner } from './cast.ts';
import { operations, type Asker, type Operation } from './operations.ts';
import { routesOf } from './routes.ts';

const server = await testApp();
const { app, call } = server;
const anna = await signUpOwner(server);
const badTokens = await badCredentials(server, anna);
const readOnly = (await makeToken(anna, ['entries:read', 'insights:read'])).secret;
const everything = (await makeToken(anna, scopes)).secret;
const without = new Map<Scope, string>();
for (const scope of scopes) without.set(scope, await makeTokenWithout(anna, scope));

const visitor = await server.person();
const before = await rowsOf(server, anna.id);

afterAll(async () => {
  // In the hook, so that it holds whatever else failed.
  expect(await rowsOf(server, anna.id)).toEqual(before);
});

const all = Object.entries(operations).map(([name, operation]) => ({ name, ...operation }));
const guarded = all.filter(({ access }) => access !== 'free' && access !== 'public');

interface CallMore {
  id?: string;
  delivery?: string;
  headers?: Record<string, string>;
  body?: string;
}

/** Calls an operation with a path and a body as they should be, under the owner's id unless another is given. */
function ask(
  by: Call,
  { name, thing, body, file }: Operation & { name: string },
  asker: Asker,
  more: CallMore = {},
) {
  const [method = '', path = ''] = name.split(' ');
  const id = more.id ?? (thing === undefined ? '' : anna.things[thing]);
  const delivery = more.delivery ?? anna.things.delivery;
  const type: Record<string, string> =
    file === undefined ? {} : { 'content-type': 'application/octet-stream' };
  const sent = body?.(asker) ?? file;
  // The caller's own spelling of a path that does not begin with the API's.
  return by(method, `/${path.replace('{id}', id).replace('{delivery}', delivery)}`, {
    headers: { ...type, ...more.headers },
    ...(sent === undefined ? {} : { body: more.body ?? sent }),
  });
}

/** The status, and the code of a problem. */
const outcome = ({ status, json }: Answer) => (status < 400 ? String(status) : `${status} ${json.code}`);

async function walk(some: typeof all, by: (operation: (typeof all)[number]) => Promise<Answer>) {
  const seen: [string, string][] = [];
  for (const operation of some) seen.push([operation.name, outcome(await by(operation))]);
  return seen;
}

const each = (some: typeof all, expected: (operation: Operation) => string) =>
  some.map((operation) => [operation.name, expected(operation)]);

test('every operation of the contract is walked, and no route is missing from the contract', async () => {
  const { json: contract } = await call('GET', '//openapi.json');
  const published = Object.entries<object>(contract.paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
  );
  expect(Object.keys(operations).sort()).toEqual(published.sort());
  // Pages and their parts are public and are no part of the contract.
  const routed = routesOf(app).filter((route) => / \/api\//.test(route));
  expect(routed.length).toBeGreaterThan(15);
  expect(routed.filter((route) => !published.includes(route))).toEqual([]);
});

test.each(badTokens)('with %s only what is public answers', async (_what, authorization) => {
  const headers = authorization === undefined ? {} : { authorization };
  const open = ({ access, good }: Operation) =>
    access === 'free' || access === 'public' ? String(good) : '401 unauthenticated';
  expect(await walk(all, (operation) => ask(call, operation, visitor, { headers }))).toEqual(each(all, open));
});

test('a refusal says how to sign in, is kept by nobody, and comes before the body is looked at', async () => {
  for (const operation of guarded) {
    const answer = await ask(call, operation, visitor, { body: '{' });
    expect([operation.name, outcome(answer)]).toEqual([operation.name, '401 unauthenticated']);
    expect(answer.headers['www-authenticate']).toBe('Bearer realm="daymark"');
    expect(answer.headers['cache-control']).toBe('no-store');
  }
});

test('HEAD asks for what GET asks for', async () => {
  const reads = guarded.filter(({ name, thing }) => name.startsWith('GET ') && !thing);
  for (const { name } of reads) {
    const path = name.slice('GET '.length);
    expect([name, (await call('HEAD', path)).status]).toEqual([name, 401]);
    const byOwner = await anna.call('HEAD', path);
    expect([name, byOwner.status, byOwner.text]).toEqual([name, 200, '']);
  }
});

describe('personal access tokens', () => {
  test('a read-only token reads and does nothing else', async () => {
    const by = caller(app, readOnly);
    const reads = ['entries:read', 'insights:read'];
    expect(await walk(guarded, (operation) => ask(by, operation, anna))).toEqual(
      each(guarded, ({ access, good }) => (reads.includes(access) ? String(good) : '403 insufficient_scope')),
    );
  });

  test('a token with every scope but the one that is needed is refused, whatever the body', async () => {
    for (const body of [undefined, '{']) {
      const seen = await walk(guarded, (operation) =>
        ask(caller(app, without.get(operation.access as Scope)), operation, anna, body ? { body } : {}),
      );
      expect(seen).toEqual(each(guarded, () => '403 insufficient_scope'));
    }
  });

  test('a token with all scopes makes no tokens, changes no password and deletes no account', async () => {
    const closed = guarded.filter(({ sessionOnly }) => sessionOnly);
    expect(closed.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['DELETE /api/v1/me', 'POST /api/v1/me/password', 'POST /api/v1/me/tokens']),
    );
    const by = caller(app, everything);
    expect(await walk(closed, (operation) => ask(by, operation, anna))).toEqual(
      each(closed, () => '403 token_not_allowed'),
    );
  });
});

describe('another user', () => {
  test('finds nothing of the owner’s under the owner’s ids', async () => {
    const expected = ({ thing, good, another }: Operation) =>
      thing === undefined ? String(good) : another ? String(another) : `404 ${thing}_not_found`;
    const ben = await server.person();
    const seen = await walk(guarded, async (operation) => {
      // A call that changes something may end the account, or leave something under this id.
      const asker = operation.name.startsWith('GET ') ? ben : await server.person();
      return ask(asker.call, operation, asker);
    });
    expect(seen).toEqual(each(guarded, expected));
  });

  test('cannot tell a thing of the owner’s from one that does not exist', async () => {
    const named = guarded.filter(({ thing }) => thing !== undefined);
    expect(named.length).toBeGreaterThan(3);
    for (const headers of [
      {},
      { 'if-match': '"1"' },
      { 'if-match': '*' },
      { 'if-none-match': '*' },
      { 'if-none-match': '"1"' },
    ]) {
      const anybody = await server.person();
      for (const operation of named) {
        const ben = operation.another ? await server.person() : anybody;
        const theirs = await ask(ben.call, operation, ben, { headers });
        const none = await ask(ben.call, operation, ben, { headers, id: randomUUID() });
        expect([operation.name, headers, comparable(theirs)]).toEqual([
          operation.name,
          headers,
          comparable(none),
        ]);
      }
    }
  });
});

/** What differs between any two requests. */
const ofTheMoment = ['x-request-id', 'ratelimit', 'date'];

/** What an answer tells about what is there. What somebody wrote under that id themselves is their own. */
function comparable({ status, headers, json }: Answer) {
  const differing = status < 400 ? [...ofTheMoment, 'location', 'content-length'] : ofTheMoment;
  const kept = Object.entries(headers).filter(([name]) => !differing.includes(name));
  return {
    status,
    headers: Object.fromEntries(kept),
    body: status < 400 ? null : { ...json, request_id: '' },
  };
}

test('the owner may do all of it', async () => {
  const reader = await signUpOwner(server);
  const seen = await walk(guarded, async (operation) => {
    const someone = operation.name.startsWith('GET ') ? reader : await signUpOwner(server);
    const id = operation.thing && someone.things[operation.thing];
    const { delivery } = someone.things;
    return ask(someone.call, operation, someone, id === undefined ? {} : { id, delivery });
  });
  expect(seen).toEqual(each(guarded, ({ good }) => String(good)));
});
