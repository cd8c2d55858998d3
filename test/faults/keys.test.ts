import { setTimeout as sleep } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { sender, tally } from './client.ts';
import { chance, isLong, record, sized } from './form.ts';
import { signUp, startNode, type Node } from './node.ts';
import { ask, ownPostgres } from './postgres.ts';

test('one Idempotency-Key fifty times at once', { timeout: 120_000 }, async () => {
  const postgres = await ownPostgres();
  const node = await startNode(postgres.connection);
  const send = await somebody(node);
  for (let round = 0; round < sized(5, 50); round++) {
    const options = { body: { text: `round ${round}` }, headers: { 'idempotency-key': `key ${round}` } };
    const answers = await Promise.all(Array.from({ length: 50 }, () => send('POST', '/entries', options)));
    expect(Object.keys(tally(answers)).filter((status) => !['201', '409'].includes(status))).toEqual([]);
    const done = answers.filter(({ status }) => status === 201);
    expect(done.length).toBeGreaterThanOrEqual(1);
    expect(new Set(done.map(({ text }) => text)).size).toBe(1);
    expect(done.filter(({ headers }) => headers['idempotency-replayed'] === undefined)).toHaveLength(1);
  }
  const rows = await ask(postgres, 'select text from entries group by text having count(*) = 1');
  expect(rows).toHaveLength(sized(5, 50));
});

test('writes repeated until they are done, while the server is killed', { timeout: 600_000 }, async () => {
  const random = chance('key and crash');
  const postgres = await ownPostgres();
  const node = await startNode(postgres.connection);
  const send = await somebody(node);
  const writes = sized(600, 5000);
  const state = { next: 0, kills: 0, running: true, longestInUseMs: 0 };
  const writer = async () => {
    while (state.next < writes) await untilDone(state.next++);
  };
  const untilDone = async (n: number) => {
    const options = { body: { text: `write ${n}` }, headers: { 'idempotency-key': `write-${n}` } };
    let inUseSince: number | null = null;
    for (;;) {
      const { status } = await send('POST', '/entries', options);
      if (status === 201) return;
      expect([0, 409, 503]).toContain(status);
      inUseSince = status === 409 ? (inUseSince ?? Date.now()) : null;
      if (inUseSince !== null) state.longestInUseMs = Math.max(state.longestInUseMs, Date.now() - inUseSince);
      // Spread, so that the writes outlast the kills on a fast machine too.
      await sleep(20 + random() * 50);
    }
  };
  const killer = async () => {
    while (state.running) {
      await sleep(sized(1000, 3000));
      await node.kill();
      state.kills++;
      node.launch();
      await node.ready();
    }
  };
  const killing = killer();
  // Waited for below; here it must not fall through.
  killing.catch(() => (state.next = writes));
  await Promise.all(
    Array.from({ length: 16 }, async () => {
      await writer();
    }),
  );
  state.running = false;
  await killing;
  const [row] = await ask<{ rows: number; texts: number }>(
    postgres,
    'select count(*)::integer as rows, count(distinct text)::integer as texts from entries',
  );
  record('key and crash', {
    writes,
    kills: state.kills,
    ...row,
    'a key in use at most, ms': state.longestInUseMs,
  });
  expect(row).toEqual({ rows: writes, texts: writes });
  expect(state.kills).toBeGreaterThanOrEqual(1);
  if (isLong) expect(state.longestInUseMs).toBeLessThanOrEqual(5000);
});

async function somebody(node: Node) {
  const { token } = await signUp(node.call);
  const send = sender(node.url, { token });
  onTestFinished(() => send.close());
  return send;
}
