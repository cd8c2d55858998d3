import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { clear, makeScratch } from '../embedded/scratch.ts';
import { copyTemplate } from '../embedded/template.ts';
import { program } from '../program.ts';
import { daymark } from './run.ts';

const email = 'you@example.org';
const directory = makeScratch();
afterAll(() => clear(directory));
const { PATH = '', HOME = '' } = process.env;
const options = { cwd: directory, env: { PATH, HOME, DATA_DIR: join(directory, 'data') } };

/** A diary that is larger than what fits into a pipe that nobody reads. */
beforeAll(async () => {
  await copyTemplate(join(directory, 'data'));
  const rows = Array.from({ length: 3000 }, (_, n) => `2024-01-01,${(n % 10) + 1},${n} ${'x'.repeat(300)}`);
  const file = join(directory, 'diary.csv');
  writeFileSync(file, ['date,mood,text', ...rows].join('\n'));
  const made = await daymark(['user', 'add', email], options.env, 'a long sentence\n', directory);
  const imported = await daymark(['import', file, '--user', email], options.env, '', directory);
  expect([made.stderr, made.code, imported.code]).toEqual(['', 0, 0]);
}, 60_000);

/** Starts an export to standard output that writes as long as it is read, and waits for its first bytes. */
async function startExport() {
  const child = spawn(process.execPath, [...program(), 'export', '--user', email], options);
  onTestFinished(() => void child.kill('SIGKILL'));
  let stderr = '';
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const ended = once(child, 'close').then(([code]) => ({ code: code as number | null, stderr }));
  await once(child.stdout, 'readable');
  return { child, ended };
}

/** Whether the embedded PostgreSQL runs. */
function isRunning(): boolean {
  return existsSync(join(directory, 'data', 'postgres', 'postmaster.pid'));
}

test('a reader who leaves ends an export, and with it the embedded PostgreSQL', async () => {
  const { child, ended } = await startExport();
  expect(isRunning()).toBe(true);
  child.stdout.destroy();
  expect(await ended).toEqual({ code: 0, stderr: '' });
  expect(isRunning()).toBe(false);
});

test.each(['SIGINT', 'SIGTERM'] as const)('%s ends an export that waits for its reader', async (signal) => {
  const { child, ended } = await startExport();
  child.kill(signal);
  await once(child.stderr, 'data');
  // Only what is in the pipe is still read, and that is not all.
  child.stdout.resume();
  expect(await ended).toEqual({ code: 1, stderr: 'daymark: interrupted\n' });
  expect(isRunning()).toBe(false);
});

test.each(['SIGINT', 'SIGTERM'] as const)(
  '%s ends the doctor, and the PostgreSQL that it started',
  async (signal) => {
    const child = spawn(process.execPath, [...program(), 'doctor'], options);
    onTestFinished(() => void child.kill('SIGKILL'));
    let stderr = '';
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
    child.stdout.resume();
    const ended = once(child, 'close').then(([code]) => ({ code: code as number | null, stderr }));
    await expect.poll(isRunning, { interval: 5, timeout: 20_000 }).toBe(true);
    child.kill(signal);
    expect(await ended).toEqual({ code: 1, stderr: 'daymark: interrupted\n' });
    expect(isRunning()).toBe(false);
  },
);
