import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { testApp } from '../app.ts';

const folder = mkdtempSync(join(tmpdir(), 'daymark-files-'));
afterAll(() => rmSync(folder, { recursive: true }));
const app = join(folder, 'app');
mkdirSync(join(app, 'assets'), { recursive: true });
for (const [name, text] of [
  ['index.html', '<title>Daymark</title>'],
  ['assets/app-a1.js', 'plain'],
  ['assets/app-a1.js.br', 'packed'],
  ['service-worker.js', 'worker'],
] as const)
  writeFileSync(join(app, name), text);
writeFileSync(join(folder, 'secret.txt'), 'not for anybody');

const { call } = await testApp({ webApp: app });
const html = { accept: 'text/html,*/*' };

test.each(['//', '//timeline?q=run', '//year'])('a browser that asks for %s gets the app', async (path) => {
  const { status, text, headers } = await call('GET', path, { headers: html });
  expect([status, text, headers['cache-control']]).toEqual([200, '<title>Daymark</title>', 'no-cache']);
  expect(headers['content-security-policy']).toContain("require-trusted-types-for 'script'");
  expect(headers['content-security-policy']).not.toContain('unsafe');
});

test.each(['/nothing', '//assets/nothing.js', '//docs/nothing'])('%s stays a problem', async (path) => {
  const { status, json } = await call('GET', path, { headers: html });
  expect([status, json.code]).toEqual([404, 'route_not_found']);
});

test('what asks for no page, or would write, gets a problem', async () => {
  expect((await call('GET', '//timeline')).status).toBe(404);
  expect((await call('POST', '//timeline', { headers: html })).status).toBe(404);
});

test('files with a hash in their names are kept for good, packed where that was asked for', async () => {
  const plain = await call('GET', '//assets/app-a1.js');
  expect([plain.text, plain.headers['cache-control']]).toEqual([
    'plain',
    'public, max-age=31536000, immutable',
  ]);
  const packed = await call('GET', '//assets/app-a1.js', { headers: { 'accept-encoding': 'br' } });
  expect([packed.text, packed.headers['content-encoding']]).toEqual(['packed', 'br']);
});

test('the service worker is asked for anew each time, under the policy of the page', async () => {
  const { headers } = await call('GET', '//service-worker.js');
  expect(headers['cache-control']).toBe('no-cache');
  expect(headers['content-security-policy']).toContain("connect-src 'self'");
});

test.each(['//assets/..%2f..%2fsecret.txt', '//..%2fsecret.txt'])(
  'the path %s does not lead out of the folder',
  async (path) => {
    const { status, text } = await call('GET', path);
    expect([status, text]).toEqual([404, expect.not.stringContaining('not for anybody')]);
  },
);
