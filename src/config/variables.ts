import { databaseHost, host, networks, publicUrl, redisUrl } from './addresses.ts';
import { postgresUrl } from './postgres-url.ts';
import { tlsModeWithoutFiles } from './tls.ts';
import type { Parse } from './values.ts';
import {
  anyText,
  boolean,
  choice,
  directory,
  integer,
  key,
  milliseconds,
  secondsList,
  token,
} from './values.ts';

/** One row of the table: how a variable is read, and what stands in the documentation. */
export interface Variable<T> {
  parse: Parse<T>;
  /** The text that is parsed when the variable is not set; null where the value is then null. */
  fallback: string | null;
  /** What being unset means, in words. */
  unset: string;
  /** Its value is never shown. */
  isSecret: boolean;
  description: string;
}

/** Every variable that configures the server, in the order of the documentation. */
export const variables = {
  HOST: set('127.0.0.1', host, 'Address to listen on: an IP address or a host name.'),
  PORT: set('8080', integer(0, 65_535, 'port number'), 'Port to listen on; 0 picks a free one and logs it.'),
  DATABASE_URL: secret(
    'an embedded PostgreSQL under DATA_DIR',
    postgresUrl,
    'PostgreSQL 15 to 18: postgres://user:password@host:5432/database; ?sslmode=verify-full encrypts.',
  ),
  DB_HOST: set(
    'localhost',
    databaseHost,
    'Instead of DATABASE_URL, any of DB_HOST to DB_SSLMODE: host or socket directory.',
  ),
  DB_PORT: set('5432', integer(1, 65_535, 'port number'), 'Instead of DATABASE_URL: port.'),
  DB_USER: set('daymark', anyText, 'Instead of DATABASE_URL: user.'),
  DB_PASSWORD: secret('none', anyText, 'Instead of DATABASE_URL: password.'),
  DB_NAME: set('daymark', anyText, 'Instead of DATABASE_URL: name of the database.'),
  DB_SSLMODE: set(
    'disable',
    tlsModeWithoutFiles,
    'Instead of DATABASE_URL: disable, require (encrypts) or verify-full (also checks the certificate).',
  ),
  DB_POOL_SIZE: set('10', integer(1, 1000), 'Database connections per process.'),
  DB_PREPARE: set('true', boolean, 'Named statements; false behind a PgBouncer before 1.21.'),
  DATABASE_DIRECT_URL: secret(
    'DATABASE_URL',
    postgresUrl,
    'A way around a transaction pooler, for migrations and jobs.',
  ),
  DATA_DIR: set('./data', directory, 'Directory of the embedded database and secret.key.'),
  REDIS_URL: secret('none', redisUrl, 'Redis that shares rate limits between nodes: redis:// or rediss://.'),
  PUBLIC_URL: maybe('none', publicUrl, 'Address that people type, such as https://diary.example.org.'),
  TRUSTED_PROXIES: maybe(
    'none',
    networks,
    'Comma list of addresses and CIDR blocks whose X-Forwarded-* count.',
  ),
  REGISTRATION: set(
    'open',
    choice('open', 'first', 'closed'),
    'Who may sign up: open, first (only until an account exists) or closed.',
  ),
  RATE_LIMIT_REQUESTS: set('600', integer(1, 1e9), 'Requests per user or address in RATE_LIMIT_WINDOW.'),
  RATE_LIMIT_WINDOW: set('60', integer(1, 86_400), 'The window of that limit, in whole seconds.'),
  LOGIN_LIMIT_ATTEMPTS: set('10', integer(1, 1e9), 'Failed logins per e-mail in LOGIN_LIMIT_WINDOW.'),
  LOGIN_LIMIT_WINDOW: set('300', integer(1, 86_400), 'The window of that limit, in whole seconds.'),
  REQUEST_TIMEOUT: set('10', milliseconds(0.001, 3600), 'Seconds that a request may take.'),
  STATEMENT_TIMEOUT: set('5', milliseconds(0.001, 3600), 'Seconds that one SQL statement may take.'),
  SHUTDOWN_DELAY: set('1', milliseconds(0, 3600), 'Seconds of serving on after a signal to stop.'),
  SHUTDOWN_TIMEOUT: set('25', milliseconds(0.001, 3600), 'Seconds for what is in hand after that delay.'),
  MAX_PENDING: set('500', integer(1, 1e6), 'Requests in flight per process beyond which it answers 503.'),
  WORKER: set('true', boolean, 'Also run background jobs in this process.'),
  WEBHOOK_ALLOW_NETS: maybe(
    'empty',
    networks,
    'Comma list of addresses and CIDR blocks that webhooks may reach though not public.',
  ),
  WEBHOOK_RETRY_SECONDS: set(
    '5,300,1800,7200,18000,36000,50400,72000,86400',
    secondsList(2_592_000),
    'Seconds before each further attempt of a webhook delivery.',
  ),
  SECRET_KEY: secret(
    'made once under DATA_DIR',
    key,
    '32 bytes in hex or base64 that sign cursors and encrypt webhook secrets and kept answers; nodes must share them.',
  ),
  DATABASE_REPLICA_URL: secret('none', postgresUrl, 'Streaming replica that reports are read from.'),
  BACKUP_DIR: maybe('none', directory, 'Directory of nightly backups.'),
  BACKUP_KEEP: set('7', integer(1, 1000), 'How many nightly backups stay.'),
  METRICS_TOKEN: secret('none', token, 'Bearer token for /metrics from elsewhere; at least 16 characters.'),
  LOG_LEVEL: set(
    'info',
    choice('trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'),
    'Least level that is logged: trace, debug, info, warn, error, fatal or silent.',
  ),
  LOG_FORMAT: maybe(
    'json, or pretty on a terminal',
    choice('json', 'pretty'),
    'How lines are logged: json or pretty.',
  ),
};

export type VariableName = keyof typeof variables;

/** What each variable gives once it is read. */
export type Values = {
  [Name in VariableName]: (typeof variables)[Name] extends Variable<infer T> ? T : never;
};

/** A row of the documentation: `fallback` is the default as it would be written, else null and `unset` says more. */
export type VariableDescription = Omit<Variable<unknown>, 'parse'> & { name: string };

/** The table as rows for documentation. */
export function describeVariables(): VariableDescription[] {
  return Object.entries(variables).map(([name, { fallback, unset, isSecret, description }]) => {
    return { name, fallback, unset, isSecret, description };
  });
}

function set<T>(fallback: string, parse: Parse<T>, description: string): Variable<T> {
  return { parse, fallback, unset: fallback, isSecret: false, description };
}

function maybe<T>(unset: string, parse: Parse<T>, description: string): Variable<T | null> {
  return { parse, fallback: null, unset, isSecret: false, description };
}

function secret<T>(unset: string, parse: Parse<T>, description: string): Variable<T | null> {
  return { ...maybe(unset, parse, description), isSecret: true };
}
