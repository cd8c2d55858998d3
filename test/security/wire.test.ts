import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { describe, expect, test } from 'vitest';
import { caller, testApp } from '../app.ts';
import { sendRaw } from './raw.ts';

const { app, person } = await testApp();
await app.listen({ host: '127.0.0.1', port: 0 });
const [anna, ben] = [await person(), await person()];

const close = 'Connection: close\r\n\r\n';
const by = ({ token }: { token: string }) => `Authorization: Bearer ${token}\r\n`;
const me = 'GET /api/v1/me HTTP/1.1\r\nHost: x\r\n';
const post = `POST /api/v1/entries HTTP/1.1\r\nHost: x\r\n${by(anna)}Content-Type: application/json\r\n`;
const entry = '{"mood":3}';

/** What one request, sent as bytes, is answered with: the status, or status and code of a problem. */
async function outcome(bytes: string): Promise<string> {
  const answers = await sendRaw(app, bytes);
  expect(answers).toHaveLength(1);
  const [{ status, headers, body }] = answers as [(typeof answers)[number]];
  if (status < 400) return String(status);
  expect([bytes, headers['content-type']]).toEqual([bytes, 'application/problem+json']);
  const problem = JSON.parse(body) as { code: string; status: number; request_id: string };
  expect([problem.status, problem.request_id]).toEqual([status, headers['x-request-id']]);
  return `${status} ${problem.code}`;
}

describe('a request that two programs could read in two ways is refused', () => {
  test.each([
    ['no Host', `GET /livez HTTP/1.1\r\n${close}`],
    ['two Hosts', `GET /livez HTTP/1.1\r\nHost: a\r\nHost: b\r\n${close}`],
    ['two Authorizations', `${me}${by(anna)}${by(ben)}${close}`],
    ['the same Authorization twice', `${me}${by(anna)}${by(anna)}${close}`],
    ['two Content-Types', `${post}Content-Type: text/plain\r\nContent-Length: 10\r\n${close}${entry}`],
    ['another major version', `GET /livez HTTP/2.0\r\nHost: x\r\n${close}`],
    ['the preface of HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'],
    ['a folded header', `GET /livez HTTP/1.1\r\nHost: x\r\nX-A: a\r\n b\r\n${close}`],
    ['line feeds alone', 'GET /livez HTTP/1.1\nHost: x\n\n'],
    ['NUL in a header', `GET /livez HTTP/1.1\r\nHost: x\r\nX-A: \0\r\n${close}`],
    ['a blank in the path', `GET /livez x HTTP/1.1\r\nHost: x\r\n${close}`],
    ['a length beyond all numbers', `${post}Content-Length: 99999999999999999999\r\n${close}${entry}`],
    ['a negative length', `${post}Content-Length: -1\r\n${close}${entry}`],
    ['a length in hexadecimal', `${post}Content-Length: 0xa\r\n${close}${entry}`],
    [
      'a chunk beyond all numbers',
      `${post}Transfer-Encoding: chunked\r\n${close}fffffffffffffffff\r\n${entry}`,
    ],
    [
      'a chunk that is not as long as it says',
      `${post}Transfer-Encoding: chunked\r\n${close}5\r\n${entry}\r\n0\r\n\r\n`,
    ],
    ['an endless chunk extension', `${post}Transfer-Encoding: chunked\r\n${close}a;${'e'.repeat(20_000)}`],
  ])('%s', async (_what, bytes) => {
    expect(await outcome(bytes)).toBe('400 malformed_request');
  });
});

describe('limits', () => {
  test.each([
    ['a length of petabytes', `${post}Content-Length: 9007199254740991\r\n${close}`, '413 body_too_large'],
    [
      'chunks of more than 1 MiB',
      `${post}Transfer-Encoding: chunked\r\n${close}${`20000\r\n${'x'.repeat(0x20000)}\r\n`.repeat(9)}`,
      '413 body_too_large',
    ],
    [
      'a URL of more than 16 KiB',
      `GET /${'x'.repeat(17_000)} HTTP/1.1\r\nHost: x\r\n${close}`,
      '431 headers_too_large',
    ],
    [
      'many small headers',
      `GET /livez HTTP/1.1\r\nHost: x\r\n${'X-A: 1\r\n'.repeat(6000)}${close}`,
      '431 headers_too_large',
    ],
    [
      'a body in gzip',
      `${post}Content-Encoding: gzip\r\nContent-Length: 10\r\n${close}${entry}`,
      '415 unsupported_media_type',
    ],
    [
      'an expectation that is none',
      `${post}Expect: 200-ok\r\nContent-Length: 10\r\n${close}${entry}`,
      '417 expectation_failed',
    ],
    ['a body with GET', `${me}${by(anna)}Content-Length: 5\r\n${close}GET /`, '200'],
    ['HTTP/1.0 without Host', 'GET /livez HTTP/1.0\r\n\r\n', '200'],
  ])('%s', async (_what, bytes, expected) => {
    expect(await outcome(bytes)).toBe(expected);
  });
});

