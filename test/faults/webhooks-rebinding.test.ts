import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';

/** Runs a program in a network namespace whose name server is 127.0.0.1. */
const inNamespace = (resolvConf: string, program: string[]) => [
  '-n',
  '-m',
  'sh',
  '-c',
  `ip link set lo up && mount --bind ${resolvConf} /etc/resolv.conf && exec "$@"`,
  'sh',
  ...program,
];

function resolvConf(): string {
  const directory = mkdtempSync(join(tmpdir(), 'daymark-names-'));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  writeFileSync(join(directory, 'resolv.conf'), 'nameserver 127.0.0.1\n');
  return join(directory, 'resolv.conf');
}

test('a real name server that changes its mind leads no delivery to an address that is ours', (context) => {
  const conf = resolvConf();
  const may = spawnSync('unshare', inNamespace(conf, ['true']));
  if (may.status !== 0) {
    const why = `NOT RUN: network namespaces are not permitted here: ${String(may.stderr)}`;
    console.error(why);
    context.skip(why);
  }
  const child = fileURLToPath(new URL('./webhooks-rebinding-child.ts', import.meta.url));
  const output = execFileSync('unshare', inNamespace(conf, [process.execPath, '--import', 'tsx', child]), {
    encoding: 'utf8',
    cwd: fileURLToPath(new URL('../../', import.meta.url)),
  });
  expect(JSON.parse(output)).toEqual({
    rebound: {
      status: null,
      error: 'the address is not one that a webhook may reach',
      retryAfter: null,
      duration_ms: expect.any(Number),
    },
    connectionsOfFirst: 0,
    flipping: {
      outcome: { status: 204, error: null, retryAfter: null, duration_ms: expect.any(Number) },
      asked: 1,
    },
    inside: 1,
    beside: 0,
  });
}, 60_000);
