import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { percentile, sender } from './client.ts';
import { isLong, record, sized } from './form.ts';
import { signUp, startNode } from './node.ts';
import { ownPostgres } from './postgres.ts';

const sockets = sized(200, 1000);

test('clients that drip their headers or their bodies', { timeout: 120_000 }, async () => {
  const postgres = await ownPostgres();
  const node = await startNode(postgres.connection);
  const { token } = await signUp(node.call);
  const send = sender(node.url, { token });
  onTestFinished(() => send.close());
  const read = async (seconds: number) => {
    const times: number[] = [];
    const end = Date.now() + seconds * 1000;
    while (Date.now() < end) {
      const { status, ms } = await send('GET', '/entries');
      expect(status).toBe(200);
      times.push(ms);
      await sleep(25);
    }
    return percentile(times, 0.99);
  };
  await read(1);
  const normal = await read(sized(2, 12));
  const head = `POST /api/v1/entries HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${token}\r\n`;
  const whole = `${head}content-type: application/json\r\ncontent-length: 1000\r\n\r\n`;
  const lives = Array.from({ length: sockets }, (_, n) => drip(node.port, n % 2 === 0 ? head : whole));
  const during = await read(sized(5, 12));
  const closed = await Promise.all(lives);
  const longest = (part: number) => Math.max(...closed.filter((_, n) => n % 2 === part));
  record('slow clients', {
    sockets,
    'headers closed after, ms': longest(0),
    'bodies closed after, ms': longest(1),
    'p99 normal, ms': normal,
    'p99 during, ms': during,
  });
  expect(longest(0)).toBeLessThan(sized(30_000, 10_000));
  expect(longest(1)).toBeLessThan(sized(45_000, 15_000));
  if (isLong) expect(during).toBeLessThanOrEqual(2 * normal);
});

/**
 * Sends a beginning, then one byte a second; gives the milliseconds until the server has had enough. Each begins at its own
 * moment of the first second: a thousand who send their bytes at the same instant would be one client.
 */
async function drip(port: number, beginning: string): Promise<number> {
  await sleep(Math.random() * 1000);
  return new Promise((resolve) => {
    const start = performance.now();
    const socket = connect(port, '127.0.0.1', () => socket.write(beginning));
    const timer = setInterval(() => socket.write('x'), 1000);
    socket.resume();
    socket.on('error', () => undefined);
    socket.on('close', () => {
      clearInterval(timer);
      resolve(performance.now() - start);
    });
  });
}
