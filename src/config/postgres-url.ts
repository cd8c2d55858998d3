import { userInfo } from 'node:os';
import type { ClientConfig } from 'pg';
import { databaseHost } from './addresses.ts';
import { Wrong } from './errors.ts';
import { tlsMode, tlsOptions } from './tls.ts';
import { choice, integer } from './values.ts';

// The grammar of libpq, where "#" and "?" are no delimiters before the "@". The WHATWG parser refuses
// `user@/database?host=/socket` and ends a password at its first "#".
const shape =
  /^postgres(?:ql)?:\/\/(?:(?<user>[^:/]*)(?::(?<password>[^/]*))?@)?(?<host>\[[^\]@/?]*\]|[^:@/?[\]]*)(?::(?<port>\d*))?(?:\/(?<dbname>[^?@]*))?(?:\?(?<query>[^@]*))?$/i;

const known = [
  ...['host', 'port', 'user', 'password', 'dbname', 'sslmode', 'sslrootcert', 'sslcert', 'sslkey'],
  ...['application_name', 'connect_timeout', 'options', 'channel_binding'],
];
type Parts = Partial<Record<string, string>>;

/**
 * What node-postgres needs for a connection URI of libpq: host and database are required, the user is the
 * one of the operating system where none is named, the port 5432, sslmode `disable`; relative certificate
 * files start at `cwd`. Throws Wrong, which quotes nothing but names of parameters, since any other part may
 * be a piece of a password that was not percent-encoded.
 * https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNSTRING-URIS
 */
export function postgresUrl(text: string, cwd: string): ClientConfig {
  const parts = partsOf(text);
  if (!parts['host']) throw new Wrong('names no host');
  if (!parts['dbname']) throw new Wrong('names no database');
  const host = checked('host', parts, databaseHost) ?? '';
  const mode = checked('sslmode', parts, tlsMode) ?? 'disable';
  return {
    host,
    port: checked('port', parts, integer(1, 65_535, 'port number')) ?? 5432,
    user: parts['user'] ?? systemUser(),
    database: parts['dbname'],
    // Over a Unix socket there is nothing to encrypt, and libpq ignores sslmode too.
    ssl: tlsOptions(host.startsWith('/') ? 'disable' : mode, parts, cwd),
    ...optional('password', parts['password']),
    ...optional('application_name', parts['application_name']),
    ...optional('options', parts['options']),
    ...optional('connectionTimeoutMillis', checked('connect_timeout', parts, timeoutMs)),
    ...optional('enableChannelBinding', checked('channel_binding', parts, channelBinding)),
  };
}

function partsOf(text: string): Parts {
  const { query = '', host = '', ...others } = shape.exec(text)?.groups ?? refuse();
  const parameters = query.split('&').filter((pair) => pair !== '');
  return {
    ...decoded({ ...others, host: host.replace(/^\[(.*)\]$/, '$1') }),
    ...decoded(Object.fromEntries(parameters.map(parameter))),
  };
}

function refuse(): never {
  throw new Wrong(
    'is not postgres://user:password@host:5432/database (inside a part, @ is written %40, / %2F, ? %3F and % %25)',
  );
}

function parameter(pair: string, _index: number, all: readonly string[]): [string, string] {
  const [name = '', ...values] = pair.split('=');
  if (values.length !== 1) throw new Wrong('has a parameter after "?" that is not name=value');
  if (known.includes(name)) return [name, values[0] ?? ''];
  // Behind a password with an "&" in it, what looks like a name is the rest of the password.
  const isName = /^[\w.-]{1,40}$/.test(name) && !all.some((each) => each.startsWith('password'));
  const which = isName ? `the parameter ${name}` : 'a parameter';
  throw new Wrong(`has ${which}, which is not known here (known: ${known.join(', ')})`);
}

/** Percent-decoded; what is empty counts as not given. */
function decoded(parts: Parts): Parts {
  const given = Object.entries(parts).filter(([, value]) => value);
  return Object.fromEntries(given.map(([name, value = '']) => [name, percentDecoded(value)]));
}

function percentDecoded(text: string): string {
  let value: string;
  try {
    value = decodeURIComponent(text);
  } catch {
    throw new Wrong('has broken percent-encoding; a % itself is written %25');
  }
  // It would end the string in the protocol of PostgreSQL.
  if (value.includes('\0')) throw new Wrong('holds %00, which PostgreSQL cannot take');
  return value;
}

function checked<T>(name: string, parts: Parts, parse: (text: string, cwd: string) => T): T | undefined {
  const text = parts[name];
  try {
    return text === undefined ? undefined : parse(text, '');
  } catch (error) {
    throw error instanceof Wrong ? new Wrong(`its ${name} ${error.message}`) : error;
  }
}

function systemUser(): string {
  try {
    return userInfo().username;
  } catch {
    throw new Wrong('names no user, and this process runs as a user without a name');
  }
}

function timeoutMs(text: string): number {
  return 1000 * integer(0, 3600, 'number of seconds')(text, '');
}

/** node-postgres binds where the server offers it and cannot insist. */
function channelBinding(text: string): boolean {
  if (text !== 'require') return choice('disable', 'prefer')(text, '') === 'prefer';
  throw new Wrong('cannot be promised; write channel_binding=prefer and sslmode=verify-full');
}

function optional<Name extends string, T>(name: Name, value: T | undefined): { [K in Name]?: T } {
  return value === undefined ? {} : ({ [name]: value } as { [K in Name]: T });
}
