import { gzipSync } from 'node:zlib';
import { expect, onTestFinished, test } from 'vitest';
import { residentMiB } from '../../bench/proc.ts';
import { sender } from './client.ts';
import { isLong, record } from './form.ts';
import { signUp, startNode } from './node.ts';
import { ownPostgres } from './postgres.ts';

const deep = 100_000;
const bombs: Record<string, { body: string; headers?: Record<string, string>; statuses: number[] }> = {
  'JSON 100,000 deep': {
    body: `${'{"measures":'.repeat(deep / 2)}1${'}'.repeat(deep / 2)}`,
    statuses: [422],
  },
  'arrays 100,000 deep': { body: `{"tags":${'['.repeat(deep)}${']'.repeat(deep)}}`, statuses: [422] },
  'never closed': { body: '['.repeat(deep), statuses: [400] },
  'ten megabytes': { body: `{"text":"${'a'.repeat(10_000_000)}"}`, statuses: [413] },
  'zeros, packed': {
    body: gzipSync(Buffer.alloc(50_000_000)).toString('latin1'),
    headers: { 'content-encoding': 'gzip' },
    statuses: [400, 415],
  },
};

test('bodies that are meant to burst the server', { timeout: 120_000 }, async () => {
  const postgres = await ownPostgres();
  const node = await startNode(postgres.connection);
  const { token } = await signUp(node.call);
  const send = sender(node.url, { token });
  onTestFinished(() => send.close());
  for (let n = 0; n < 50; n++) await send('GET', '/entries');
  const before = residentMiB(node.process().pid);
  let slowest = 0;
  for (const [name, { body, headers = {}, statuses }] of Object.entries(bombs)) {
    const answer = await send('POST', '/entries', { body, headers });
    slowest = Math.max(slowest, answer.ms);
    expect([name, statuses.includes(answer.status), answer.status]).toEqual([name, true, answer.status]);
  }
  const grown = residentMiB(node.process().pid) - before;
  record('bombs', { 'slowest answer, ms': slowest, 'memory, MiB': grown });
  expect((await send('GET', '/entries')).status).toBe(200);
  expect(grown).toBeLessThanOrEqual(100);
  if (isLong) expect(slowest).toBeLessThanOrEqual(2000);
});
