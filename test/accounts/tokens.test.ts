import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, describe, expect, test } from 'vitest';
import { buildApp } from '../../src/app.ts';
import { caller, openDatabase, testApp, type Person } from '../app.ts';
import { onServer } from '../database.ts';

const { app, person, call, database, deps } = await testApp();

const secondDb = openDatabase(database);
const secondNode = await buildApp({ ...deps, db: secondDb });
afterAll(async () => {
  await secondNode.close();
  await secondDb.close();
});

async function tokenOf(someone: Person, scopes: string[], more: object = {}) {
  const { status, json, text } = await someone.call('POST', '/me/tokens', {
    body: { name: 'script', scopes, ...more },
  });
  if (status !== 201) throw new Error(text);
  return { id: json.id as string, secret: json.token as string, call: caller(app, json.token), json };
}

async function signInAgain(someone: Person) {
  const { json } = await call('POST', '/auth/login', {
    body: { email: someone.email, password: someone.password },
  });
  return { token: json.token as string, call: caller(app, json.token) };
}

describe('personal access tokens', () => {
  test('the secret is shown once; the list shows what it is for', async () => {
    const anna = await person();
    const { json, secret, id } = await tokenOf(anna, ['entries:read', 'export'], {
      expires_at: '2099-01-01T00:00:00+01:00',
    });
    expect(secret).toMatch(/^dm_p_[0-9A-Za-z]{36}$/);
    const listed = (await anna.call('GET', '/me/tokens')).json.tokens;
    const { token: _secret, ...rest } = json;
    expect(listed).toEqual([rest]);
    expect(rest).toEqual({
      id,
      name: 'script',
      scopes: ['entries:read', 'export'],
      created_at: expect.any(String),
      last_used_at: null,
      expires_at: '2098-12-31T23:00:00.000Z',
    });
  });

  test('bad scopes, names and expiries are refused by pointer', async () => {
    const anna = await person();
    for (const [body, pointer] of [
      [{ name: 'x', scopes: [] }, '/scopes'],
      [{ name: 'x', scopes: ['admin'] }, '/scopes/0'],
      [{ name: 'x', scopes: ['export', 'export'] }, '/scopes'],
      [{ name: ' ', scopes: ['export'] }, '/name'],
      [{ name: 'x', scopes: ['export'], expires_at: '2020-01-01T00:00:00Z' }, '/expires_at'],
      [{ name: 'x', scopes: ['export'], token: 'dm_p_x' }, '/token'],
    ] as const) {
      const { status, json } = await anna.call('POST', '/me/tokens', { body });
      expect([body, status, json.errors?.[0].pointer]).toEqual([body, 422, pointer]);
    }
  });

  test('a scope opens what it names and nothing else', async () => {
    const anna = await person();
    const reader = await tokenOf(anna, ['entries:read']);
    const writer = await tokenOf(anna, ['entries:write']);
    const keeper = await tokenOf(anna, ['account']);
    const outcome = async (token: { call: Person['call'] }, method: string, path: string, body?: object) => {
      const { status, json } = await token.call(method, path, body ? { body } : {});
      return status >= 400 ? json.code : status;
    };
    expect(await outcome(reader, 'GET', '/entries')).toBe(200);
    expect(await outcome(reader, 'POST', '/entries', { mood: 5 })).toBe('insufficient_scope');
    expect(await outcome(reader, 'GET', '/me')).toBe('insufficient_scope');
    expect(await outcome(writer, 'POST', '/entries', { mood: 5 })).toBe(201);
    expect(await outcome(writer, 'GET', '/entries')).toBe('insufficient_scope');
    expect(await outcome(keeper, 'GET', '/me')).toBe(200);
    expect(await outcome(keeper, 'GET', '/entries')).toBe('insufficient_scope');
    expect(await outcome(keeper, 'POST', '/me/tokens', { name: 'x', scopes: ['account'] })).toBe(
      'token_not_allowed',
    );
    expect(
      await outcome(keeper, 'POST', '/me/password', {
        current_password: anna.password,
        new_password: 'another sentence',
      }),
    ).toBe('token_not_allowed');
    expect(await outcome(keeper, 'DELETE', '/me', { password: anna.password })).toBe('token_not_allowed');
  });

  test('one that has ended, or was revoked, is refused', async () => {
    const anna = await person();
    const brief = await tokenOf(anna, ['entries:read'], { expires_at: '2099-01-01T00:00:00Z' });
    await onServer(
      `update sessions set expires_at = now() - interval '1 second' where id = '${brief.id}'`,
      database.connection,
    );
    expect((await brief.call('GET', '/entries')).status).toBe(401);

    const { id, call: use } = await tokenOf(anna, ['entries:read']);
    expect((await use('GET', '/entries')).status).toBe(200);
    expect((await anna.call('DELETE', `/me/tokens/${id}`)).status).toBe(204);
    expect((await use('GET', '/entries')).status).toBe(401);
    expect((await anna.call('DELETE', `/me/tokens/${id}`)).json.code).toBe('token_not_found');
  });

  test('a use is noted', async () => {
    const anna = await person();
    const { call: use } = await tokenOf(anna, ['entries:read']);
    await use('GET', '/entries');
    await expect
      .poll(async () => (await anna.call('GET', '/me/tokens')).json.tokens[0].last_used_at)
      .toMatch(/Z$/);
  });
});

