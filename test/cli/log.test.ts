import { mkdtempSync, readFileSync, rmSync, statSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { testApp } from '../app.ts';
import { daymark, daymarkProcess } from './run.ts';

const { app, person } = await testApp();
await app.listen({ host: '127.0.0.1', port: 0 });
const url = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`;

/** Somebody with a token, and a state folder of their own. */
async function writer() {
  const someone = await person();
  const { json } = await someone.call('POST', '/me/tokens', {
    body: { name: 'x', scopes: ['entries:write'] },
  });
  const state = mkdtempSync(join(tmpdir(), 'daymark-log-'));
  onTestFinished(() => rmSync(state, { recursive: true, force: true }));
  const folder = join(state, 'daymark');
  const env = { DAYMARK_URL: url, DAYMARK_TOKEN: json.token as string, XDG_STATE_HOME: state };
  return {
    folder,
    outbox: join(folder, 'outbox.jsonl'),
    log: (args: string[], more: Record<string, string> = {}, input?: string) =>
      daymark(['log', ...args], { ...env, ...more }, input),
    logProcess: (text: string) => daymarkProcess(['log', text], env),
    entries: async () => (await someone.call('GET', '/entries?order=asc&limit=100')).json.entries,
  };
}

/** Where nothing listens. */
const nowhere = (await closedServer()).url;

async function closedServer(): Promise<{ url: string }> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return { url: `http://127.0.0.1:${port}` };
}

