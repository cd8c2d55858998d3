import { setTimeout as sleep } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { cloneDatabase } from '../database.ts';
import { databaseUrl, startServer } from '../security/child-server.ts';

async function serving(delay: string) {
  const database = await cloneDatabase();
  const env = { DATABASE_URL: databaseUrl(database.connection, 'any'), SECRET_KEY: '0'.repeat(64) };
  const server = await startServer({ ...env, SHUTDOWN_DELAY: delay });
  onTestFinished(async () => {
    await server.kill();
    await database.drop();
  });
  return server;
}

test('one Ctrl-C that comes twice, from the terminal and from npm, ends the server in order', async () => {
  const server = await serving('1');
  void server.stop();
  expect(await server.stop()).toBe(0);
  expect(server.written()).toContain('"ended"');
});

test('a second signal ends it at once', async () => {
  const server = await serving('60');
  void server.stop();
  await expect.poll(() => server.written()).toContain('shutting down');
  await sleep(300);
  expect(await server.stop()).toBe(1);
  expect(server.written()).not.toContain('"ended"');
});
