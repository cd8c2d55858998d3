import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { testApp } from '../app.ts';
import { folder } from '../backup/installation.ts';
import { emptyDatabase } from '../database.ts';
import { databaseUrl } from '../security/child-server.ts';
import { daymark, daymarkProcess } from './run.ts';

const { person, database } = await testApp();
const key = { SECRET_KEY: '7'.repeat(64) };
const env = { DATABASE_URL: databaseUrl(database.connection, 'any'), ...key };

async function otherDatabase(): Promise<Record<string, string>> {
  const other = await emptyDatabase();
  onTestFinished(() => other.drop());
  return { DATABASE_URL: databaseUrl(other.connection, 'any'), ...key };
}

test('a backup in one command and back in another, with plain lines in a pipe', async () => {
  const someone = await person();
  await someone.call('POST', '/entries', { body: { text: 'kept' } });
  const file = join(folder(), 'daymark.zip');
  const made = await daymarkProcess(['backup', file], env);
  expect([made.code, made.stdout]).toEqual([
    0,
    expect.stringMatching(/^backed up \d+ rows of \d+ tables as of /),
  ]);
  expect(made.stderr).toMatch(/^entries: \d+ rows$/m);
  expect(made.stderr).toContain('Keep SECRET_KEY too');
  expect(made.stderr).not.toContain('\u001b');
  const checked = await daymark(['restore', file, '--check'], { DATABASE_URL: 'postgres://u@127.0.0.1:1/x' });
  expect([checked.code, checked.stdout]).toEqual([0, expect.stringContaining(`${file} is whole`)]);

  const target = await otherDatabase();
  const restored = await daymark(['restore', file], target);
  expect([restored.code, restored.stdout]).toEqual([0, expect.stringMatching(/^restored \d+ rows/)]);
  expect(restored.stderr).not.toContain('SECRET_KEY');
  const users = JSON.parse((await daymark(['user', 'list', '--json'], target)).stdout) as { email: string }[];
  expect(users).toContainEqual(expect.objectContaining({ email: someone.email, entries: 1 }));

  const again = await daymark(['restore', file], target);
  expect([again.code, again.stderr]).toEqual([
    1,
    expect.stringMatching(/not empty: it holds \d+ accounts .+--force/),
  ]);
  const unsure = await daymark(['restore', file, '--force'], target);
  expect([unsure.code, unsure.stderr]).toEqual([64, expect.stringContaining('--yes')]);
  const otherKey = { ...target, SECRET_KEY: '8'.repeat(64) };
  const forced = await daymark(['restore', file, '--force', '--yes', '--json'], otherKey);
  expect(forced.code).toBe(0);
  expect((JSON.parse(forced.stdout) as { manifest: { format: string } }).manifest.format).toBe(
    'daymark-backup',
  );
  expect(forced.stderr).toContain('SECRET_KEY is not the one of the backed-up installation');
});

test('a running server keeps its database from being replaced, and can be backed up', async () => {
  const someone = await person();
  const file = join(folder(), 'daymark.zip');
  expect((await daymark(['backup', file], env)).code).toBe(0);
  const refused = await daymark(['restore', file, '--force', '--yes'], env);
  expect([refused.code, refused.stderr]).toEqual([1, expect.stringContaining('stop it first')]);
  expect((await someone.call('GET', '/me')).status).toBe(200);
});

test('a file that is none of its own is neither read nor overwritten', async () => {
  const file = join(folder(), 'diary.txt');
  writeFileSync(file, 'my diary');
  const overwritten = await daymark(['backup', file], env);
  expect([overwritten.code, overwritten.stderr]).toEqual([
    1,
    expect.stringContaining('is no backup; choose another'),
  ]);
  expect([readFileSync(file, 'utf8'), statSync(file).size]).toEqual(['my diary', 8]);
  for (const [name, message] of [
    [file, 'is no backup of Daymark'],
    [`${file}.gone`, 'there is no file'],
  ] as const) {
    const read = await daymark(['restore', name], env);
    expect([read.code, read.stderr]).toEqual([1, expect.stringContaining(message)]);
  }
  const nowhere = await daymark(['backup', join(file, 'x.zip')], env);
  expect([nowhere.code, nowhere.stderr]).toEqual([1, expect.stringContaining('cannot write')]);
});
