import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ConfigError, describeVariables, loadConfig } from '../src/config.ts';

let cwd: string;
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'daymark-config-'));
});
afterEach(() => rmSync(cwd, { recursive: true }));

const put = (name: string, content: string | Buffer) => writeFileSync(join(cwd, name), content);
const load = (env: Record<string, string> = {}) => loadConfig(env, cwd, false).config;

describe('.env', () => {
  test('is read from the working directory, and paths in it start there', () => {
    put('.env', '# mine\nPORT=81\nexport LOG_LEVEL="warn" # loud enough\n\nDATA_DIR=mine\nUNKNOWN=1\n');
    expect(load()).toMatchObject({ port: 81, logLevel: 'warn', dataDir: join(cwd, 'mine') });
  });

  test('the environment wins, also over X_FILE, and with X_FILE', () => {
    put('.env', 'PORT=81\nMAX_PENDING_FILE=pending\nBACKUP_KEEP=3');
    put('keep', '4\n');
    expect(load({ PORT: '82', MAX_PENDING: '83', BACKUP_KEEP_FILE: 'keep' })).toMatchObject({
      port: 82,
      maxPending: 83,
      backupKeep: 4,
    });
  });

  test('an empty variable of the environment leaves the value of .env', () => {
    put('.env', 'PORT=81');
    expect(load({ PORT: '', PORT_FILE: '' }).port).toBe(81);
  });

  test('may begin with a byte order mark and end its lines as Windows does', () => {
    put('.env', '\uFEFFPORT=81\r\nWORKER=false\r\n');
    expect(load()).toMatchObject({ port: 81, worker: false });
  });

  test('a wrong value is reported like one of the environment', () => {
    put('.env', 'PORT=many');
    expect(problems()).toEqual([{ variable: 'PORT', detail: '"many" is not a port number (0 to 65535)' }]);
  });

  test('that is a directory is a problem', () => {
    mkdirSync(join(cwd, '.env'));
    expect(problems()).toEqual([{ variable: '.env', detail: 'cannot be read: it is not a regular file' }]);
  });

  test('in UTF-16, as some editors write it, is a problem and not an empty file', () => {
    put('.env', Buffer.from('\uFEFFPORT=81', 'utf16le'));
    expect(problems()).toEqual([{ variable: '.env', detail: 'is not UTF-8 text' }]);
  });

  test('a line that would swallow the next one is a problem that does not quote it', () => {
    put('.env', 'PORT=81\n\nDB_PASSWORD: canary\nDB_HOST=db.example.org\n');
    expect(problems()).toEqual([{ variable: '.env', detail: 'line 3 is neither NAME=value nor a comment' }]);
  });

  test('problems of .env stand beside those of the environment', () => {
    mkdirSync(join(cwd, '.env'));
    expect(problems({ PORT: 'x' }).map(({ variable }) => variable)).toEqual(['.env', 'PORT']);
  });
});

