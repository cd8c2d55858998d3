import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { oldPostgres } from './old-postgres.ts';
import { daymark, daymarkProcess, newFolder } from './run.ts';

test('wrong variables end the start with one line that names each, and no secret', async () => {
  const env = { PORT: '80a', SECRET_KEY: 'canary-one', DATABASE_URL: 'postgres://u:canary-two@h' };
  const { code, stdout, stderr } = await daymark([], env);
  expect([code, stdout]).toEqual([78, '']);
  expect(stderr.match(/\n/g)).toHaveLength(1);
  for (const name of ['PORT', 'SECRET_KEY', 'DATABASE_URL']) expect(stderr).toContain(`${name}: `);
  expect(stderr).not.toContain('canary');
});

test('a port that is taken, where Redis and a replica are in use already', async () => {
  const other = createServer().listen(0, '127.0.0.1');
  onTestFinished(() => void other.close());
  await new Promise((resolve) => other.once('listening', resolve));
  const { port } = other.address() as { port: number };
  const { code, stderr } = await daymarkProcess([], {
    PORT: String(port),
    DATABASE_URL: 'postgres://u@127.0.0.1:1/x',
    DATABASE_REPLICA_URL: 'postgres://u@127.0.0.1:1/x',
    REDIS_URL: 'redis://127.0.0.1:1',
  });
  expect(code).toBe(1);
  expect(stderr).toMatch(/^daymark: port \d+ of 127\.0\.0\.1 is taken; .+\n$/);
});

test('a database that cannot be reached: a command says so and ends', async () => {
  const env = { DATABASE_URL: 'postgres://u:canary@127.0.0.1:1/x' };
  const { code, stderr } = await daymarkProcess(['migrate', 'status'], env);
  expect([code, stderr]).toEqual([
    69,
    'daymark: the database cannot be reached: connect ECONNREFUSED 127.0.0.1:1\n',
  ]);
});

test.each([
  ['serve', daymarkProcess, ['serve']],
  ['migrate up', daymark, ['migrate', 'up']],
])('a PostgreSQL that is too old: %s', async (_what, door, args) => {
  const { code, stderr } = await door(args, {
    PORT: '0',
    DB_HOST: '127.0.0.1',
    DB_PORT: String(await oldPostgres()),
  });
  expect([code, stderr]).toEqual([
    78,
    'daymark: DATABASE_URL: PostgreSQL 14.9 is too old; Daymark needs 15 to 18\n',
  ]);
});

test('a data directory of another PostgreSQL is left as it is', async () => {
  const dataDir = newFolder();
  mkdirSync(join(dataDir, 'postgres'), { mode: 0o700 });
  writeFileSync(join(dataDir, 'postgres', 'PG_VERSION'), '16\n');
  const { code, stderr } = await daymark(['user', 'list'], { DATA_DIR: dataDir });
  expect(code).toBe(78);
  expect(stderr).toMatch(/^daymark: DATA_DIR: .+ was made by PostgreSQL 16, this Daymark brings 18.+\n$/);
  expect(readdirSync(join(dataDir, 'postgres'))).toEqual(['PG_VERSION']);
});

test('wrong usage', async () => {
  for (const args of [['--nonsense'], ['migrate', 'goto', 'x'], ['migrate', 'goto']]) {
    const { code, stderr } = await daymark(args);
    expect([args, code, stderr === '']).toEqual([args, 64, false]);
  }
});
