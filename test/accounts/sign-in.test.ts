import { hashSync } from 'bcryptjs';
import { crc32 } from 'node:zlib';
import { Client } from 'pg';
import { describe, expect, onTestFinished, test } from 'vitest';
import { passwords } from '../../src/accounts/passwords.ts';
import { newToken } from '../../src/accounts/tokens.ts';
import { buildApp } from '../../src/app.ts';
import { caller, testApp, type Answer } from '../app.ts';
import { onServer } from '../database.ts';
import { watched } from '../watched.ts';

const { app, call, person, database, db, deps } = await testApp({ passwords: passwords(2, 100) });

const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
let counter = 0;
const newEmail = () => `newcomer${counter++}@example.org`;
const password = 'correct horse';

describe('registration', () => {
  test('answers the account, a token and the cookie, once', async () => {
    const email = newEmail();
    const body = { email: email.toUpperCase(), password, time_zone: 'Europe/Paris' };
    const { status, json, headers } = await call('POST', '/auth/register', { body });
    expect(status).toBe(201);
    expect(json.user).toEqual({
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      email,
      name: '',
      time_zone: 'Europe/Paris',
      day_start_minutes: 0,
      created_at: expect.stringMatching(/Z$/),
    });
    expect(headers['cache-control']).toBe('no-store');
    expect(headers['set-cookie']).toBe(
      `__Host-daymark=${json.token}; Path=/; HttpOnly; Secure; SameSite=Lax; Max-Age=34560000`,
    );
    const again = await call('POST', '/auth/register', { body: { email, password } });
    expect([again.status, again.json.code]).toEqual([409, 'email_taken']);
  });

  test('the token has the published form, and one with a wrong checksum is refused without a query', async () => {
    const { token } = await person();
    const [, body = '', sum = ''] = /^dm_s_([0-9A-Za-z]{30})([0-9A-Za-z]{6})$/.exec(token) ?? [];
    let value = 0;
    for (const letter of sum) value = value * 62 + alphabet.indexOf(letter);
    expect(value).toBe(crc32(body));
    const forged = `dm_s_${body}${sum.startsWith('0') ? '1' : '0'}${sum.slice(1)}`;
    const { db: noted, since } = watched(db);
    const server = await buildApp({ ...deps, db: noted });
    onTestFinished(() => server.close());
    const statusOf = async (secret: string) => (await caller(server, secret)('GET', '/me')).status;
    expect(await since(async () => expect(await statusOf(forged)).toBe(401))).toEqual([]);
    // One that was never given out, but could have been.
    const unknown = newToken('session');
    expect(await since(async () => expect(await statusOf(unknown)).toBe(401))).toEqual(['find_sessions']);
  });

  test('tokens that come together are looked up in one statement, and each is told its own', async () => {
    const people = await Promise.all(Array.from({ length: 8 }, () => person()));
    const { db: noted, since } = watched(db);
    const server = await buildApp({ ...deps, db: noted });
    onTestFinished(() => server.close());
    const tokens = [...people.map(({ token }) => token), newToken('session')];
    const answers: Answer[] = [];
    const names = await since(async () => {
      answers.push(...(await Promise.all(tokens.map((token) => caller(server, token)('GET', '/me')))));
    });
    expect(names.filter((name) => name === 'find_sessions')).toHaveLength(1);
    expect(answers.map(({ status, json }) => (status === 200 ? json.email : status))).toEqual([
      ...people.map(({ email }) => email),
      401,
    ]);
  });

  test('refuses what is no address and weak passwords, by pointer', async () => {
    const cases: [object, string][] = [
      [{ email: 'nobody', password }, '/email'],
      [{ email: 'a@b@c', password }, '/email'],
      [{ email: '@example.org', password }, '/email'],
      [{ email: 'a b@example.org', password }, '/email'],
      [{ email: 'a\r\n@example.org', password }, '/email'],
      [{ email: newEmail(), password: 'short' }, '/password'],
      [{ email: newEmail(), password: '😀'.repeat(7) }, '/password'],
      [{ email: newEmail(), password: 'x'.repeat(1025) }, '/password'],
      [{ email: newEmail(), password: 'a\ud800bcdefgh' }, '/password'],
      [{ email: newEmail(), password, time_zone: 'Nowhere' }, '/time_zone'],
      [{ email: newEmail() }, '/password'],
      [{ email: newEmail(), password, admin: true }, '/admin'],
    ];
    for (const [body, pointer] of cases) {
      const { status, json } = await call('POST', '/auth/register', { body });
      expect([body, status, json.errors?.[0].pointer]).toEqual([body, 422, pointer]);
    }
  });

  test('one address has one account, however it is written', async () => {
    const taken = async (first: string, second: string) => {
      expect((await call('POST', '/auth/register', { body: { email: first, password } })).status).toBe(201);
      return (await call('POST', '/auth/register', { body: { email: second, password } })).status;
    };
    expect(await taken('full@example.org', 'ｆｕｌｌ＠ｅｘａｍｐｌｅ．ｏｒｇ')).toBe(409);
    expect(await taken('caf\u00e9@example.org', 'CAFE\u0301@example.org')).toBe(409);
    expect(await taken('i\u0307x@example.org', '\u0130X@example.org')).toBe(409);
    expect(await taken('stra\u00dfe@example.org', 'STRA\u1e9eE@example.org')).toBe(409);
    // A dotless i is another letter, and ß is not ss: other addresses.
    expect(await taken('kirmizi@example.org', 'k\u0131rm\u0131z\u0131@example.org')).toBe(201);
  });
});

