import { afterAll, expect, test } from 'vitest';
import { cloneDatabase } from '../database.ts';
import { sender, type Send } from './client.ts';
import { isLong, record, sized } from './form.ts';
import { signUp, startNode } from './node.ts';

const database = await cloneDatabase();
afterAll(() => database.drop());

test('a session that ends on one node is refused on the other, within a second [long form]', async () => {
  const nodes = [await startNode(database.connection), await startNode(database.connection)] as const;
  const waits: number[] = [];
  for (let n = 0; n < sized(5, 50); n++) {
    const { token } = await signUp(nodes[0].call);
    const [here, there] = nodes.map(({ url }) => sender(url, { token })) as [Send, Send];
    expect((await there('GET', '/me')).status).toBe(200);
    expect((await here('POST', '/auth/logout')).status).toBe(204);
    const ended = performance.now();
    await expect.poll(async () => (await there('GET', '/me')).status, { interval: 10 }).toBe(401);
    waits.push(performance.now() - ended);
    for (const each of [here, there]) each.close();
  }
  const ms = Math.max(...waits);
  record('revocation', { sessions: waits.length, 'refused after ms, at most': ms });
  if (isLong) expect(ms).toBeLessThanOrEqual(1000);
}, 180_000);
