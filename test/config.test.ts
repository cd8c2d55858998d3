import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ConfigError, loadConfig, type Config } from '../src/config.ts';

// A directory that does not exist holds no .env.
const cwd = join(tmpdir(), 'daymark-nowhere');
const load = (env: Record<string, string>, isTerminal = false) => loadConfig(env, cwd, isTerminal);

test('nothing set gives the defaults of the documentation', () => {
  const { config, notes } = load({});
  expect(notes).toEqual([]);
  expect(config).toEqual({
    host: '127.0.0.1',
    port: 8080,
    database: { kind: 'embedded' },
    directDatabase: { kind: 'embedded' },
    replica: null,
    dbPoolSize: 10,
    dbPrepare: true,
    dataDir: resolve(cwd, 'data'),
    redisUrl: null,
    publicUrl: null,
    trustedProxies: [],
    registration: 'open',
    rateLimit: { requests: 600, windowSeconds: 60 },
    loginLimit: { attempts: 10, windowSeconds: 300 },
    requestTimeoutMs: 10_000,
    statementTimeoutMs: 5000,
    shutdownDelayMs: 1000,
    shutdownTimeoutMs: 25_000,
    maxPending: 500,
    worker: true,
    webhookAllowNets: [],
    webhookRetrySeconds: [5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400],
    secretKey: null,
    backupDir: null,
    backupKeep: 7,
    metricsToken: null,
    logLevel: 'info',
    logFormat: 'json',
  });
  expect(load({}, true).config.logFormat).toBe('pretty');
});

const good: [string, string, Partial<Config>][] = [
  ['HOST', '0.0.0.0', { host: '0.0.0.0' }],
  ['HOST', '::', { host: '::' }],
  ['HOST', 'app_1.example.org', { host: 'app_1.example.org' }],
  ['PORT', '0', { port: 0 }],
  ['PORT', '65535', { port: 65_535 }],
  ['DB_POOL_SIZE', '1000', { dbPoolSize: 1000 }],
  ['DB_PREPARE', 'false', { dbPrepare: false }],
  ['DATA_DIR', '/var/lib/daymark', { dataDir: '/var/lib/daymark' }],
  ['DATA_DIR', '../elsewhere', { dataDir: resolve(cwd, '../elsewhere') }],
  ['REDIS_URL', 'redis://cache:6379/1', { redisUrl: 'redis://cache:6379/1' }],
  ['REDIS_URL', 'rediss://cache', { redisUrl: 'rediss://cache' }],
  ['PUBLIC_URL', 'https://Diary.example.org/', { publicUrl: 'https://diary.example.org' }],
  ['PUBLIC_URL', 'http://192.168.1.5:8080', { publicUrl: 'http://192.168.1.5:8080' }],
  ['TRUSTED_PROXIES', '10.0.0.0/8, ::1', { trustedProxies: [v4('10.0.0.0', 8), v6('::1', 128)] }],
  ['TRUSTED_PROXIES', '192.0.2.1', { trustedProxies: [v4('192.0.2.1', 32)] }],
  ['WEBHOOK_ALLOW_NETS', 'fd00::/8,0.0.0.0/0', { webhookAllowNets: [v6('fd00::', 8), v4('0.0.0.0', 0)] }],
  ['WEBHOOK_RETRY_SECONDS', '0.2, 1,60', { webhookRetrySeconds: [0.2, 1, 60] }],
  ['REGISTRATION', 'first', { registration: 'first' }],
  ['REQUEST_TIMEOUT', '0.5', { requestTimeoutMs: 500 }],
  ['STATEMENT_TIMEOUT', '2.25', { statementTimeoutMs: 2250 }],
  ['SHUTDOWN_DELAY', '0', { shutdownDelayMs: 0 }],
  ['SHUTDOWN_TIMEOUT', '60', { shutdownTimeoutMs: 60_000 }],
  ['RATE_LIMIT_REQUESTS', '1', { rateLimit: { requests: 1, windowSeconds: 60 } }],
  ['RATE_LIMIT_WINDOW', '3600', { rateLimit: { requests: 600, windowSeconds: 3600 } }],
  ['LOGIN_LIMIT_ATTEMPTS', '3', { loginLimit: { attempts: 3, windowSeconds: 300 } }],
  ['LOGIN_LIMIT_WINDOW', '60', { loginLimit: { attempts: 10, windowSeconds: 60 } }],
  ['MAX_PENDING', '50', { maxPending: 50 }],
  ['WORKER', 'false', { worker: false }],
  ['SECRET_KEY', '0F'.repeat(32), { secretKey: Buffer.alloc(32, 15) }],
  ['SECRET_KEY', Buffer.alloc(32, 255).toString('base64'), { secretKey: Buffer.alloc(32, 255) }],
  ['SECRET_KEY', Buffer.alloc(32, 255).toString('base64url'), { secretKey: Buffer.alloc(32, 255) }],
  ['BACKUP_DIR', 'backups', { backupDir: resolve(cwd, 'backups') }],
  ['BACKUP_KEEP', '1000', { backupKeep: 1000 }],
  ['METRICS_TOKEN', 'sixteen-letters!', { metricsToken: 'sixteen-letters!' }],
  ['LOG_LEVEL', 'silent', { logLevel: 'silent' }],
  ['LOG_FORMAT', 'pretty', { logFormat: 'pretty' }],
];

