import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';

const script = fileURLToPath(new URL('../../bin/reset-db', import.meta.url));

/** A checkout with a database in `data`, another in `elsewhere`, and this `.env`. */
function checkout(dotEnv: string | null) {
  const root = mkdtempSync(join(tmpdir(), 'daymark-reset-'));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  for (const folder of ['bin', 'data/postgres', 'elsewhere/postgres']) {
    mkdirSync(join(root, folder), { recursive: true });
  }
  copyFileSync(script, join(root, 'bin', 'reset-db'));
  if (dotEnv !== null) writeFileSync(join(root, '.env'), dotEnv);
  return {
    reset: (env: Record<string, string> = {}) => {
      const { PATH = '' } = process.env;
      return spawnSync('sh', [join(root, 'bin', 'reset-db'), '--yes'], {
        env: { PATH, ...env },
        encoding: 'utf8',
      });
    },
    left: () => ['data', 'elsewhere'].filter((name) => existsSync(join(root, name, 'postgres'))),
  };
}

test.each([
  ['without .env', null],
  ['with one that says nothing of it', '# DATA_DIR=./elsewhere\nPORT=1\nMY_DATA_DIR=x\n'],
])('deletes the database below ./data %s', (_what, dotEnv) => {
  const { reset, left } = checkout(dotEnv);
  expect(reset().status).toBe(0);
  expect(left()).toEqual(['elsewhere']);
});

test.each(['DATA_DIR=./elsewhere', 'export DATA_DIR = "elsewhere"', 'DATA_DIR_FILE=where'])(
  'deletes nothing where .env has %s, until it is told what',
  (line) => {
    const { reset, left } = checkout(`PORT=1\n${line}\n`);
    expect(reset()).toMatchObject({
      status: 1,
      stdout: '',
      stderr: expect.stringContaining('.env sets DATA_DIR'),
    });
    expect(reset({ DATA_DIR_FILE: 'where' }).status).toBe(1);
    expect(left()).toEqual(['data', 'elsewhere']);
    expect(reset({ DATA_DIR: './elsewhere' }).status).toBe(0);
    expect(left()).toEqual(['data']);
  },
);
