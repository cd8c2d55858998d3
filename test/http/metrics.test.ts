import { readFileSync } from 'node:fs';
import { afterAll, expect, onTestFinished, test } from 'vitest';
import { buildApp } from '../../src/app.ts';
import { caller, testApp } from '../app.ts';
import { sendRaw } from '../security/raw.ts';

const { deps, person, call } = await testApp();
const token = 'a-token-of-the-scraper';
const guarded = await buildApp({ ...deps, metricsToken: token });
afterAll(() => guarded.close());
const folder = new URL('../../docs/monitoring/', import.meta.url);

test('counts requests by route and status, and never by path', async () => {
  const server = await buildApp(deps);
  onTestFinished(() => server.close());
  const anna = caller(server, (await person()).token);
  await anna('POST', '/entries', { body: { text: 'a secret of Anna' } });
  await anna('POST', '/entries', { body: {} });
  await anna('GET', '/entries/0190f5fe-7c00-7a00-8000-000000000000');
  await anna('GET', '/nowhere/at/all');
  await anna('GET', '/categories');
  await anna('GET', '/categories');
  const { text, headers } = await caller(server)('GET', '//metrics');
  expect(headers['content-type']).toContain('text/plain; version=0.0.4');
  const count = (labels: string) =>
    new RegExp(`^daymark_http_request_duration_seconds_count\\{${labels}\\} (\\d+)$`, 'm').exec(text)?.[1];
  expect(count('method="POST",route="/api/v1/entries",status="201"')).toBe('1');
  expect(count('method="POST",route="/api/v1/entries",status="422"')).toBe('1');
  expect(count('method="GET",route="/api/v1/entries/:id",status="404"')).toBe('1');
  expect(count('method="GET",route="none",status="404"')).toBe('1');
  expect(text).toMatch(/^daymark_problems_total\{code="entry_empty"\} 1$/m);
  expect(text).toMatch(/^daymark_problems_total\{code="entry_not_found"\} 1$/m);
  expect(text).toMatch(/^daymark_cache_hits_total 1$/m);
  expect(text).toMatch(/^daymark_cache_misses_total 1$/m);
  expect(text).toMatch(/^daymark_pool_connections [1-9]/m);
  expect(text).toMatch(/^daymark_http_requests_in_flight 0$/m);
  expect(text).toMatch(/^nodejs_eventloop_lag_p99_seconds /m);
  expect(text).toMatch(/^daymark_build_info\{version="0\.0\.0",node="v\d/m);
  expect(text).not.toMatch(/Anna|nowhere|0190f5fe/);
});

test('counts problems that no route answers as well', async () => {
  const server = await buildApp({ ...deps, maxPending: 0 });
  onTestFinished(() => server.close());
  await server.listen({ host: '127.0.0.1', port: 0 });
  const rest = 'HTTP/1.1\r\nHost: x\r\nConnection: close\r\n';
  for (const bytes of [
    `GET /nowhere ${rest}\r\n`,
    `PATCH /livez ${rest}\r\n`,
    `GET /%zz ${rest}\r\n`,
    `GET /livez x ${rest}\r\n`,
    `GET /livez ${rest}X-A: ${'a'.repeat(20_000)}\r\n\r\n`,
    `GET /livez ${rest}Expect: more\r\n\r\n`,
    `CONNECT x:1 ${rest}\r\n`,
    `GET /api/v1/me ${rest}\r\n`,
  ]) {
    expect((await sendRaw(server, bytes)).map(({ status }) => status >= 400)).toEqual([true]);
  }
  const { text } = await caller(server)('GET', '//metrics');
  const counted = [...text.matchAll(/^daymark_problems_total\{code="(\w+)"\} (\d+)$/gm)];
  expect(Object.fromEntries(counted.map(([, code, n]) => [code, Number(n)]))).toEqual({
    route_not_found: 1,
    method_not_allowed: 2,
    malformed_request: 2,
    headers_too_large: 1,
    expectation_failed: 1,
    overloaded: 1,
  });
});

test.each([
  ['from this machine', '127.0.0.1', {}, 200],
  ['from this machine, IPv6', '::1', {}, 200],
  ['from elsewhere', '192.0.2.7', {}, 401],
  ['with the token', '192.0.2.7', { authorization: `Bearer ${token}` }, 200],
  ['with a wrong token', '127.0.0.1', { authorization: 'Bearer wrong' }, 401],
  ['through a proxy of this machine', '127.0.0.1', { 'x-forwarded-for': '192.0.2.7' }, 401],
])('%s', async (_, remoteAddress, headers: Record<string, string>, status) => {
  expect((await caller(guarded)('GET', '//metrics', { remoteAddress, headers })).status).toBe(status);
});

test('without a token set there is none that is right', async () => {
  const headers = { authorization: 'Bearer null' };
  expect((await call('GET', '//metrics', { headers, remoteAddress: '192.0.2.7' })).status).toBe(401);
});

test.each(['grafana-dashboard.json', 'alerts.yaml'])('%s asks for metrics that there are', async (file) => {
  const { text } = await call('GET', '//metrics');
  const known = new Set([...text.matchAll(/^# TYPE (\S+)/gm)].map(([, name]) => name));
  const asked = [
    ...readFileSync(new URL(file, folder), 'utf8').matchAll(/\b(?:daymark|nodejs|process)_[a-z0-9_]+/g),
  ].map(([name]) => name.replace(/_(bucket|count|sum)$/, ''));
  expect(asked.length).toBeGreaterThan(5);
  for (const name of asked) expect(known).toContain(name);
});
