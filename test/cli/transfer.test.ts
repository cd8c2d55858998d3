import { hashSync } from 'bcryptjs';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { caller, testApp } from '../app.ts';
import { databaseUrl } from '../security/child-server.ts';
import { predecessorSchema, sqliteFile } from '../transfer/files.ts';
import { entriesOf } from '../transfer/world.ts';
import { daymark, daymarkProcess } from './run.ts';

const { app, call, person, database } = await testApp();
const env = { DATABASE_URL: databaseUrl(database.connection, 'any') };
const run = (...args: string[]) => daymark(args, env);
const directory = mkdtempSync(join(tmpdir(), 'daymark-transfer-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

function fileOf(name: string, content: string | Buffer): string {
  const path = join(directory, name);
  writeFileSync(path, content);
  return path;
}

describe('import', () => {
  test('brings a file for one account and tells what came of it', async () => {
    const someone = await person();
    const file = fileOf('a.csv', 'date,mood,weather\n2024-01-01,fine,\n2024-01-02,7,sun\n2024-01-03,11,');
    const { code, stdout, stderr } = await daymarkProcess(['import', file, '--user', someone.email], env);
    expect([code, stderr]).toEqual([0, 'entries: 3 rows\n']);
    expect(stdout).toBe(
      [
        'csv: 3 rows, 1 entries made, 0 were there already, 2 refused',
        '  row 1: The mood "fine" has no number; name it in mood_map.',
        '  row 3: The mood must be a whole number from 1 to 10, or a name in mood_map.',
        'moods without a number: fine; give them one with --mood-map',
        'left out: weather, in 1 rows\n',
      ].join('\n'),
    );
    const args = [file, '--user', someone.email, '--mood-map', 'fine:9', '--json'];
    const dry = JSON.parse((await run('import', ...args, '--dry-run')).stdout);
    expect(dry).toMatchObject({ dry_run: true, created: 1, skipped: 1, error_count: 1 });
    expect(JSON.parse((await run('import', ...args)).stdout)).toMatchObject({
      state: 'finished',
      created: 1,
    });
    expect((await entriesOf(someone)).map(({ mood }) => mood)).toEqual([9, 7]);
    const { json } = await someone.call('GET', '/imports');
    expect(json.imports.map(({ state }: { state: string }) => state)).toEqual([
      'finished',
      'finished',
      'finished',
    ]);
  });

  test.each([
    ['nobody named', ['x.csv'], 64, /name either --user <email> or --all-users/],
    ['an account that is none', ['x.csv', '--user', 'nobody@example.org'], 1, /no such account/],
    ['a file that is none', ['none.csv', '--user', 'a@example.org'], 1, /none.csv cannot be read \(ENOENT\)/],
    [
      'a format that is none',
      ['x.csv', '--user', 'a@example.org', '--format', 'word'],
      64,
      /Allowed choices/,
    ],
    ['a map that is none', ['x.csv', '--user', 'a@example.org', '--mood-map', 'x'], 64, /rad:10,good:8/],
    ['a file of another format', ['x.csv', '--all-users'], 64, /not of the format sqlite/],
  ])('refuses %s', async (_what, args, code, message) => {
    fileOf('x.csv', 'date,mood\n2024-01-01,5');
    const ended = await daymark(['import', join(directory, args[0]!), ...args.slice(1)], env);
    expect([ended.code, ended.stdout]).toEqual([code, '']);
    expect(ended.stderr).toMatch(message);
  });
});

test.each([
  ['a dry run', ['--dry-run'], /--dry-run does not go/],
  ['another format', ['--format', 'csv'], /--all-users reads data.db alone/],
  ['an address that is none', ['--adopt-orphans', 'nobody'], /"nobody" is not an e-mail address/],
])('import --all-users refuses %s before it looks for a database', async (_what, more, message) => {
  const file = fileOf(
    'empty.db',
    sqliteFile((db) => db.exec(predecessorSchema)),
  );
  const away = { DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none' };
  const { code, stderr } = await daymark(['import', file, '--all-users', ...more], away);
  expect([code, stderr]).toEqual([64, expect.stringMatching(message)]);
});

describe('export', () => {
  test('writes a whole account to a file or to standard output, and import brings it back', async () => {
    const [anna, ben] = [await person(), await person()];
    for (const n of [1, 2, 3]) await anna.call('POST', '/entries', { body: { text: `entry ${n}`, mood: n } });
    const output = join(directory, 'anna.jsonl');
    const written = await run('export', '--user', anna.email, '-o', output);
    expect(written).toEqual({ code: 0, stdout: '', stderr: `wrote ${output}\n` });
    const piped = await daymarkProcess(['export', '--user', anna.email], env);
    const lines = (text: string) => text.trimEnd().split('\n').slice(1);
    expect(lines(piped.stdout)).toEqual(lines(readFileSync(output, 'utf8')));
    expect(lines(piped.stdout).length).toBe(3);
    await run('import', output, '--user', ben.email);
    expect(await entriesOf(ben)).toEqual(await entriesOf(anna));
    const table = await run('export', '--user', anna.email, '--format', 'csv');
    expect(table.stdout.split('\r\n').length).toBe(5);
  });

  test('a file that cannot be written is named, with the reason', async () => {
    const someone = await person();
    const output = join(directory, 'none', 'diary.jsonl');
    expect(await run('export', '--user', someone.email, '-o', output)).toEqual({
      code: 1,
      stdout: '',
      stderr: `daymark: cannot write ${output}: there is no such folder\n`,
    });
  });
});

describe('import --all-users', () => {
  // bench/predecessor.ts brings 100,000.
  const rows = 1000;
  const data = sqliteFile((db) => {
    db.exec(predecessorSchema);
    db.exec('begin');
    for (const [id, email, hash] of [
      [1, 'Old-Anna@example.org', hashSync('the old password', 4)],
      [2, 'old-ben@example.org', 'not a hash'],
      [3, 'no address', hashSync('x', 4)],
      [5, 'old-clara@example.org', hashSync('another password', 4).replace('$2b$', '$2y$')],
    ])
      db.run('insert into users values (?, ?, ?, ?)', [
        id as number,
        email as string,
        hash as string,
        '2020-01-01 00:00:00',
      ]);
    const add = db.prepare('insert into entries values (?, ?, ?, ?, ?, ?)');
    for (let n = 1; n <= rows; n++) {
      const owner = n % 10 === 0 ? 99 : n % 2 === 0 ? 5 : 1;
      const mood =
        n % 1000 === 1 ? 'odd' : n % 3 === 0 ? null : n % 3 === 1 ? (n % 10) + 1 : String((n % 10) + 1);
      add.run([n, owner, `entry ${n}`, mood, n % 4 === 0 ? null : 'work', '2021-05-06 07:08:09']);
    }
    add.finalize();
    db.exec('commit');
  });

  test('moves every account with its password and its entries in their order; orphans are told, or adopted', async () => {
    const file = fileOf('data.db', data);
    const first = await run('import', file, '--all-users', '--json');
    expect(first.code).toBe(0);
    const report = JSON.parse(first.stdout);
    expect(report.accounts).toMatchObject({ created: 3, present: 0 });
    expect(report.accounts.errors.map(({ row, code }: { row: number; code: string }) => [row, code])).toEqual(
      [
        [2, 'password_unusable'],
        [3, 'email_invalid'],
      ],
    );
    expect(report.entries).toMatchObject({ total: rows, created: 899, skipped: 0, error_count: 1 });
    expect(report.entries.errors[0]).toMatchObject({ row: 1, code: 'mood_unmapped' });
    expect(report.orphans).toMatchObject({ count: 100, adopted: 0 });
    expect(report.orphans.rows.slice(0, 3)).toEqual([10, 20, 30]);

    const login = { email: 'old-anna@example.org', password: 'the old password' };
    const { status, json } = await call('POST', '/auth/login', { body: login });
    expect([status, json.user.created_at]).toEqual([200, '2020-01-01T00:00:00.000Z']);
    const anna = { ...(await person()), call: caller(app, json.token) };
    const entries = await entriesOf(anna);
    const numbers = entries.map(({ text }) => Number(text.slice('entry '.length)));
    expect(numbers).toEqual(numbers.toSorted((a, b) => a - b));
    expect(entries[0]).toMatchObject({
      mood: null,
      category: 'work',
      created_at: '2021-05-06T07:08:09.000Z',
    });
    // The hash was replaced at that login, and the new one works too.
    expect((await call('POST', '/auth/login', { body: login })).status).toBe(200);
    const clara = { email: 'old-clara@example.org', password: 'another password' };
    expect((await call('POST', '/auth/login', { body: clara })).status).toBe(200);
    const ben = { email: 'old-ben@example.org', password: 'not a hash' };
    expect((await call('POST', '/auth/login', { body: ben })).status).toBe(401);

    const args = [file, '--all-users', '--adopt-orphans', 'old-ben@example.org', '--mood-map', 'odd:4'];
    const again = await run('import', ...args);
    expect([again.code, again.stdout]).toEqual([
      0,
      [
        'accounts: 0 made, 3 were there already',
        `entries: ${rows} rows, 101 made, 899 were there already, 0 refused`,
        'entries of nobody: 100, adopted (rows 10, 20, 30, 40, 50, 60, 70, 80, 90, 100, 110, 120, 130, 140, 150, 160, 170, 180, 190, 200, …)',
        '  account 3: The account has no e-mail address.\n',
      ].join('\n'),
    ]);
  });
});
