import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { loopback } from '../webhooks/world.ts';
import { testApp } from '../app.ts';
import { receiver } from '../receiver.ts';
import { databaseUrl } from '../security/child-server.ts';

const secretKey = Buffer.alloc(32, 7);
const { person, database } = await testApp({ targets: loopback, secretKey });

async function startWork(): Promise<ChildProcess> {
  const { PATH = '', HOME = '' } = process.env;
  const child = spawn(process.execPath, ['--import', 'tsx', 'src/main.ts', 'work'], {
    cwd: fileURLToPath(new URL('../../', import.meta.url)),
    env: {
      PATH,
      HOME,
      LOG_FORMAT: 'json',
      DATABASE_URL: databaseUrl(database.connection, 'any'),
      SECRET_KEY: secretKey.toString('hex'),
      WEBHOOK_ALLOW_NETS: '127.0.0.0/8',
    },
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  let written = '';
  child.stdout.on('data', (chunk: Buffer) => (written += chunk.toString()));
  await expect.poll(() => written, { timeout: 20_000 }).toContain('runs background jobs');
  return child;
}

async function kill(child: ChildProcess): Promise<void> {
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
}

test('what a killed worker had in hand goes out again within a minute, under the same id', async () => {
  const anna = await person();
  let holds = true;
  const { url, received } = await receiver((_message, _request, response) => {
    if (!holds) response.writeHead(204).end();
  });
  const body = { url, events: ['entry.created'] };
  await anna.call('POST', '/webhooks', { body });
  const first = await startWork();
  await anna.call('POST', '/entries', { body: { mood: 5 } });
  await expect.poll(() => received.length, { timeout: 10_000 }).toBe(1);
  await kill(first);
  const killed = Date.now();
  holds = false;
  await startWork();
  await expect.poll(() => received.length, { timeout: 60_000 }).toBe(2);
  expect(received[1]!.at - killed).toBeLessThanOrEqual(60_000);
  expect(received[1]?.headers['webhook-id']).toBe(received[0]?.headers['webhook-id']);
  expect(received[1]?.body).toBe(received[0]?.body);
}, 120_000);

test('a worker killed 30 times during 2,000 events delivers them all, few of them twice', async () => {
  const people = await Promise.all(Array.from({ length: 5 }, () => person()));
  const { url, received } = await receiver();
  for (const someone of people)
    await someone.call('POST', '/webhooks', { body: { url, events: ['entry.created'] } });
  const ids: string[] = [];
  const writing = (async () => {
    for (let n = 0; n < 400; n++) {
      const made = await Promise.all(
        people.map((each) => each.call('POST', '/entries', { body: { mood: 5 } })),
      );
      ids.push(...made.map(({ json }) => json.id as string));
      await sleep(150);
    }
  })();
  for (let n = 0; n < 30; n++) {
    const worker = await startWork();
    await sleep(1000 * Math.random());
    await kill(worker);
  }
  await writing;
  await startWork();
  const arrived = () => new Set(received.map(({ body }) => JSON.parse(body).data.id as string));
  await expect.poll(() => arrived().size, { timeout: 120_000, interval: 500 }).toBe(2000);
  expect(arrived()).toEqual(new Set(ids));
  const duplicates = received.length - 2000;
  console.log(`duplicates after 30 kills: ${duplicates}`);
  // At most 20 of each of the five receivers are in hand.
  expect(duplicates).toBeLessThanOrEqual(30 * 20 * 5);
}, 400_000);
