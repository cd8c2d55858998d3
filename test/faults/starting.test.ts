import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { isLong, record, sized } from './form.ts';
import { makeNode } from './node.ts';
import { ask, ownPostgres } from './postgres.ts';

test('the database is away at the start, and comes', { timeout: 120_000 }, async () => {
  const postgres = await ownPostgres();
  await postgres.stop();
  const node = await makeNode(postgres.connection);
  node.launch();
  await expect.poll(async () => (await node.call('GET', '//livez')).status, { timeout: 20_000 }).toBe(200);
  const start = Date.now();
  await sleep(sized(4000, 20_000));
  const { status, headers } = await node.call('GET', '//readyz');
  expect([status, headers['retry-after']]).toEqual([503, '1']);
  const lines = node.process().written().trim().split('\n');
  expect(lines.length).toBeLessThanOrEqual((Date.now() - start) / 1000 + 3);
  await postgres.start();
  const ms = await node.ready();
  record('database away at the start', { 'lines of log': lines.length, 'ready after, ms': ms });
  if (isLong) expect(ms).toBeLessThanOrEqual(5000);
});

test(
  'the database refuses the server at the start, until somebody mends that',
  { timeout: 120_000 },
  async () => {
    const open = await ownPostgres();
    await ask(open, 'create role diarist nologin');
    await ask(open, 'alter database postgres owner to diarist');
    const node = await makeNode({ ...open.connection, user: 'diarist' });
    node.launch();
    await expect.poll(async () => (await node.call('GET', '//livez')).status, { timeout: 20_000 }).toBe(200);
    await sleep(2000);
    expect((await node.call('GET', '//readyz')).status).toBe(503);
    await ask(open, 'alter role diarist login');
    const ms = await node.ready();
    record('refused at the start', { 'ready after, ms': ms });
    if (isLong) expect(ms).toBeLessThanOrEqual(5000);
  },
);

test('eight servers start on an empty database', { timeout: 240_000 }, async () => {
  const postgres = await ownPostgres();
  const nodes = await Promise.all(Array.from({ length: 8 }, () => makeNode(postgres.connection)));
  for (const node of nodes) node.launch();
  await sleep(300);
  // Perhaps the one that migrates.
  await nodes[0]?.kill();
  const times = await Promise.all(nodes.slice(1).map((node) => node.ready(sized(110_000, 60_000))));
  record('starters race', { 'all ready after, ms': Math.max(...times) });
  const applied = await ask<{ version: number }>(
    postgres,
    'select version from schema_migrations order by version',
  );
  expect(applied.map(({ version }) => version)).toEqual(applied.map((_, n) => n + 1));
  if (isLong) expect(Math.max(...times)).toBeLessThanOrEqual(30_000);
});
