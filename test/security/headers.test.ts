import { afterAll, describe, expect, test } from 'vitest';
import { buildApp } from '../../src/app.ts';
import { caller, testApp, type Answer } from '../app.ts';
import { observatoryScore } from './observatory.ts';
import { sendRaw } from './raw.ts';

const { deps, person } = await testApp();
const app = await buildApp({ ...deps, publicUrl: 'https://diary.example' });
await app.listen({ host: '127.0.0.1', port: 0 });
afterAll(() => app.close());
const call = caller(app);
const anna = await person();
const own = caller(app, anna.token);

const signIn = (password: string) => call('POST', '/auth/login', { body: { email: anna.email, password } });

/** Answers of every kind: pages, the API, problems of routes and of the framework. */
const answers: Record<string, () => Promise<Answer>> = {
  'the page at /': () => call('GET', '//', { headers: { accept: 'text/html' } }),
  'the documentation': () => call('GET', '//docs/'),
  'its parts': () => call('GET', '//docs/static/swagger-ui.css'),
  'the contract': () => call('GET', '//openapi.json'),
  health: () => call('GET', '//livez'),
  'a list': () => own('GET', '/entries'),
  'a new entry': () => own('POST', '/entries', { body: { mood: 3 } }),
  'a sign-in': () => signIn(anna.password),
  'a failed sign-in': () => signIn('another sentence'),
  'an answer without a body': () => own('DELETE', '/me/tokens/none'),
  'a problem of validation': () => own('POST', '/entries', { body: { mood: 11 } }),
  'a path that is none': () => call('GET', '//nothing'),
  'a method that is none': () => call('DELETE', '/entries'),
  'a URL that cannot be decoded': () => call('GET', '/entries/%zz'),
  'a query that cannot be decoded': () => call('GET', '/entries?q=%zz'),
  'a body that is none': () => own('POST', '/entries', { body: '{' }),
};

describe.each(Object.entries(answers))('%s', (_what, get) => {
  test('has 125 points or more, and allows nothing that is unsafe', async () => {
    const answer = await get();
    const { score, modifiers } = observatoryScore(answer);
    expect([score >= 125, modifiers]).toEqual([true, modifiers]);
    expect(JSON.stringify(answer.headers)).not.toMatch(/unsafe-|access-control-/);
  });

  test('tells browsers what not to do with it', async () => {
    const { headers } = await get();
    expect(headers).toMatchObject({
      'strict-transport-security': 'max-age=63072000; includeSubDomains',
      'cross-origin-embedder-policy': 'require-corp',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
    });
    const policy = String(headers['content-security-policy']);
    for (const rule of [
      "default-src 'none'",
      "frame-ancestors 'none'",
      "base-uri 'none'",
      "form-action 'none'",
    ])
      expect(policy).toContain(rule);
    // A banner names what to attack.
    expect(Object.keys(headers)).not.toEqual(expect.arrayContaining(['server']));
    expect(Object.keys(headers)).not.toEqual(expect.arrayContaining(['x-powered-by']));
  });
});

test.each([
  ['no HTTP', 'NOT HTTP\r\n\r\n', 400],
  ['headers that are too large', `GET /livez HTTP/1.1\r\nHost: x\r\nX: ${'x'.repeat(17_000)}\r\n\r\n`, 431],
])('what the parser refuses is answered with the same headers: %s', async (_what, bytes, status) => {
  const [answer, ...more] = await sendRaw(app, bytes);
  expect([answer?.status, more]).toEqual([status, []]);
  const scored = { ...answer!, text: answer!.body, json: undefined };
  expect(observatoryScore(scored).score).toBeGreaterThanOrEqual(125);
  expect(answer?.headers).toMatchObject({ 'content-type': 'application/problem+json', connection: 'close' });
});

test('a sign-in and a new token are stored by nobody; what is personal is asked for anew', async () => {
  expect((await signIn(anna.password)).headers['cache-control']).toBe('no-store');
  const token = await own('POST', '/me/tokens', { body: { name: 'x', scopes: ['export'] } });
  expect(token.headers['cache-control']).toBe('no-store');
  for (const path of ['/me', '/entries', '/me/events', '/me/sessions', '/me/tokens']) {
    const { headers } = await own('GET', path);
    expect([path, headers['cache-control']]).toEqual([path, 'private, no-cache']);
    expect(String(headers['vary']).toLowerCase()).toContain('authorization, cookie');
  }
});

test('the cookie is bound to this host, to TLS, and closed to scripts', async () => {
  const cookie = String((await signIn(anna.password)).headers['set-cookie']);
  expect(cookie).toMatch(/^__Host-daymark=dm_s_\w+; Path=\/; HttpOnly; Secure; SameSite=Lax; Max-Age=\d+$/);
  expect(cookie.length).toBeLessThan(4096);
});

test('over plain http no browser is told to insist on TLS', async () => {
  const plain = await buildApp({ ...deps, publicUrl: 'http://diary.lan' });
  expect((await caller(plain)('GET', '//livez')).headers['strict-transport-security']).toBeUndefined();
  await plain.close();
});

test('the scale counts what it should: a bare answer fails, each fault costs its points', () => {
  const answer = (headers: Record<string, string>, text = ''): Answer => ({
    status: 200,
    headers,
    text,
    json: undefined,
  });
  expect(observatoryScore(answer({})).score).toBe(100 - 25 - 20 - 5 - 20);
  const good = {
    'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
    'cross-origin-resource-policy': 'same-origin',
    'referrer-policy': 'no-referrer',
    'strict-transport-security': 'max-age=63072000',
    'x-content-type-options': 'nosniff',
  };
  const cost = (headers: Record<string, string>, text = '') =>
    observatoryScore(answer({ ...good, ...headers }, text)).score - observatoryScore(answer(good)).score;
  expect(observatoryScore(answer(good)).score).toBe(130);
  expect(cost({ 'set-cookie': 'a=b; Secure; HttpOnly; SameSite=Lax' })).toBe(5);
  expect(cost({ 'set-cookie': 'a=b' })).toBe(-10);
  expect(cost({ 'content-security-policy': "default-src 'self'; frame-ancestors 'none'" })).toBe(-5);
  expect(cost({ 'x-content-type-options': '' })).toBe(-5);
  expect(cost({ 'content-security-policy': "default-src 'none'; script-src 'unsafe-inline'" })).toBeLessThan(
    -30,
  );
  expect(cost({}, '<script src="https://elsewhere.example/x.js"></script>')).toBe(-5);
});
