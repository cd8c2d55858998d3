import { DCLinter } from 'dclint';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { parse } from 'yaml';
import { variables } from '../../src/config/variables.ts';
import { pathOf, read, secondsToEnd } from './files.ts';

/* eslint no-template-curly-in-string: off -- Compose has the same form for its variables. */
const text = read('compose.yaml');
const compose = parse(text, { merge: true });
const { server, postgres, redis } = compose.services;

// Of its opinions: what an image that is built here is called stands beside how it is built, and the order is ours.
const ours = ['no-build-and-image', 'service-keys-order', 'services-alphabetical-order'];
const linter = new DCLinter({
  rules: Object.fromEntries(ours.map((rule) => [rule, 0 as const])),
  quiet: true,
  debug: false,
  exclude: [],
});

test('compose.yaml is one by the Compose Specification, and has no finding of a linter', () => {
  const [result] = linter.lintFiles([pathOf('compose.yaml')], false);
  expect(result?.messages).toEqual([]);
  const wrong = join(mkdtempSync(join(tmpdir(), 'daymark-compose-')), 'compose.yaml');
  onTestFinished(() => rmSync(dirname(wrong), { recursive: true }));
  writeFileSync(wrong, text.replace('read_only:', 'readonly:'));
  expect(linter.lintFiles([wrong], false)[0]?.messages).toMatchObject([{ rule: 'invalid-schema' }]);
});

test('the server waits for a healthy PostgreSQL, and for Redis only where that is asked for', () => {
  expect(server.depends_on).toEqual({
    postgres: { condition: 'service_healthy' },
    redis: { condition: 'service_healthy', required: false },
  });
  expect(postgres.image).toMatch(/^postgres:16\b/);
  expect(postgres.healthcheck.test.at(-1)).toMatch(/^pg_isready /);
  expect(redis.profiles).toEqual(['redis']);
});

test('what must survive a container lies in named volumes, and all else of the server cannot be written', () => {
  const volumes = [server, postgres].flatMap((each) => each.volumes as string[]);
  expect(volumes).toEqual([
    'data:/data',
    '${BACKUP_DIR:-backup}:/backup',
    'postgres:/var/lib/postgresql/data',
  ]);
  expect(Object.keys(compose.volumes)).toEqual(['backup', 'data', 'postgres']);
  expect(server.read_only).toBe(true);
  expect(server.environment).toMatchObject({ DATA_DIR: '/data', BACKUP_DIR: '/backup' });
});

test('only the server is to be reached, and from this machine only', () => {
  expect(server.ports).toEqual(['127.0.0.1:${PORT:-8080}:8080']);
  expect([postgres.ports, redis.ports]).toEqual([undefined, undefined]);
});

test('a password has no default, and every variable is one that .env.example knows', () => {
  const asked = [...text.matchAll(/(?<!\$)\$\{([A-Z_]+)(:[-?][^}]*)?\}/g)];
  expect(asked.length).toBeGreaterThan(6);
  for (const [whole, name, rest = ''] of asked) {
    expect(variables).toHaveProperty(name!);
    if (/PASSWORD/.test(name!)) expect([whole, rest.startsWith(':?')]).toEqual([whole, true]);
  }
  for (const name of Object.keys(server.environment)) expect(variables).toHaveProperty(name);
  expect(server.env_file).toEqual([{ path: '.env', required: false }]);
});

test('nothing in hand is cut off', () => {
  expect(Number.parseInt(server.stop_grace_period)).toBeGreaterThan(secondsToEnd);
});
