import { setTimeout as sleep } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { sender, tally, type Answer } from './client.ts';
import { record, sized } from './form.ts';
import { signUp, startNode } from './node.ts';
import { ask, ownPostgres } from './postgres.ts';

test('SIGTERM under 100 keep-alive clients', { timeout: 120_000 }, async () => {
  const postgres = await ownPostgres();
  // Time for each client to be answered once more, and told to leave: on a busy machine that takes longer.
  const node = await startNode(postgres.connection, { SHUTDOWN_DELAY: sized('6', '2') });
  const { token } = await signUp(node.call);
  const answers: Answer[] = [];
  const state = { running: true };
  const client = async (n: number) => {
    const send = sender(node.url, { token });
    onTestFinished(() => send.close());
    while (state.running) {
      const answer = await (n % 2 === 0
        ? send('GET', '/entries')
        : send('POST', '/entries', { body: { text: `client ${n}` } }));
      // Nobody listens any more: refused, or taken by the kernel and by no server. As it should be, and the end.
      if (!answer.reused && ['ECONNREFUSED', 'ECONNRESET'].includes(answer.error ?? '')) return;
      answers.push(answer);
      await sleep(100);
    }
  };
  const clients = Promise.all(Array.from({ length: 100 }, (_, n) => client(n)));
  await sleep(2000);
  const before = answers.length;
  const exit = await node.stop();
  state.running = false;
  await clients;
  record('SIGTERM', { ...tally(answers), 'after the signal': answers.length - before, exit });
  expect(exit).toBe(0);
  expect(Object.keys(tally(answers)).sort()).toEqual(['200', '201']);
  // Whatever the server took up, somebody has been told.
  const written = await ask<{ n: number }>(postgres, 'select count(*)::integer as n from entries');
  expect(written).toEqual([{ n: tally(answers)['201'] }]);
  expect(answers.length - before).toBeGreaterThanOrEqual(100);
});