describe('X_FILE', () => {
  test.each(describeVariables().map(({ name }) => name))('gives the value of %s', (name) => {
    // One text that every variable refuses: what is reported shows that the file was read.
    put('value', '\0');
    expect(problems({ [`${name}_FILE`]: 'value' })).toContainEqual({
      variable: `${name}_FILE`,
      detail: 'holds a NUL character',
    });
  });

  test('one newline at the end of the file is no part of the value', () => {
    put('unix', 'pass word \n');
    put('windows', 'pass word \r\n');
    put('two', 'pass word \n\n');
    expect(password('unix')).toBe('pass word ');
    expect(password('windows')).toBe('pass word ');
    expect(password('two')).toBe('pass word \n');
  });

  test('works from .env, with an absolute path too', () => {
    put('.env', `DB_PASSWORD_FILE=${join(cwd, 'secret')}`);
    put('secret', 'from a file');
    expect(load().database).toMatchObject({ kind: 'server', connection: { password: 'from a file' } });
  });

  test.each([
    ['that is not there', 'missing', 'cannot be read: there is no such file'],
    ['under a file', '.keep/x', 'cannot be read: there is no such file'],
    ['that is a directory', '.', 'cannot be read: it is not a regular file'],
    ['that is a device', '/dev/null', 'cannot be read: it is not a regular file'],
    ['that is empty', '.keep', 'names an empty file'],
    ['that is too long', 'long', 'is larger than 1 MiB'],
  ])('a file %s is a problem that does not show the path', (_, path, detail) => {
    put('.keep', '\n');
    put('long', Buffer.alloc(1024 * 1024 + 1, 'x'));
    expect(problems({ SECRET_KEY_FILE: path })).toEqual([{ variable: 'SECRET_KEY_FILE', detail }]);
  });

  test('beside X is a problem, in the environment and in .env', () => {
    put('port', '81');
    const problem = { variable: 'PORT', detail: 'is set and PORT_FILE too; keep one of them' };
    expect(problems({ PORT: '82', PORT_FILE: 'port' })).toEqual([problem]);
    put('.env', 'PORT=82\nPORT_FILE=port');
    expect(problems()).toEqual([problem]);
    expect(load({ PORT: '83' }).port).toBe(83);
  });

  test('a wrong value in the file is reported under the name that was set', () => {
    put('port', 'many');
    expect(problems({ PORT_FILE: 'port' })).toEqual([
      { variable: 'PORT_FILE', detail: '"many" is not a port number (0 to 65535)' },
    ]);
  });
});

describe('.env.example', () => {
  const example = readFileSync(new URL('../.env.example', import.meta.url), 'utf8');

  test('has every variable with its description, and its default commented out', () => {
    const blocks = describeVariables().map(({ name, fallback, unset, description }) => {
      const comment = fallback === null ? `${description} Default: ${unset}.` : description;
      return `# ${comment}\n#${name}=${fallback ?? ''}`;
    });
    const [introduction, ...found] = example.trimEnd().split('\n\n');
    expect(introduction).toMatch(/^# Settings of Daymark/);
    expect(found).toEqual(blocks);
  });

  test('sets nothing, and uncommented it sets the defaults', () => {
    put('.env', example);
    const defaults = load();
    expect(defaults).toEqual(loadConfig({}, cwd, false).config);
    put('.env', example.replace(/^#(?=[A-Z_]+=)(?!DB_(HOST|PORT|USER|NAME|SSLMODE)=)/gm, ''));
    expect(load()).toEqual(defaults);
  });
});

test('the variables are those of the documentation', () => {
  const documented = `
    HOST PORT DATABASE_URL DB_HOST DB_PORT DB_USER DB_PASSWORD DB_NAME DB_SSLMODE DB_POOL_SIZE DB_PREPARE
    DATABASE_DIRECT_URL DATA_DIR REDIS_URL PUBLIC_URL TRUSTED_PROXIES REGISTRATION RATE_LIMIT_REQUESTS
    RATE_LIMIT_WINDOW LOGIN_LIMIT_ATTEMPTS LOGIN_LIMIT_WINDOW REQUEST_TIMEOUT STATEMENT_TIMEOUT SHUTDOWN_DELAY
    SHUTDOWN_TIMEOUT MAX_PENDING WORKER WEBHOOK_ALLOW_NETS WEBHOOK_RETRY_SECONDS SECRET_KEY
    DATABASE_REPLICA_URL BACKUP_DIR BACKUP_KEEP METRICS_TOKEN LOG_LEVEL LOG_FORMAT`;
  expect(describeVariables().map(({ name }) => name)).toEqual(documented.trim().split(/\s+/));
});

function password(file: string): unknown {
  const { database } = load({ DB_PASSWORD_FILE: file });
  return database.kind === 'server' ? database.connection.password : undefined;
}

function problems(env: Record<string, string> = {}) {
  try {
    load(env);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  throw new Error('nothing was wrong');
}
