import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { expect, onTestFinished, test } from 'vitest';
import { buildApp, type Deps } from '../../src/app.ts';
import { connect } from '../../src/db/connect.ts';
import { logOnto, type Log } from '../../src/log.ts';
import { caller, testApp, type Answer } from '../app.ts';
import { cloneDatabase, onServer } from '../database.ts';
import { databaseUrl, fetcher, startServer } from './child-server.ts';
import { canary, personSecrets, tellEverything, type PersonSecrets } from './secrets.ts';

const { deps, database } = await testApp();

/** A log into memory, at the level that tells most. */
function memoryLog(): { log: Log; lines: string[] } {
  const lines: string[] = [];
  return { lines, log: logOnto({ write: (line) => void lines.push(line) }, 'trace') };
}

/** Says everything to a server built with these parts; gives what it logged and answered. */
async function journey(parts: Partial<Deps> = {}) {
  const { log, lines } = memoryLog();
  const app = await buildApp({ ...deps, ...parts, log });
  const secrets = personSecrets();
  const told = await tellEverything(caller(app), (token) => caller(app, token), secrets);
  await app.close();
  return { ...told, secrets, lines };
}

function expectNone(text: string, secrets: Iterable<string>): void {
  expect([...secrets].filter((secret) => text.includes(secret))).toEqual([]);
}

/** A problem may repeat the name of a wrong member, which the caller sent; a value never. */
function expectSilentProblems(answers: Answer[], { measure, ...secrets }: PersonSecrets): void {
  expect(measure).not.toBe('');
  for (const { status, text } of answers) if (status >= 400) expectNone(text, Object.values(secrets));
}

function expectOneEventPerLine(lines: string[]): void {
  for (const line of lines) {
    expect(line.trimEnd().split(/[\r\n\u0085\u2028\u2029]/)).toHaveLength(1);
    expect(JSON.parse(line)).toMatchObject({ level: expect.any(Number), time: expect.any(String) });
    expect(JSON.parse(line).msg).not.toBe('forged');
  }
}

const statuses = (answers: Answer[]) => new Set(answers.map(({ status }) => status));

const usual = await journey();

test('good calls and refused ones leave nothing of a person in the log, nor values in problems', () => {
  const { answers, tokens, secrets, lines } = usual;
  expect([...statuses(answers)]).toEqual(
    expect.arrayContaining([200, 201, 204, 400, 401, 403, 404, 405, 409, 412, 413, 415, 422]),
  );
  expect(tokens.length).toBeGreaterThanOrEqual(3);
  expectNone(lines.join(''), [...Object.values(secrets), ...tokens]);
  expectSilentProblems(answers, secrets);
  for (const { json, status } of answers) if (status >= 400) expectNone(JSON.stringify(json), tokens);
});

test('line breaks in what is sent make no further line', () => {
  const { answers, lines } = usual;
  expectOneEventPerLine(lines);
  const requests = lines.filter((line) => JSON.parse(line).msg === 'request');
  // A URL that cannot be decoded is answered before there is a route.
  const unread = answers.filter(({ json }) => json?.code === 'malformed_request' && !json.errors).length;
  expect(requests.length).toBeGreaterThanOrEqual(answers.length - unread);
  expect(requests.length).toBeLessThanOrEqual(answers.length);
});

test('with the database away nothing of a person or of its password is told', async () => {
  const password = canary('database');
  const nowhere = { host: '127.0.0.1', port: 1, user: 'daymark', database: 'daymark', password };
  const options = { poolSize: 1, prepare: true, statementTimeoutMs: 1000, acquireTimeoutMs: 1000 };
  const db = connect({ ...options, connection: () => nowhere, log: deps.log });
  const { answers, secrets, lines } = await journey({ db });
  await db.close();
  expect(answers.filter(({ json }) => json?.code === 'database_unavailable').length).toBeGreaterThan(5);
  expect(lines.join('')).toContain('ECONNREFUSED');
  expectNone(lines.join(''), [...Object.values(secrets), password]);
  expectSilentProblems(answers, secrets);
  expectOneEventPerLine(lines);
});

