import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ConfigError, loadConfig } from '../src/config.ts';
import { codePoint } from './properties/texts.ts';

// A directory that does not exist holds no .env.
const cwd = join(tmpdir(), 'daymark-nowhere');
const load = (env: Record<string, string>) => loadConfig(env, cwd, false);

describe('which database', () => {
  test('the embedded one where no server is named', () => {
    const { database, directDatabase, replica } = load({ DB_POOL_SIZE: '5' }).config;
    expect([database, directDatabase, replica]).toEqual([{ kind: 'embedded' }, { kind: 'embedded' }, null]);
  });

  const defaults = { host: 'localhost', port: 5432, user: 'daymark', database: 'daymark', ssl: false };
  test.each([
    ['DB_HOST', '10.1.2.3', { host: '10.1.2.3' }],
    ['DB_HOST', '/run/postgresql', { host: '/run/postgresql' }],
    ['DB_PORT', '6543', { port: 6543 }],
    ['DB_USER', 'anna', { user: 'anna' }],
    ['DB_PASSWORD', ' p@ss/w:rd ', { password: ' p@ss/w:rd ' }],
    ['DB_NAME', 'my diary', { database: 'my diary' }],
    ['DB_SSLMODE', 'require', { ssl: { rejectUnauthorized: false } }],
    ['DB_SSLMODE', 'verify-full', { ssl: { rejectUnauthorized: true } }],
  ])('%s=%s alone means a server, with defaults for the rest', (name, text, part) => {
    const { database } = load({ [name]: text }).config;
    expect(database).toEqual({ kind: 'server', connection: { ...defaults, ...part } });
  });

  test('over a socket sslmode does not count, as in libpq', () => {
    const { database } = load({ DB_HOST: '/run/postgresql', DB_SSLMODE: 'require' }).config;
    expect(database).toMatchObject({ connection: { host: '/run/postgresql', ssl: false } });
  });

  test('DATABASE_URL replaces the parts, and a note says which', () => {
    const { config, notes } = load({ DATABASE_URL: 'postgres://u@h/d', DB_HOST: 'x', DB_PASSWORD: 'canary' });
    expect(config.database).toMatchObject({ kind: 'server', connection: { host: 'h' } });
    expect(notes).toEqual(['DATABASE_URL is set, so these are not used: DB_HOST, DB_PASSWORD']);
  });

  test('DATABASE_DIRECT_URL is another way, by default the same', () => {
    const url = { DATABASE_URL: 'postgres://u@pool:6432/d' };
    const { database, directDatabase } = load(url).config;
    expect(directDatabase).toEqual(database);
    const direct = load({ ...url, DATABASE_DIRECT_URL: 'postgres://u@db/d' }).config.directDatabase;
    expect(direct).toMatchObject({ kind: 'server', connection: { host: 'db', port: 5432 } });
    expect(load({ DB_HOST: 'pool', DATABASE_DIRECT_URL: 'postgres://u@db/d' }).notes).toEqual([]);
  });

  test('DATABASE_REPLICA_URL is read like the others', () => {
    const env = { DATABASE_URL: 'postgres://u@db/d', DATABASE_REPLICA_URL: 'postgres://u@replica/d' };
    expect(load(env).config.replica).toMatchObject({ host: 'replica', user: 'u', database: 'd' });
  });

  test.each(['DATABASE_DIRECT_URL', 'DATABASE_REPLICA_URL'])('%s without a database is a problem', (name) => {
    expect(detailsOf({ [name]: 'postgres://u@h/d' })).toEqual([
      `${name}: is set without DATABASE_URL; set that too`,
    ]);
    // Where the address itself is what is wrong, that is enough.
    const [first, ...others] = detailsOf({ [name]: 'postgres://u@h/d', DATABASE_URL_FILE: '/missing' });
    expect(first).toMatch(/^DATABASE_URL_FILE: cannot be read/);
    expect(others).toEqual([]);
  });
});

