import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { compiledFolder } from '../program.ts';

const path = (name: string) => fileURLToPath(new URL(name, import.meta.url));

/** Node reads the authorities that it trusts at its start: a process of its own. */
async function sendOverTls(env: Record<string, string>): Promise<unknown> {
  const { PATH = '' } = process.env;
  const args = [path('tls/child.js'), compiledFolder()];
  const { stdout } = await promisify(execFile)(process.execPath, args, { env: { PATH, ...env } });
  return JSON.parse(stdout);
}

test('a certificate must be trusted and hold the name of the URL, not the address behind it', async () => {
  expect(await sendOverTls({ NODE_EXTRA_CA_CERTS: path('tls/hooks.test.cert.pem') })).toEqual({
    errors: [
      [204, null],
      [null, 'the certificate is for another name'],
    ],
    names: ['hooks.test'],
  });
});

test('one that nobody vouches for is refused', async () => {
  const untrusted = [null, 'the certificate is not trusted'];
  expect(await sendOverTls({})).toEqual({ errors: [untrusted, untrusted], names: [] });
});
