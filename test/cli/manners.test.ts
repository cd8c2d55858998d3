import { execFileSync, spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { testApp } from '../app.ts';
import { emptyDatabase } from '../database.ts';
import { program } from '../program.ts';
import { databaseUrl } from '../security/child-server.ts';
import { daymark, daymarkProcess, newFolder } from './run.ts';

const { person, call, database } = await testApp();
const env = { DATABASE_URL: databaseUrl(database.connection, 'any') };

test('an unknown command is named, with the nearest that there is', async () => {
  const { code, stdout, stderr } = await daymark(['nonsense']);
  expect([code, stdout]).toEqual([64, '']);
  expect(stderr).toContain("unknown command 'nonsense'");
  const near = await daymark(['uzer']);
  expect([near.code, near.stderr]).toEqual([64, expect.stringContaining('Did you mean user?')]);
});

test('every command has a help with examples, on standard output and without colours in a pipe', async () => {
  const { stdout } = await daymarkProcess(['--help']);
  const commands = [...stdout.matchAll(/^ {2}([a-z]+)[ [].*/gm)].map(([, name]) => name ?? '');
  expect(commands).toEqual(expect.arrayContaining(['serve', 'migrate', 'user', 'log', 'backup', 'doctor']));
  for (const name of commands.filter((each) => each !== 'help')) {
    const help = await daymark([name, '--help']);
    expect([name, help.code, help.stderr]).toEqual([name, 0, '']);
    if (name !== 'token') expect(help.stdout).toContain(`\nExamples:\n  `);
    expect(help.stdout).not.toContain('\u001b');
  }
});

test('the version', async () => {
  expect(await daymarkProcess(['--version'])).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/),
  });
});

test('accounts can be made before the server has ever been started', async () => {
  const empty = await emptyDatabase();
  onTestFinished(() => empty.drop());
  const DATABASE_URL = databaseUrl(empty.connection, 'any');
  const { code, stdout } = await daymark(
    ['user', 'add', 'a@example.org'],
    { DATABASE_URL },
    'a long sentence\n',
  );
  expect([code, stdout]).toEqual([0, 'made the account a@example.org\n']);
  expect((await daymark(['migrate', 'goto', '2'], { DATABASE_URL })).code).toBe(0);
  const old = await daymark(['user', 'list'], { DATABASE_URL });
  expect([old.code, old.stderr]).toEqual([1, expect.stringContaining('run "daymark migrate up" first')]);
});

const hasScript = process.platform === 'linux' && spawnSync('script', ['--version']).status === 0;

/** Runs a command on a terminal of its own, which `script` makes, and types \`keys\`. */
function onTerminal(words: string[], keys: string, more: Record<string, string> = {}): string {
  const line = [process.execPath, ...program(), ...words].map((word) => `'${word}'`).join(' ');
  const { PATH = '', HOME = '' } = process.env;
  return execFileSync('script', ['-qec', line, '/dev/null'], {
    input: keys,
    env: { PATH, HOME, TERM: 'xterm-256color', ...env, ...more },
    encoding: 'utf8',
    timeout: 15_000,
  });
}

test.skipIf(!hasScript)(
  'on a terminal a password is asked for twice and never shown [needs script]',
  async () => {
    const secret = 'never to be seen';
    const shown = onTerminal(['user', 'add', 'typed@example.org'], `${secret}\r${secret}\r`);
    expect(shown).toContain('Password: ');
    expect(shown).toContain('made the account typed@example.org');
    // What is typed before the program reads is echoed by the terminal itself; what it reads is not.
    const login = { email: 'typed@example.org', password: secret };
    expect((await call('POST', '/auth/login', { body: login })).status).toBe(200);
  },
);

test.skipIf(!hasScript)(
  'on a terminal there are colours, unless NO_COLOR is set [needs script]',
  async () => {
    await person();
    expect(onTerminal(['user', 'list'], '')).toContain('\u001b[1m');
    expect(onTerminal(['user', 'list'], '', { NO_COLOR: '1' })).not.toContain('\u001b[1m');
  },
);

test.skipIf(!hasScript)(
  'on a terminal what destroys asks, and goes on at "yes" only [needs script]',
  async () => {
    const someone = await person();
    expect(() => onTerminal(['user', 'delete', someone.email], 'no\r')).toThrow();
    expect((await someone.call('GET', '/me')).status).toBe(200);
    expect(onTerminal(['user', 'delete', someone.email], 'yes\r')).toContain(`removed ${someone.email}`);
  },
);

test('the OpenAPI document needs neither a database nor a configuration, and is the same whatever .env says', async () => {
  const folder = newFolder();
  writeFileSync(join(folder, '.env'), 'PORT=none');
  const { code, stdout, stderr } = await daymarkProcess(['openapi'], {}, '', folder);
  expect([code, stderr]).toEqual([0, '']);
  expect(JSON.parse(stdout)).toMatchObject({
    openapi: expect.stringMatching(/^3\./),
    paths: { '/api/v1/entries': {} },
  });
  expect(await daymark(['openapi'])).toEqual({ code: 0, stdout, stderr: '' });
});

test.each(['bash', 'zsh', 'fish'])('completion for %s knows commands and options', async (shell) => {
  const { code, stdout } = await daymark(['completion', shell]);
  expect(code).toBe(0);
  for (const word of ['migrate', 'goto', 'user', 'force', 'resume-deliveries'])
    expect(stdout).toContain(word);
});

test('completion in a real bash', async () => {
  const { stdout } = await daymark(['completion', 'bash']);
  const complete = (...words: string[]) => {
    const script = `${stdout}\nCOMP_WORDS=(daymark ${words.map((w) => `'${w}'`).join(' ')}); COMP_CWORD=${words.length}; _daymark; echo "\${COMPREPLY[@]}"`;
    return execFileSync('bash', ['-c', script], { encoding: 'utf8' }).trim().split(' ');
  };
  expect(complete('mig')).toEqual(['migrate']);
  expect(complete('user', '')).toEqual(expect.arrayContaining(['add', 'list', 'password', 'delete']));
  expect(complete('restore', '--f')).toEqual(['--force']);
  expect(complete('completion', 'x')).toEqual(['']);
});
