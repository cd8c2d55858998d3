import { expect, test } from 'vitest';
import { buildApp } from '../../src/app.ts';
import { caller, testApp, type Call } from '../app.ts';

const { app, person, deps } = await testApp();
const anonymous = caller(app);
const body = { mood: 5 };

async function outcome(
  call: Call,
  method: string,
  path: string,
  headers: Record<string, string>,
  content?: object,
) {
  const { status, json } = await call(method, path, { headers, ...(content ? { body: content } : {}) });
  return status >= 400 ? json.code : status;
}

test('a write that brings the cookie must come from our own pages', async () => {
  const anna = await person();
  const cookie = `other=1; __Host-daymark=${anna.token}; more=2`;
  const write = (headers: Record<string, string>) =>
    outcome(anonymous, 'POST', '/entries', { cookie, ...headers }, body);
  expect(await write({ 'sec-fetch-site': 'same-origin' })).toBe(201);
  expect(await write({ 'sec-fetch-site': 'same-site' })).toBe('cross_site');
  expect(await write({ 'sec-fetch-site': 'cross-site' })).toBe('cross_site');
  expect(await write({ 'sec-fetch-site': 'none' })).toBe('cross_site');
  expect(await write({ 'sec-fetch-site': 'cross-site', origin: 'http://localhost:80' })).toBe('cross_site');
  expect(await write({ host: 'diary.example', origin: 'https://diary.example' })).toBe(201);
  expect(await write({ host: 'diary.example', origin: 'https://evil.example' })).toBe('cross_site');
  expect(await write({ host: 'diary.example', origin: 'null' })).toBe('cross_site');
  expect(await write({})).toBe('cross_site');
});

test('reading with the cookie needs nothing more; the header counts where both come', async () => {
  const [anna, ben] = [await person(), await person()];
  const cookie = `__Host-daymark=${anna.token}`;
  const me = async (headers: Record<string, string>) => (await anonymous('GET', '/me', { headers })).json;
  expect((await me({ cookie })).id).toBe(anna.id);
  expect((await me({ cookie, 'sec-fetch-site': 'cross-site' })).id).toBe(anna.id);
  expect((await me({ cookie, authorization: `Bearer ${ben.token}` })).id).toBe(ben.id);
  expect((await me({ cookie, authorization: 'Bearer nonsense' })).code).toBe('unauthenticated');
  expect((await me({ cookie, authorization: 'Basic YTpi' })).code).toBe('unauthenticated');
});

test('a token in the header needs no such proof', async () => {
  const anna = await person();
  expect(await outcome(anna.call, 'POST', '/entries', { 'sec-fetch-site': 'cross-site' }, body)).toBe(201);
});

test('signing in from another site’s page is refused, from a program not', async () => {
  const anna = await person();
  const login = { email: anna.email, password: anna.password };
  const signIn = (headers: Record<string, string>) =>
    outcome(anonymous, 'POST', '/auth/login', headers, login);
  expect(await signIn({})).toBe(200);
  expect(await signIn({ 'sec-fetch-site': 'same-origin' })).toBe(200);
  expect(await signIn({ 'sec-fetch-site': 'cross-site' })).toBe('cross_site');
  expect(await signIn({ origin: 'https://evil.example' })).toBe('cross_site');
  const account = { email: 'from-elsewhere@example.org', password: 'a long sentence' };
  expect(
    await outcome(anonymous, 'POST', '/auth/register', { origin: 'https://evil.example' }, account),
  ).toBe('cross_site');
});

test('with a plain http address the cookie can live there; with https pages are held to it', async () => {
  const anna = await person();
  const plain = await buildApp({ ...deps, publicUrl: 'http://diary.lan:8080' });
  const login = await caller(plain)('POST', '/auth/login', {
    body: { email: anna.email, password: anna.password },
  });
  expect(login.headers['set-cookie']).toBe(
    `daymark=${login.json.token}; Path=/; HttpOnly; SameSite=Lax; Max-Age=34560000`,
  );
  expect(login.headers['strict-transport-security']).toBeUndefined();
  const write = await caller(plain)('POST', '/entries', {
    body,
    headers: { cookie: `daymark=${login.json.token}`, origin: 'http://diary.lan:8080', host: 'internal' },
  });
  expect(write.status).toBe(201);
  await plain.close();

  const secure = await buildApp({ ...deps, publicUrl: 'https://diary.example' });
  const answer = await caller(secure)('GET', '//livez');
  expect(answer.headers['strict-transport-security']).toBe('max-age=63072000; includeSubDomains');
  await secure.close();
});

test('a page whose browser has somebody else’s session meanwhile neither writes into their diary nor reads it', async () => {
  const [anna, ben] = [await person(), await person()];
  const headers = (id: string) => ({
    ...{ cookie: `__Host-daymark=${ben.token}`, 'sec-fetch-site': 'same-origin', 'daymark-account': id },
  });
  expect(await outcome(anonymous, 'POST', '/entries', headers(anna.id), body)).toBe('unauthenticated');
  expect(await outcome(anonymous, 'GET', '/entries', headers(anna.id))).toBe('unauthenticated');
  expect((await ben.call('GET', '/entries')).json.entries).toEqual([]);
  expect(await outcome(anonymous, 'POST', '/entries', headers(ben.id), body)).toBe(201);
});