/** A server that gives every request the same answer. */
async function answering(
  status: number,
  body: string,
  headers = {},
): Promise<{ url: string; seen: string[] }> {
  const seen: string[] = [];
  const server: Server = createServer((request, response) => {
    seen.push(`${request.method} ${request.url}`);
    request.resume().once('end', () => response.writeHead(status, headers).end(body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, seen };
}

test('an entry with all its members', async () => {
  const { log, entries, folder, outbox } = await writer();
  const args = [
    'Long run',
    '--mood',
    '8',
    '--category',
    'sport',
    '--tag',
    'run',
    '--tag',
    'a,b',
    '--measure',
  ];
  const rest = [
    'km=12.5',
    '--measure',
    'ran=true',
    '--at',
    '2026-03-01T07:30:00+01:00',
    '--time-zone',
    'Europe/Paris',
  ];
  expect(await log([...args, ...rest])).toEqual({ code: 0, stdout: 'sent 1 entry\n', stderr: '' });
  expect(await entries()).toMatchObject([
    {
      text: 'Long run',
      mood: 8,
      category: 'sport',
      tags: ['run', 'a,b'],
      measures: { km: 12.5, ran: true },
      at: '2026-03-01T06:30:00.000Z',
      time_zone: 'Europe/Paris',
    },
  ]);
  expect([existsSync(outbox), existsSync(join(folder, 'outbox.lock'))]).toEqual([false, false]);
  const piped = await log(['-', '--json'], {}, 'two\nlines\n');
  expect([piped.code, JSON.parse(piped.stdout)]).toEqual([
    0,
    expect.objectContaining({ text: 'two\nlines' }),
  ]);
});

test('without a connection it waits, with the time of writing, and the next call sends all in order', async () => {
  const { log, entries, outbox } = await writer();
  const before = Date.now();
  for (const text of ['one', 'two']) {
    const { code, stderr } = await log([text], { DAYMARK_URL: nowhere });
    expect([code, stderr]).toEqual([0, expect.stringContaining('ECONNREFUSED')]);
  }
  const after = Date.now();
  expect(statSync(outbox).mode & 0o777).toBe(0o600);
  expect(await entries()).toEqual([]);
  // The same server, found again.
  writeFileSync(outbox, readFileSync(outbox, 'utf8').replaceAll(nowhere, url));
  expect(await log(['three'])).toMatchObject({ code: 0, stdout: 'sent 3 entries\n', stderr: '' });
  const written = await entries();
  expect(written.map(({ text }: { text: string }) => text)).toEqual(['one', 'two', 'three']);
  for (const { at } of written.slice(0, 2)) {
    expect(Date.parse(at)).toBeGreaterThanOrEqual(before);
    expect(Date.parse(at)).toBeLessThanOrEqual(after);
  }
  expect(await log(['--flush'])).toMatchObject({ code: 0, stdout: 'sent 0 entries\n' });
  expect(await entries()).toHaveLength(3);
});

test('sent, but the answer was lost: the repeat makes no second one and undoes no edit', async () => {
  const { log, entries, outbox } = await writer();
  await log(['once'], { DAYMARK_URL: nowhere });
  const line = readFileSync(outbox, 'utf8').replaceAll(nowhere, url);
  for (let call = 0; call < 2; call++) {
    writeFileSync(outbox, line);
    expect(await log(['--flush'])).toMatchObject({ code: 0, stdout: 'sent 1 entry\n' });
  }
  expect(await entries()).toMatchObject([{ text: 'once', version: 1 }]);
});

test.each<[string, number, string, number, RegExp]>([
  ['a server that is busy', 503, '{"code":"overloaded"}', 0, /503 overloaded; 1 waiting/],
  ['too many requests', 429, '{"code":"rate_limited"}', 0, /429 rate_limited; 1 waiting/],
  ['a login page of somebody else', 200, '<html>', 0, /not as a Daymark does; 1 waiting/],
  ['a 404 of somebody else', 404, 'nothing', 0, /answers 404.+1 waiting/],
  ['a redirect', 302, '', 0, /answers 302.+1 waiting/],
  ['a token that is not accepted', 401, '{"code":"unauthenticated"}', 78, /does not accept DAYMARK_TOKEN/],
])('it waits: %s', async (_what, status, body, code, message) => {
  const { log, outbox } = await writer();
  const server = await answering(status, body, status === 302 ? { location: `${url}/elsewhere` } : {});
  const answer = await log(['text'], { DAYMARK_URL: `${server.url}/` });
  expect([answer.code, answer.stderr]).toEqual([code, expect.stringMatching(message)]);
  expect(server.seen).toEqual([expect.stringMatching(/^PUT \/api\/v1\/entries\/[0-9a-f-]{36}$/)]);
  expect(readFileSync(outbox, 'utf8')).toContain('"text"');
});

test('what the server can never take is shown and kept aside; what comes after it goes out', async () => {
  const { log, entries, folder, outbox } = await writer();
  mkdirSync(folder, { recursive: true });
  const bad = {
    id: 'ab0d5a52-7a42-4a6e-a3fa-000000000000',
    url,
    entry: { text: 'old', at: '1800-01-01T00:00:00Z' },
  };
  writeFileSync(outbox, `${JSON.stringify(bad)}\n`);
  const { code, stdout, stderr } = await log(['good']);
  expect([code, stdout]).toEqual([0, 'sent 1 entry\n']);
  expect(stderr).toContain('cannot take the entry of 1800-01-01');
  expect(readFileSync(join(folder, 'refused.jsonl'), 'utf8')).toContain('"text":"old"');
  expect(await entries()).toMatchObject([{ text: 'good' }]);
});

test('six at once lose and double nothing, past the lock of a process that died', async () => {
  const { logProcess, entries, folder } = await writer();
  mkdirSync(join(folder, 'outbox.lock'), { recursive: true });
  writeFileSync(join(folder, 'outbox.lock', '4194999'), '');
  const texts = Array.from({ length: 6 }, (_, n) => `text ${n}`);
  const answers = await Promise.all(texts.map(logProcess));
  expect(answers.map(({ code }) => code)).toEqual(texts.map(() => 0));
  const written = (await entries()).map(({ text }: { text: string }) => text);
  expect(written.sort()).toEqual(texts);
});

test.each<[string, string[], Record<string, string>, number, RegExp]>([
  ['a text with --flush', ['x', '--flush'], {}, 64, /--flush writes nothing/],
  ['a mood with --flush', ['--mood', '5', '--flush'], {}, 64, /--flush writes nothing/],
  ['nothing to write', [], {}, 64, /write a text, a --mood or a --measure/],
  ['a mood of 11', ['x', '--mood', '11'], {}, 64, /not a whole number from 1 to 10/],
  ['a measure without a value', ['x', '--measure', 'km'], {}, 64, /"km" is not name=number/],
  ['a name of a measure', ['x', '--measure', 'Km=1'], {}, 64, /measures must/],
  [
    'a time without an offset',
    ['x', '--at', '2026-03-01'],
    {},
    64,
    /^daymark: at must be a time as in RFC 3339/,
  ],
  ['no server', ['x'], { DAYMARK_URL: '' }, 78, /DAYMARK_URL: is not set/],
  ['no token', ['x'], { DAYMARK_TOKEN: '' }, 78, /DAYMARK_TOKEN: is not set/],
  ['no URL', ['x'], { DAYMARK_URL: 'ftp://x' }, 78, /DAYMARK_URL: is not the http/],
])('refused before anything waits: %s', async (_what, args, env, code, message) => {
  const { log, outbox } = await writer();
  const answer = await log(args, env);
  expect([answer.code, answer.stdout, answer.stderr]).toEqual([code, '', expect.stringMatching(message)]);
  expect(existsSync(outbox)).toBe(false);
});
