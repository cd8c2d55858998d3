import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { freePort } from '../free-port.ts';
import { expectGoodProxy } from './behind-a-proxy.ts';
import { pathOf, read } from './files.ts';
import { has, runs, start } from './program.ts';
import { certificate, publicUrl, serverBehindProxy } from './proxied.ts';

const installed = has('caddy', 'version');
const behind = installed ? await serverBehindProxy() : 0;

test.skipIf(!installed)('a server behind Caddy, by the example', async () => {
  const port = await freePort();
  const folder = mkdtempSync(join(tmpdir(), 'daymark-caddy-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const home = { HOME: folder, XDG_DATA_HOME: folder, XDG_CONFIG_HOME: folder };
  const file = join(folder, 'Caddyfile');
  writeFileSync(file, here(read('deploy/Caddyfile'), port, behind));
  const args = ['--config', file, '--adapter', 'caddyfile'];
  const [code, said] = runs('caddy', ['validate', ...args], home);
  expect([code, said]).toEqual([0, expect.stringContaining('Valid configuration')]);
  expect(runs('caddy', ['fmt', pathOf('deploy/Caddyfile')], home)).toEqual([0, read('deploy/Caddyfile')]);
  start('caddy', ['run', ...args], home);
  await expectGoodProxy(port);
});

/** The example with this machine's ports and certificate; without Caddy's own door for commands, and port 80. */
function here(example: string, port: number, behind: number): string {
  const { cert, key } = certificate;
  const site = `${publicUrl}:${port} {\n\ttls "${cert}" "${key}"\n\tbind 127.0.0.1\n`;
  const ours = example
    .replace('diary.example.org {\n', site)
    .replace('127.0.0.1:8080', `127.0.0.1:${behind}`);
  return `{\n\tadmin off\n\tauto_https disable_redirects\n}\n\n${ours}`;
}