test('an error of the database that quotes the row it failed on is logged without it, and answered as 500', async () => {
  // As a defect would: PostgreSQL repeats the values in message and detail, and the statement around them.
  for (const table of ['users', 'sessions', 'entries', 'journals']) {
    await onServer(
      `create function break_${table}() returns trigger language plpgsql as $$
         begin raise exception 'cannot take %', new using detail = new::text, hint = new::text; end $$;
       create trigger break before insert or update on ${table} for each row execute function break_${table}();`,
      database.connection,
    );
  }
  const { answers, secrets, lines } = await journey();
  for (const table of ['users', 'sessions', 'entries', 'journals'])
    await onServer(`drop trigger break on ${table}`, database.connection);
  const failed = answers.filter(({ status }) => status === 500);
  expect(failed.length).toBeGreaterThanOrEqual(1);
  for (const { json } of failed)
    expect({ ...json, request_id: '' }).toEqual({
      type: 'about:blank',
      title: 'Internal Server Error',
      status: 500,
      detail: 'Something went wrong on our side.',
      code: 'internal_error',
      request_id: '',
    });
  expect(lines.join('')).toContain('"code":"P0001"');
  expectNone(lines.join(''), Object.values(secrets));
  expectSilentProblems(answers, secrets);
});

test('of an error the log takes type, code, message and stack, and nothing it carries along', () => {
  const { log, lines } = memoryLog();
  const secret = canary('carried');
  const error = Object.assign(new Error('it failed', { cause: new Error(secret) }), {
    code: 'E_FAILED',
    input: secret,
    parameters: [secret],
    client: { password: secret },
  });
  log.error({ err: error }, 'a request failed');
  log.error({ err: secret }, 'something was thrown that is no error');
  expect(JSON.parse(lines[0] ?? '').err).toEqual({
    type: 'Error',
    code: 'E_FAILED',
    message: 'it failed',
    stack: expect.stringContaining('it failed'),
  });
  expectNone(lines.join(''), [secret]);
});

test('the server process itself: its output, its command line, also while its database goes away', async () => {
  const own = await cloneDatabase();
  const operators = {
    database: canary('database'),
    metrics: canary('metrics'),
    key: randomBytes(32).toString('hex'),
  };
  const server = await startServer({
    DATABASE_URL: databaseUrl(own.connection, operators.database),
    SECRET_KEY: operators.key,
    METRICS_TOKEN: operators.metrics,
    LOG_LEVEL: 'trace',
    RATE_LIMIT_REQUESTS: '100000',
  });
  onTestFinished(() => server.kill());
  const tell = (secrets: PersonSecrets) =>
    tellEverything(fetcher(server.url), (token) => fetcher(server.url, token), secrets);

  const secrets = personSecrets();
  const { answers, tokens } = await tell(secrets);
  await fetcher(server.url, operators.metrics)('GET', '//metrics');
  expect([...statuses(answers)]).toEqual(expect.arrayContaining([200, 201, 204, 400, 401, 404, 409, 422]));
  const commandLine = execFileSync('ps', ['-ww', '-o', 'args=', '-p', String(server.pid)], {
    encoding: 'utf8',
  });
  expect(commandLine).toContain('serve');
  await own.drop();
  const later = personSecrets();
  const away = await tell(later);
  expect(away.answers.some(({ status }) => status === 503)).toBe(true);
  expect(await server.stop()).toBe(0);

  const all = [...Object.values(secrets), ...Object.values(later), ...Object.values(operators), ...tokens];
  expectNone(server.written() + commandLine, all);
  expectOneEventPerLine(server.written().trimEnd().split('\n'));
  for (const { text } of [...answers, ...away.answers]) expectNone(text, Object.values(operators));
});
