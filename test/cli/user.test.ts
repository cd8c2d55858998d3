import { expect, test } from 'vitest';
import { testApp } from '../app.ts';
import { databaseUrl } from '../security/child-server.ts';
import { daymark, daymarkProcess } from './run.ts';

const { call, person, database } = await testApp();
const env = { DATABASE_URL: databaseUrl(database.connection, 'any') };
const run = (args: string[], input?: string) => daymark(args, env, input);
const password = 'a long sentence of mine';

test('an account made at the command line signs in, and its address is kept in the one form', async () => {
  const added = await run(
    ['user', 'add', 'Añna@Example.org', '--name', 'Anna', '--time-zone', 'Europe/Paris'],
    `${password}\n`,
  );
  expect(added).toEqual({ code: 0, stdout: 'made the account añna@example.org\n', stderr: '' });
  const { status, json } = await call('POST', '/auth/login', {
    body: { email: 'añna@example.org', password },
  });
  expect([status, json.user.name, json.user.time_zone]).toEqual([200, 'Anna', 'Europe/Paris']);
  const again = await run(['user', 'add', 'añna@example.org'], password);
  expect([again.code, again.stdout]).toEqual([1, '']);
  expect(again.stderr).toBe('daymark: There is an account with this e-mail address already.\n');
});

test.each([
  ['an address that is none', ['user', 'add', 'nobody'], password, /"nobody" is not an e-mail address/],
  ['a short password', ['user', 'add', 'b@example.org'], 'short', /password must have 8 characters/],
  ['a common password', ['user', 'add', 'b@example.org'], 'password1', /among the commonest/],
  ['no password', ['user', 'add', 'b@example.org'], '', /no password came/],
  [
    'a zone that is none',
    ['user', 'add', 'b@example.org', '--time-zone', 'Mars'],
    password,
    /time_zone must/,
  ],
])('refused as wrong usage: %s', async (_what, args, input, message) => {
  const { code, stdout, stderr } = await run(args, input);
  expect([code, stdout]).toEqual([64, '']);
  expect(stderr).toMatch(message);
  expect(stderr).not.toContain(password);
});

test('a new password ends every session; the old one no longer works, tokens do', async () => {
  const someone = await person();
  const { json: token } = await someone.call('POST', '/me/tokens', {
    body: { name: 'x', scopes: ['account'] },
  });
  const changed = await run(['user', 'password', someone.email], password);
  expect([changed.code, changed.stderr]).toEqual([0, '']);
  const login = (secret: string) =>
    call('POST', '/auth/login', { body: { email: someone.email, password: secret } });
  expect((await login(someone.password)).status).toBe(401);
  expect((await login(password)).status).toBe(200);
  const headers = { authorization: `Bearer ${token.token}` };
  expect((await call('GET', '/me', { headers })).status).toBe(200);
  // A session that this process still remembers is forgotten within a second.
  await expect.poll(async () => (await someone.call('GET', '/me')).status).toBe(401);
});

test('deleting asks first, says what goes, and refuses where nobody can answer', async () => {
  const someone = await person();
  await someone.call('POST', '/entries', { body: { mood: 7 } });
  const refused = await run(['user', 'delete', someone.email]);
  expect([refused.code, refused.stdout]).toEqual([64, '']);
  expect(refused.stderr).toContain(`This removes ${someone.email} with 1 entries, for good.`);
  expect(refused.stderr).toContain('--yes');
  expect((await someone.call('GET', '/entries')).json.entries).toHaveLength(1);
  const removed = await run(['user', 'delete', someone.email, '--yes']);
  expect(removed).toMatchObject({ code: 0, stdout: `removed ${someone.email} with 1 entries\n` });
  const unknown = await run(['user', 'delete', someone.email, '--yes']);
  expect([unknown.code, unknown.stderr]).toEqual([1, 'daymark: There is no such account.\n']);
});

test('accounts as a table without colours in a pipe, and as JSON', async () => {
  const someone = await person();
  await someone.call('POST', '/entries', { body: { mood: 7 } });
  const asTable = await run(['user', 'list']);
  expect(asTable.stdout).toMatch(/^email +name +time zone +since +last seen +entries\n/);
  expect(asTable.stdout).not.toContain('\u001b');
  const users = JSON.parse((await run(['user', 'list', '--json'])).stdout) as { email: string }[];
  expect(users.find(({ email }) => email === someone.email)).toMatchObject({
    id: someone.id,
    entries: 1,
    time_zone: 'UTC',
  });
});

test('a token made at the command line stands alone on standard output and has its scopes', async () => {
  const someone = await person();
  const base = ['token', 'add', '--user', someone.email, '--name', 'phone', '--scope', 'entries:write'];
  const { code, stdout, stderr } = await daymarkProcess(base, env);
  expect([code, stdout]).toEqual([0, expect.stringMatching(/^dm_p_[0-9A-Za-z]{36}\n$/)]);
  expect(stderr).toContain('shown this once');
  const headers = { authorization: `Bearer ${stdout.trim()}` };
  expect((await call('POST', '/entries', { headers, body: { mood: 5 } })).status).toBe(201);
  expect((await call('GET', '/entries', { headers })).json.code).toBe('insufficient_scope');
  const asJson = await run([...base, '--scope', 'export', '--expires', '2100-01-01', '--json']);
  expect(JSON.parse(asJson.stdout)).toMatchObject({
    name: 'phone',
    scopes: ['entries:write', 'export'],
    expires_at: '2100-01-01T00:00:00.000Z',
  });
  for (const [more, message] of [
    [['--scope', 'everything'], '"everything" is no scope'],
    [['--expires', '2000-01-01'], 'expires must lie in the future'],
    [['--expires', 'soon'], 'neither a day nor a time'],
  ] as const) {
    const refused = await run([...base, ...more]);
    expect([refused.code, refused.stdout]).toEqual([64, '']);
    expect(refused.stderr).toContain(message);
  }
});
