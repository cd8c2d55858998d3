import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { freePort } from '../free-port.ts';
import { expectGoodProxy } from './behind-a-proxy.ts';
import { read } from './files.ts';
import { has, runs, start } from './program.ts';
import { certificate, serverBehindProxy } from './proxied.ts';

const installed = has('nginx', '-v');
const behind = installed ? await serverBehindProxy() : 0;

test.skipIf(!installed)('a server behind nginx, by the example', async () => {
  const [port, plain] = [await freePort(), await freePort()];
  const folder = mkdtempSync(join(tmpdir(), 'daymark-nginx-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  // Its workers are another user's where it is started by root.
  chmodSync(folder, 0o755);
  const put = (name: string, text: string) => writeFileSync(join(folder, name), text);
  put('daymark.conf', here(read('deploy/nginx.conf'), { port, plain, behind }));
  put('nginx.conf', around(folder));
  const args = ['-p', folder, '-c', join(folder, 'nginx.conf')];
  const [code, said] = runs('nginx', [...args, '-t']);
  expect(said).not.toMatch(/\[(warn|error|emerg)\]/);
  expect(code).toBe(0);
  start('nginx', args);
  await expectGoodProxy(port);
  const { status, headers } = await fetch(`http://127.0.0.1:${plain}/docs?a=1`, { redirect: 'manual' });
  expect([status, headers.get('location')]).toEqual([308, 'https://127.0.0.1/docs?a=1']);
});

/** The example with this machine's ports and certificate, and nothing else changed. */
function here(example: string, { port, plain, behind }: Record<'port' | 'plain' | 'behind', number>): string {
  return example
    .replace(/^ *listen \[::\].*\n/gm, '')
    .replace('listen 80;', `listen 127.0.0.1:${plain};`)
    .replace('listen 443 ', `listen 127.0.0.1:${port} `)
    .replace('127.0.0.1:8080', `127.0.0.1:${behind}`)
    .replace('/etc/letsencrypt/live/diary.example.org/fullchain.pem', `"${certificate.cert}"`)
    .replace('/etc/letsencrypt/live/diary.example.org/privkey.pem', `"${certificate.key}"`);
}

function around(folder: string): string {
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];
  return `pid ${folder}/nginx.pid;
daemon off;
error_log ${folder}/error.log;
events {}
http {
  access_log off;
  ${temporary.map((each) => `${each}_temp_path ${folder}/${each};`).join('\n  ')}
  include ${folder}/daymark.conf;
}
`;
}