describe('methods', () => {
  test.each(['TRACE', 'OPTIONS', 'PROPFIND', 'PURGE', 'SEARCH'])(
    '%s is no method of ours',
    async (method) => {
      const secret = 'X-Secret: echo';
      const preflight = 'Origin: https://evil.example\r\nAccess-Control-Request-Method: DELETE\r\n';
      const request = `${method} /api/v1/me HTTP/1.1\r\nHost: x\r\n${secret}\r\n${preflight}${close}`;
      const [answer] = await sendRaw(app, request);
      expect([answer?.status, answer?.headers['allow']]).toEqual([405, 'DELETE, GET, HEAD, PATCH']);
      expect(JSON.stringify(answer)).not.toContain('echo');
      expect(Object.keys(answer!.headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
    },
  );

  test('CONNECT is refused, and nothing is connected', async () => {
    expect(await outcome(`CONNECT 127.0.0.1:22 HTTP/1.1\r\nHost: x\r\n${close}`)).toBe(
      '405 method_not_allowed',
    );
  });

  test('an upgrade is not taken', async () => {
    for (const protocol of ['websocket', 'h2c', 'TLS/1.0'])
      expect(
        await outcome(`${me}${by(anna)}Upgrade: ${protocol}\r\nConnection: Upgrade, close\r\n\r\n`),
      ).toBe('200');
  });

  test('headers that name another method, path or person change nothing', async () => {
    const { json: mine } = await anna.call('POST', '/entries', { body: { mood: 6 } });
    const headers = {
      'x-http-method-override': 'DELETE',
      'x-method-override': 'DELETE',
      'x-original-url': '/api/v1/me',
      'x-rewrite-url': '/api/v1/me',
      'x-user-id': ben.id,
      'x-forwarded-user': ben.email,
    };
    const read = await anna.call('GET', `/entries/${mine.id}`, { headers });
    expect([read.status, read.json.id]).toEqual([200, mine.id]);
    const query = `_method=DELETE&access_token=${ben.token}`;
    expect((await anna.call('GET', `/entries?${query}`)).status).toBe(422);
    expect((await caller(app)('GET', `/me?access_token=${ben.token}&token=${ben.token}`)).status).toBe(401);
  });
});

test('pipelined requests are answered in order, each as its own sender', async () => {
  const answers = await sendRaw(
    app,
    `${me}${by(anna)}\r\n${me}\r\n${me}${by(ben)}\r\n${post}Content-Length: 10\r\n\r\n${entry}${me}${close}`,
  );
  expect(answers.map(({ status }) => status)).toEqual([200, 401, 200, 201, 401]);
  expect((JSON.parse(answers[0]!.body) as { id: string }).id).toBe(anna.id);
  expect((JSON.parse(answers[2]!.body) as { id: string }).id).toBe(ben.id);
});

test('beside the files of the page, and four folders above them, lie others', () => {
  const above = createRequire(import.meta.url).resolve('@fastify/swagger-ui/package.json');
  for (const path of ['./static/index.html', './package.json', '../../../package.json'])
    expect([path, existsSync(new URL(path, pathToFileURL(above)))]).toEqual([path, true]);
});

test.each([
  '/docs/static/../package.json',
  '/docs/static/../../../../package.json',
  '/docs/static/%2e%2e/package.json',
  '/docs/static/%2e%2e/%2e%2e/%2e%2e/%2e%2e/package.json',
  '/docs/static/..%2fpackage.json',
  '/docs/static/..%2f..%2f..%2f..%2fpackage.json',
  '/docs/static/..%5cpackage.json',
  '/docs/static/..%5c..%5c..%5c..%5cpackage.json',
  '/docs/static/....//package.json',
  '/docs/static//etc/passwd',
  '/docs/static/.env',
  '/.env',
  '/.git/config',
  '//etc/passwd',
  '/api/v1/../../package.json',
])('no file but those of the page is served: %s', async (path) => {
  expect(await outcome(`GET ${path} HTTP/1.1\r\nHost: x\r\n${close}`)).toBe('404 route_not_found');
});