describe('login', () => {
  test('a known address with its password signs in; all else is refused alike', async () => {
    const anna = await person();
    const good = await call('POST', '/auth/login', {
      body: { email: anna.email.toUpperCase(), password: anna.password },
    });
    expect(good.status).toBe(200);
    expect(good.json.user.id).toBe(anna.id);
    expect((await caller(app, good.json.token)('GET', '/me')).status).toBe(200);

    const wrong = await call('POST', '/auth/login', { body: { email: anna.email, password: 'another one' } });
    const unknown = await call('POST', '/auth/login', {
      body: { email: newEmail(), password: 'another one' },
    });
    const noAddress = await call('POST', '/auth/login', {
      body: { email: 'nobody', password: 'another one' },
    });
    for (const answer of [wrong, unknown, noAddress]) {
      expect({ ...answer.json, request_id: '' }).toEqual({
        type: 'about:blank',
        title: 'Unauthorized',
        status: 401,
        detail: 'The e-mail address or the password is wrong.',
        code: 'invalid_credentials',
        request_id: '',
      });
    }
  });

  test('a password that is changed while it is looked at lets nobody in', async () => {
    const anna = await person();
    const changes: (() => Promise<{ status: number }>)[] = [
      () =>
        anna.call('POST', '/me/password', {
          body: { current_password: anna.password, new_password: 'another sentence' },
        }),
      () => anna.call('DELETE', '/me', { body: { password: 'another sentence' } }),
    ];
    for (const now of [anna.password, 'another sentence']) {
      const { passwords } = deps;
      const racing = await buildApp({
        ...deps,
        passwords: {
          ...passwords,
          verify: async (hash, given) => {
            const isGood = await passwords.verify(hash, given);
            expect((await changes.shift()?.())?.status).toBe(204);
            return isGood;
          },
        },
      });
      const answer = await caller(racing)('POST', '/auth/login', {
        body: { email: anna.email, password: now },
      });
      expect([answer.status, answer.json.code]).toEqual([401, 'invalid_credentials']);
      await racing.close();
    }
  });

  test('a session that begins while the password is changed ends with the others', async () => {
    const anna = await person();
    const holder = new Client(database.connection);
    await holder.connect();
    onTestFinished(() => holder.end());
    // As a sign-in whose statement has run and whose commit is on its way.
    await holder.query('begin');
    await holder.query('select from users where id = $1 for share', [anna.id]);
    const hash = Buffer.alloc(32, 7);
    await holder.query(
      `insert into sessions (user_id, kind, token_hash, expires_at) values ($1, 'session', $2, now() + interval '1 day')`,
      [anna.id, hash],
    );
    const changed = anna.call('POST', '/me/password', {
      body: { current_password: anna.password, new_password: 'another sentence' },
    });
    const waiting = `select from pg_stat_activity where datname = '${database.name}' and wait_event_type = 'Lock'`;
    await expect.poll(async () => (await onServer(waiting)).length).toBe(1);
    await holder.query('commit');
    expect((await changed).status).toBe(204);
    const { rows } = await holder.query('select from sessions where token_hash = $1', [hash]);
    expect(rows).toEqual([]);
  });

  test('a bcrypt hash is taken once and replaced', async () => {
    const anna = await person();
    const bcrypt = hashSync('from the old days', 4);
    const hashOf = async () =>
      (
        await onServer<{ hash: string }>(
          `select password_hash as hash from users where id = '${anna.id}'`,
          database.connection,
        )
      )[0]?.hash;
    await onServer(
      `update users set password_hash = '${bcrypt}' where id = '${anna.id}'`,
      database.connection,
    );
    const login = (password: string) =>
      call('POST', '/auth/login', { body: { email: anna.email, password } });
    expect((await login('wrong password')).status).toBe(401);
    expect(await hashOf()).toBe(bcrypt);
    expect((await login('from the old days')).status).toBe(200);
    expect(await hashOf()).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    expect((await login('from the old days')).status).toBe(200);
  });

  test('only the hash of a token is stored', async () => {
    const anna = await person();
    const rows = await onServer<{ row: string }>(
      `select s::text as row from sessions s where user_id = '${anna.id}'`,
      database.connection,
    );
    expect(rows).toHaveLength(1);
    expect(rows[0]?.row).not.toContain(anna.token.slice(5, 20));
  });
});

describe('logout', () => {
  test('ends this session and no other', async () => {
    const anna = await person();
    const { json } = await call('POST', '/auth/login', {
      body: { email: anna.email, password: anna.password },
    });
    const answer = await anna.call('POST', '/auth/logout');
    expect([answer.status, answer.text]).toEqual([204, '']);
    expect(answer.headers['set-cookie']).toMatch(/^__Host-daymark=; .*Max-Age=0$/);
    expect((await anna.call('GET', '/me')).status).toBe(401);
    expect((await caller(app, json.token)('GET', '/me')).status).toBe(200);
  });
});