test.each(good)('%s=%s is taken', (name, text, expected) => {
  expect(load({ [name]: text }).config).toMatchObject(expected);
});

const bad: Record<string, string[]> = {
  HOST: ['256.1.1.1', '[::1]', 'a b', '-a', 'http://localhost', 'a..b', 'x'.repeat(64), 'localhost:8080'],
  PORT: ['80a', '65536', '-1', '8080.5', '0x50', '080', ' 80', '1e3', '+80'],
  DB_HOST: ['data base', 'postgres://h/db', './socket'],
  DB_PORT: ['0', '65536', 'five'],
  DB_SSLMODE: ['on', 'prefer', 'allow', 'verify-ca', 'VERIFY-FULL'],
  DB_POOL_SIZE: ['0', '1001', '1.5'],
  DB_PREPARE: ['yes', '1', 'TRUE', 'off'],
  DATA_DIR: ['~/daymark'],
  PUBLIC_URL: [
    'diary.example.org',
    'ftp://a.org',
    'https:a.org',
    'https://a.org/x',
    'https://a.org/?q',
    'https://',
  ],
  TRUSTED_PROXIES: [
    'loopback',
    '10.0.0.0/33',
    '::/129',
    '10.0.0.0/',
    '10.0.0.0/08',
    '10.0.0.0/8/8',
    'a,',
    '::1%lo',
  ],
  WEBHOOK_ALLOW_NETS: ['10.0.0', '10.0.0.0/8,,::1', '10.0.0.0/-1'],
  WEBHOOK_RETRY_SECONDS: ['5,', '0', '5,-1', '5;6', '2592001', 'soon'],
  REGISTRATION: ['yes', 'Open'],
  RATE_LIMIT_REQUESTS: ['0', 'many'],
  RATE_LIMIT_WINDOW: ['0', '0.5', '86401'],
  LOGIN_LIMIT_ATTEMPTS: ['0', '-5'],
  LOGIN_LIMIT_WINDOW: ['0', '86401'],
  REQUEST_TIMEOUT: ['0', '3601', '10s', '.5', '0.0001', 'Infinity', '1,5'],
  STATEMENT_TIMEOUT: ['0', '-1'],
  SHUTDOWN_DELAY: ['-1', '3601'],
  SHUTDOWN_TIMEOUT: ['0', 'never'],
  MAX_PENDING: ['0', '1000001'],
  WORKER: ['no', '0'],
  BACKUP_DIR: ['~'],
  BACKUP_KEEP: ['0', '1001'],
  LOG_LEVEL: ['verbose', 'INFO'],
  LOG_FORMAT: ['text'],
};

