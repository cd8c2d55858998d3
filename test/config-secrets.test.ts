import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import fc from 'fast-check';
import pino from 'pino';
import { afterAll, expect, test } from 'vitest';
import { ConfigError, describeVariables, loadConfig } from '../src/config.ts';

const canary = 'canary0123456789';
const cwd = mkdtempSync(join(tmpdir(), 'daymark-config-'));
afterAll(() => rmSync(cwd, { recursive: true }));

const url = `postgres://${canary}:${canary}@h/d`;
const right: Record<string, string> = {
  DATABASE_URL: url,
  DB_PASSWORD: canary,
  DATABASE_DIRECT_URL: url,
  REDIS_URL: `redis://:${canary}@h`,
  SECRET_KEY: Buffer.from(canary.repeat(2)).toString('base64'),
  DATABASE_REPLICA_URL: url,
  METRICS_TOKEN: canary,
};

test('these variables are secret', () => {
  const secret = describeVariables().filter(({ isSecret }) => isSecret);
  expect(secret.map(({ name }) => name)).toEqual(Object.keys(right));
});

test('a configuration that is printed, logged or turned into JSON shows no secret, and still says what is set', () => {
  for (const env of [right, { ...right, DATABASE_URL: '' }]) {
    const { config, notes } = loadConfig(env, cwd, false);
    const logged: string[] = [];
    pino({}, { write: (line) => logged.push(line) }).info({ config, database: config.database }, 'started');
    const prints = [inspect(config, { depth: 9, showHidden: true }), JSON.stringify(config), ...logged];
    for (const print of prints) expect(print).toMatch(/metricsToken\W+\(hidden\)/);
    const all = [...prints, ...notes, inspect(config.database), JSON.stringify(config.directDatabase)].join();
    for (const secret of [canary, right['SECRET_KEY'] ?? '', inspect(Buffer.from('canary')).slice(8, -1)]) {
      expect(all).not.toContain(secret);
    }
    expect(config.metricsToken).toBe(canary);
  }
});

const wrong: [string, string][] = [
  ...['DATABASE_URL', 'DATABASE_DIRECT_URL', 'DATABASE_REPLICA_URL'].flatMap((name): [string, string][] => [
    [name, canary],
    [name, `postgres://${canary}:${canary}@${canary}?${canary}`],
    [name, `postgres://u@h/${canary}?sslmode=${canary}`],
    [name, `postgres://u@h/d?password=a&${canary}=b`],
    [name, `postgres://u@h/d?port=${canary}`],
    [name, `postgres://u@h/d?host=${canary}.1`],
    [name, `postgres://u@h/d?sslmode=verify-full&sslrootcert=${canary}`],
    [name, `postgres://u@h/d?connect_timeout=${canary}`],
    [name, `postgres://u@h/d?channel_binding=${canary}`],
  ]),
  ['DB_PASSWORD', `${canary}\0`],
  ['REDIS_URL', `http://:${canary}@h`],
  ['REDIS_URL', `redis://h/${canary}`],
  ['SECRET_KEY', canary],
  ['METRICS_TOKEN', `${canary} ${canary}`],
];

test.each(wrong)('what is wrong with %s=%j is said without any of it', (name, text) => {
  writeFileSync(join(cwd, 'value'), text);
  for (const env of [{ [name]: text }, { [`${name}_FILE`]: 'value' }, { [`${name}_FILE`]: canary }]) {
    const prints = printsOf({ DB_HOST: 'h', ...env });
    expect(prints).toContain(name);
    expect(prints).not.toContain(canary);
  }
});

test('no piece of a password shows, however it was left unencoded', () => {
  const piece = fc.string({
    unit: fc.constantFrom(...Array.from('@:/?#%&=[]a1'), '%40', 'sslmode=', 'password='),
    maxLength: 6,
  });
  let refused = 0;
  fc.assert(
    fc.property(piece, piece, (before, after) => {
      const prints = printsOf({ DATABASE_URL: `postgres://u:${before}${canary}${after}@h/d` });
      refused += prints === '' ? 0 : 1;
      expect(prints).not.toContain(canary);
    }),
    { numRuns: 1000 },
  );
  expect(refused).toBeGreaterThan(100);
});

/** All the ways in which the error of this environment may be shown; nothing where it is right. */
function printsOf(env: Record<string, string>): string {
  try {
    loadConfig(env, cwd, false);
    return '';
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return [error.message, error.stack, inspect(error, { depth: 9 }), JSON.stringify(error.problems)].join();
  }
}