describe('sessions', () => {
  test('are listed, this one marked, and ended one by one', async () => {
    const anna = await person();
    const other = await signInAgain(anna);
    const { sessions } = (await anna.call('GET', '/me/sessions')).json;
    expect(
      sessions.map((session: { kind: string; current: boolean }) => [session.kind, session.current]),
    ).toEqual([
      ['session', false],
      ['session', true],
    ]);
    expect(sessions[0]).toMatchObject({
      ip: '127.0.0.1',
      user_agent: 'lightMyRequest',
      expires_at: expect.any(String),
    });
    expect((await anna.call('DELETE', `/me/sessions/${sessions[0].id}`)).status).toBe(204);
    expect((await other.call('GET', '/me')).status).toBe(401);
    expect((await anna.call('DELETE', `/me/sessions/${sessions[0].id}`)).json.code).toBe('session_not_found');
    expect((await anna.call('DELETE', '/me/sessions/none')).json.code).toBe('session_not_found');
  });

  test('a revoked one stops on the other node too', async () => {
    const anna = await person();
    const onSecond = caller(secondNode, anna.token);
    expect((await onSecond('GET', '/me')).status).toBe(200);
    await anna.call('POST', '/auth/logout');
    await expect.poll(async () => (await onSecond('GET', '/me')).status).toBe(401);
  });

  test('whatever ends or narrows it, by whatever statement, is heard of on every node', async () => {
    const anna = await person();
    const { secret: token } = await tokenOf(anna, ['entries:read', 'account']);
    const script = caller(secondNode, token);
    const status = async () => (await script('GET', '/me')).status;
    // Remembered for longer than an answer holds by itself.
    for (let n = 0; n < 15; n++) {
      expect(await status()).toBe(200);
      await sleep(100);
    }
    const heard = async (statement: string, expected: number) => {
      await onServer(statement, database.connection);
      await expect.poll(status).toBe(expected);
    };
    const row = `token_hash = sha256('${token}'::bytea)`;
    await heard(`update sessions set scopes = '{entries:read}' where ${row}`, 403);
    await heard(`update sessions set scopes = '{account}' where ${row}`, 200);
    await heard(`delete from sessions where ${row}`, 401);
  });

  test('a new password ends the others; personal access tokens stay', async () => {
    const anna = await person();
    const other = await signInAgain(anna);
    const script = await tokenOf(anna, ['entries:read']);
    const change = (current: string, next: string) =>
      anna.call('POST', '/me/password', { body: { current_password: current, new_password: next } });
    expect((await change('not the password', 'another sentence')).json.code).toBe('wrong_password');
    expect((await change(anna.password, 'short')).json.errors[0].pointer).toBe('/new_password');
    expect((await change(anna.password, 'Password123')).json.errors[0].pointer).toBe('/new_password');
    expect((await change(anna.password, 'another sentence')).status).toBe(204);
    expect((await anna.call('GET', '/me')).status).toBe(200);
    expect((await other.call('GET', '/me')).status).toBe(401);
    expect((await script.call('GET', '/entries')).status).toBe(200);
    const login = (password: string) =>
      call('POST', '/auth/login', { body: { email: anna.email, password } });
    expect((await login(anna.password)).status).toBe(401);
    expect((await login('another sentence')).status).toBe(200);
  });
});

test('what happened to the account is told, newest first, page by page', async () => {
  const anna = await person();
  const { id } = await tokenOf(anna, ['export']);
  await anna.call('DELETE', `/me/tokens/${id}`);
  const other = await signInAgain(anna);
  await other.call('POST', '/auth/logout');
  const third = await signInAgain(anna);
  const { sessions } = (await anna.call('GET', '/me/sessions')).json;
  await anna.call('DELETE', `/me/sessions/${sessions[0].id}`);
  expect(third.token).toBeTruthy();
  const types: string[] = [];
  for (let path = '/me/events?limit=3'; ;) {
    const { json } = await anna.call('GET', path);
    types.push(...json.events.map((event: { type: string }) => event.type));
    if (json.next_cursor === null) break;
    path = `/me/events?limit=3&cursor=${json.next_cursor}`;
  }
  expect(types).toEqual([
    'session.revoked',
    'login.succeeded',
    'logout',
    'login.succeeded',
    'token.revoked',
    'token.created',
    'account.registered',
  ]);
});