test.each(Object.entries(bad))(
  '%s refuses what is wrong, quotes it and says what would be right',
  (name, texts) => {
    for (const text of texts) {
      const detail = `${JSON.stringify(text)} `;
      expect(problemsOf({ [name]: text }), text).toEqual([
        { variable: name, detail: expect.stringMatching(/" (is not|has|begins|must|would|needs) /) },
      ]);
      expect(problemsOf({ [name]: text })[0]?.detail).toContain(detail);
    }
  },
);

const badSecrets: Record<string, string[]> = {
  REDIS_URL: ['cache:6379', 'http://cache', 'redis:///0', 'redis://cache/zero', 'redis://cache/1/2'],
  SECRET_KEY: ['short', 'g'.repeat(64), '0'.repeat(63), '0'.repeat(66), `${'A'.repeat(44)}=`, 'A'.repeat(42)],
  METRICS_TOKEN: ['fifteen-letters', 'sixteen letters!', 'sixteen-lettersé', 'x'.repeat(513)],
};

test.each(Object.entries(badSecrets))('%s refuses what is wrong without quoting it', (name, texts) => {
  for (const text of texts) {
    const [problem, ...others] = problemsOf({ [name]: text });
    expect(others).toEqual([]);
    expect(problem?.variable).toBe(name);
    expect(problem?.detail).toMatch(/^(is not|has) /);
    expect(problem?.detail).not.toContain(text);
  }
});

test('every problem is reported together, on one line', () => {
  const error = errorOf({
    PORT: '80a',
    WORKER: 'a\nb\u2028c',
    SECRET_KEY: 'canary',
    LOG_LEVEL: 'x'.repeat(500),
  });
  expect(error.name).toBe('ConfigError');
  expect(error.problems.map(({ variable }) => variable)).toEqual([
    'PORT',
    'WORKER',
    'SECRET_KEY',
    'LOG_LEVEL',
  ]);
  expect(error.message).toMatch(
    /^PORT: "80a" is not a port number \(0 to 65535\); WORKER: "a\?b\?c" is not one of/,
  );
  expect(error.message).toMatch(
    /; SECRET_KEY: is not 32 bytes .*; LOG_LEVEL: "x{80}…" is not one of trace, /,
  );
  expect(error.message).toMatch(/^\P{Cc}+$/u);
});

test('the part of a value before an "@" is not quoted, since a URL has its password there', () => {
  const [host, url] = problemsOf({
    DB_HOST: 'postgres://u:canary@h/db',
    PUBLIC_URL: 'https://u:canary@a.org',
  });
  expect(host?.detail).toBe('"…@h/db" is not an IP address or a host name');
  expect(url?.detail).toBe('"…@a.org" must not hold a user name or password');
});

test('an empty value counts as unset', () => {
  const names = [
    ...Object.keys(bad),
    ...Object.keys(badSecrets),
    'DATABASE_URL',
    'DB_USER',
    'DB_PASSWORD',
    'DB_NAME',
  ];
  const env = Object.fromEntries(
    names.flatMap((name) => [
      [name, ''],
      [`${name}_FILE`, ''],
    ]),
  );
  expect(load(env).config).toEqual(load({}).config);
});

test('the configuration is frozen all the way down', () => {
  const { config } = load({ DATABASE_URL: 'postgres://h/db?sslmode=require', TRUSTED_PROXIES: '::1' });
  const parts: unknown[] = [
    config,
    config.rateLimit,
    config.trustedProxies,
    config.trustedProxies[0],
    config.database,
  ];
  if (config.database.kind === 'server')
    parts.push(config.database.connection, config.database.connection.ssl);
  expect(parts.map((part) => Object.isFrozen(part))).toEqual(Array<boolean>(7).fill(true));
});

describe('notes for the log', () => {
  test('a statement timeout that the request timeout makes idle', () => {
    const note = 'STATEMENT_TIMEOUT is longer than REQUEST_TIMEOUT, which ends a request first';
    expect(load({ REQUEST_TIMEOUT: '2', STATEMENT_TIMEOUT: '3' }).notes).toEqual([note]);
    expect(load({ REQUEST_TIMEOUT: '2', STATEMENT_TIMEOUT: '2' }).notes).toEqual([]);
    expect(load({ REQUEST_TIMEOUT: '2' }).notes).toEqual([]);
  });

  test('backups that are kept and never made', () => {
    const note = 'BACKUP_KEEP is set without BACKUP_DIR, so no backups are made';
    expect(load({ BACKUP_KEEP: '3' }).notes).toEqual([note]);
    expect(load({ BACKUP_KEEP: '3', BACKUP_DIR: 'b' }).notes).toEqual([]);
  });
});

function v4(address: string, prefix: number) {
  return { address, prefix, family: 'ipv4' as const };
}

function v6(address: string, prefix: number) {
  return { address, prefix, family: 'ipv6' as const };
}

function problemsOf(env: Record<string, string>) {
  return errorOf(env).problems;
}

function errorOf(env: Record<string, string>): ConfigError {
  try {
    load(env);
  } catch (error) {
    if (error instanceof ConfigError) return error;
    throw error;
  }
  throw new Error(`nothing was wrong with ${JSON.stringify(env)}`);
}
