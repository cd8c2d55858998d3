import { expect } from 'vitest';
import { askAt, clientAddress } from './proxied.ts';

const inBrowser = { 'sec-fetch-site': 'same-origin' };
const lies = {
  'x-forwarded-for': '203.0.113.9',
  'x-real-ip': '203.0.113.9',
  forwarded: 'for=203.0.113.9;proto=http',
  'x-forwarded-proto': 'http',
  'x-forwarded-host': 'evil.example',
};

/** What a proxy at this port must do for the server behind it. */
export async function expectGoodProxy(port: number): Promise<void> {
  const ask = askAt(port);
  await expect.poll(() => ask('GET', '/readyz').then(({ status }) => status, String)).toBe(200);
  const bearer = await signUp(ask);
  await expectOwnAddress(ask, bearer);
  // What the server lets only its own machine read.
  expect((await ask('GET', '/metrics')).status).toBe(401);
  expect((await ask('GET', '/metrics', { headers: lies })).status).toBe(401);
  await expectLimits(ask, bearer);
  await expectImport(ask, bearer);
}

type Ask = ReturnType<typeof askAt>;
type Bearer = { authorization: string };

/** The cookie is for TLS only, though the server itself is spoken to without. */
async function signUp(ask: Ask): Promise<Bearer> {
  const body = JSON.stringify({ email: 'anna@example.org', password: 'a long sentence of hers' });
  const registered = await ask('POST', '/api/v1/auth/register', { body, headers: { ...inBrowser, ...lies } });
  expect([registered.status, registered.text]).toEqual([201, registered.text]);
  const cookie = registered.headers['set-cookie']?.[0];
  expect(cookie).toMatch(/^__Host-daymark=.*; Secure/);
  expect(registered.headers['strict-transport-security']).toBeDefined();
  return { authorization: `Bearer ${(JSON.parse(registered.text) as { token: string }).token}` };
}

async function expectOwnAddress(ask: Ask, bearer: Bearer): Promise<void> {
  const { text } = await ask('GET', '/api/v1/me/sessions', { headers: { ...bearer, ...lies } });
  const { sessions } = JSON.parse(text) as { sessions: { ip: string }[] };
  expect(sessions.map(({ ip }) => ip)).toEqual([clientAddress]);
}

/** Whoever refuses what is too large, clients get the problem that the contract promises. */
async function expectLimits(ask: Ask, headers: Bearer): Promise<void> {
  const body = JSON.stringify({ text: 'x'.repeat(1_100_000) });
  const answer = await ask('POST', '/api/v1/entries', { headers, body });
  expect([answer.status, JSON.parse(answer.text)]).toEqual([
    413,
    {
      type: 'about:blank',
      title: 'Payload Too Large',
      status: 413,
      detail: 'The body is larger than is taken here.',
      code: 'body_too_large',
      request_id: answer.headers['x-request-id'],
    },
  ]);
  expect(answer.headers).toMatchObject({
    'content-type': 'application/problem+json',
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
  });
}

/** A file larger than most proxies let through, and its progress while nothing has ended yet. */
async function expectImport(ask: Ask, bearer: Bearer): Promise<void> {
  const body = `date,mood,text\n${'2026-03-01,7,"A long run along the river."\n'.repeat(100_000)}`;
  const headers = { ...bearer, 'content-type': 'application/octet-stream' };
  const imported = await ask('POST', '/api/v1/imports?format=csv', { headers, body });
  expect([imported.status, imported.text]).toEqual([202, imported.text]);
  const { id } = JSON.parse(imported.text) as { id: string };
  const events = await ask('GET', `/api/v1/imports/${id}/events`, { headers: bearer, until: '\n\n' });
  expect(events.headers['content-type']).toMatch(/^text\/event-stream/);
  expect(events.text).toMatch(/"state" ?: "queued"/);
}