describe('DATABASE_URL', () => {
  const user = userInfo().username;
  const plain = { host: 'h', port: 5432, user: 'u', database: 'd', ssl: false };
  test.each([
    ['postgres://u:p@h:6543/d', { ...plain, port: 6543, password: 'p' }],
    ['postgresql://u@h/d', plain],
    ['POSTGRES://u@h/d?', plain],
    ['postgres://u:@h:/d', plain],
    ['postgres://h/d', { ...plain, user }],
    ['postgres://u@[2001:db8::1]:6543/d', { ...plain, host: '2001:db8::1', port: 6543 }],
    ['postgres://u@db_1.internal/d', { ...plain, host: 'db_1.internal' }],
    ['postgres:///d?host=/run/pg&user=u', { ...plain, host: '/run/pg' }],
    ['postgres://u:p@/d?host=/run/pg&port=6543', { ...plain, host: '/run/pg', port: 6543, password: 'p' }],
    ['postgres://u@%2Frun%2Fpg/d?sslmode=require', { ...plain, host: '/run/pg' }],
    ['postgres://?host=h&dbname=d&user=u&password=a+b', { ...plain, password: 'a+b' }],
    ['postgres://u@h/d?sslmode=&application_name=', plain],
    ['postgres://u@h/d?sslmode=disable&connect_timeout=3', { ...plain, connectionTimeoutMillis: 3000 }],
    ['postgres://u@h/d?options=-c%20jit%3Doff', { ...plain, options: '-c jit=off' }],
    [
      'postgres://u@h/d?application_name=a&channel_binding=prefer',
      { ...plain, application_name: 'a', enableChannelBinding: true },
    ],
    ['postgres://name@tenant:p@h/d', { ...plain, user: 'name@tenant', password: 'p' }],
    ['postgres://u:a@b?c#d:e@h/d', { ...plain, password: 'a@b?c#d:e' }],
  ])('%s is understood as libpq does', (url, connection) => {
    expect(connectionOf(url)).toEqual(connection);
  });

  test('any characters in user, password and database survive percent-encoding', () => {
    const text = fc.string({ unit: codePoint, minLength: 1 }).filter((each) => !each.includes('\0'));
    fc.assert(
      fc.property(text, text, text, (user, password, database) => {
        const [u, p, d] = [user, password, database].map(encodeURIComponent);
        const found = { ...plain, user, password, database };
        expect(connectionOf(`postgres://${u}:${p}@h/${d}`)).toEqual(found);
        expect(connectionOf(`postgres://h?user=${u}&password=${p}&dbname=${d}`)).toEqual(found);
      }),
    );
  });

  test.each([
    ['mysql://u@h/d', /^is not postgres:\/\/user:password@host:5432\/database/],
    ['h/d', /^is not postgres/],
    ['postgres://u:p/q@h/d', /^is not postgres.*\/ %2F/],
    ['postgres://u@h/d/x@y', /^is not postgres/],
    ['postgres://u@h:x/d', /^is not postgres/],
    ['postgres:///d', /^names no host/],
    ['postgres://u@h', /^names no database/],
    ['postgres://u@h/', /^names no database/],
    ['postgres://u@a,b/d', /^its host is not an IP address or a host name/],
    ['postgres://u@h:65536/d', /^its port is not a port number \(1 to 65535\)/],
    ['postgres://u@h/d?port=x', /^its port is not a port number/],
    ['postgres://u:%@h/d', /^has broken percent-encoding/],
    ['postgres://u:%FF@h/d', /^has broken percent-encoding/],
    ['postgres://u:a%00b@h/d', /^holds %00/],
    ['postgres://u@h/d?sslmode', /^has a parameter after "\?" that is not name=value/],
    [
      'postgres://u@h/d?pgbouncer=true',
      /^has the parameter pgbouncer, which is not known here \(known: host, /,
    ],
    ['postgres://u@h/d?sslmode=prefer', /^its sslmode would go on without encryption .*; use verify-full/],
    ['postgres://u@h/d?sslmode=allow', /^its sslmode would go on without/],
    [
      'postgres://u@h/d?sslmode=no-verify',
      /^its sslmode is not one of disable, require, verify-ca, verify-full/,
    ],
    ['postgres://u@h/d?connect_timeout=-1', /^its connect_timeout is not a number of seconds/],
    ['postgres://u@h/d?channel_binding=require', /^its channel_binding cannot be promised; write .*prefer/],
    ['postgres://u@h/d?channel_binding=on', /^its channel_binding is not one of/],
  ])('%s is refused', (url, detail) => {
    for (const name of ['DATABASE_DIRECT_URL', 'DATABASE_REPLICA_URL']) {
      const [problem, ...others] = detailsOf({ DATABASE_URL: url, [name]: url });
      expect(others).toHaveLength(1);
      expect(problem?.replace('DATABASE_URL: ', '')).toMatch(detail);
      expect(others[0]?.replace(`${name}: `, '')).toMatch(detail);
    }
  });
});

function connectionOf(url: string) {
  const { database } = load({ DATABASE_URL: url }).config;
  return database.kind === 'server' ? database.connection : undefined;
}

function detailsOf(env: Record<string, string>): string[] {
  try {
    load(env);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems.map((each) => `${each.variable}: ${each.detail}`);
    throw error;
  }
  throw new Error('nothing was wrong');
}
