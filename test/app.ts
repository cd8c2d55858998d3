import { hash } from '@node-rs/argon2';
import { randomBytes } from 'node:crypto';
import pino from 'pino';
import { afterAll, inject, TestRunner } from 'vitest';
import { commonPasswords } from '../src/accounts/common-passwords.ts';
import { passwords } from '../src/accounts/passwords.ts';
import { buildApp, type Deps } from '../src/app.ts';
import { connect, type Database } from '../src/db/connect.ts';
import { slidingWindow } from '../src/http/sliding-window.ts';
import type { App } from '../src/http/types.ts';
import { statisticsThread } from '../src/insights/thread/statistics-thread.ts';
import { addressRules } from '../src/webhooks/addresses.ts';
import { cloneDatabase, type TestDatabase } from './database.ts';
import { underRowSecurity } from './row-security.ts';

export interface Answer {
  status: number;
  headers: Record<string, string | string[] | number | undefined>;
  /** The body as it came. */
  text: string;
  /** The body as JSON; undefined where there is none. */
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- a test reads any member of any answer
  json: any;
}

export interface CallOptions {
  body?: unknown;
  headers?: Record<string, string>;
  /** Where the call seems to come from. */
  remoteAddress?: string;
}

export type Call = (method: string, path: string, options?: CallOptions) => Promise<Answer>;

/** Somebody with an account: calls go out with their session token. */
export interface Person {
  id: string;
  email: string;
  password: string;
  token: string;
  call: Call;
}

export interface TestApp {
  app: App;
  db: Database;
  database: TestDatabase;
  deps: Deps;
  /** A call without a token. */
  call: Call;
  /** Signs up somebody new. */
  person(): Promise<Person>;
}

/**
 * The server of a test file over a database of its own; closed and dropped after the file. Not for use within a test:
 * Vitest has taken the hooks of its file by then, and nothing would be closed.
 */
export async function testApp(overrides: Partial<Deps> = {}): Promise<TestApp> {
  if (TestRunner.getCurrentTest() !== undefined)
    throw new Error('call testApp() outside of the tests of a file');
  const database = await cloneDatabase();
  const db = openDatabase(database);
  const deps: Deps = { ...defaults(db), ...overrides };
  const app = await buildApp(deps);
  const call = caller(app);
  afterAll(async () => {
    await app.close();
    await db.close();
    await database.drop();
  });
  return { app, db, database, deps, call, person: () => signUpSomebody(call, app) };
}

/** A pool on a test's database, under row level security where the run asks for it. */
export function openDatabase(database: TestDatabase): Database {
  const db = connect({
    connection: () => database.connection,
    poolSize: 8,
    prepare: true,
    statementTimeoutMs: 10_000,
    acquireTimeoutMs: 10_000,
    log: pino({ level: 'silent' }),
  });
  return inject('rowSecurity') ? underRowSecurity(db) : db;
}

/** Of argon2, of which signing up somebody for a test needs no more. */
const cheap = { memoryCost: 64, timeCost: 1 };

/** One for all apps of a process, since opening it compiles what it runs; it ends with the process. */
const statistics = statisticsThread();

/** It reads ten thousand of them. */
const isCommonPassword = commonPasswords();

/** Out of the way of tests that ask for something else. */
const rateLimit = { requests: 100_000, windowSeconds: 60 };

function defaults(db: Database): Deps {
  return {
    db,
    replica: null,
    log: pino({ level: 'silent' }),
    health: { phase: 'ready', database: 'up', redis: 'off' },
    passwords: { ...passwords(2, 100), hash: (password) => hash(password, cheap) },
    secretKey: Buffer.alloc(32, 7),
    version: '0.0.0',
    publicUrl: null,
    trustedProxies: [],
    registration: 'open',
    requestTimeoutMs: 10_000,
    maxPending: 500,
    metricsToken: null,
    development: false,
    isCommonPassword,
    limiter: slidingWindow(rateLimit),
    rateLimit,
    loginLimit: { attempts: 10, windowSeconds: 300 },
    targets: { addresses: addressRules([]), resolve: async () => [] },
    retrySeconds: [5, 300],
    statistics,
    webApp: null,
  };
}

/** Calls an app through its own door; `body` is sent as JSON unless it is text already. */
export function caller(app: App, token?: string): Call {
  return async (method, path, { body, headers = {}, remoteAddress } = {}) => {
    const response = await app.inject({
      method: method as 'GET',
      ...(remoteAddress === undefined ? {} : { remoteAddress }),
      url: path.startsWith('/api') || path.startsWith('//') ? path.replace(/^\/\//, '/') : `/api/v1${path}`,
      headers: {
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { payload: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const isJson =
      response.body !== '' && /\/(?:[a-z]+\+)?json\b/.test(String(response.headers['content-type'] ?? ''));
    return {
      status: response.statusCode,
      headers: response.headers,
      text: response.body,
      json: isJson ? (JSON.parse(response.body) as unknown) : undefined,
    };
  };
}

async function signUpSomebody(call: Call, app: App): Promise<Person> {
  const email = `${randomBytes(6).toString('hex')}@example.org`;
  const password = randomBytes(9).toString('base64url');
  const { json, status, text } = await call('POST', '/auth/register', { body: { email, password } });
  if (status !== 201) throw new Error(`registration failed: ${text}`);
  return { id: json.user.id, email, password, token: json.token, call: caller(app, json.token) };
}
