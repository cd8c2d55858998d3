import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { clear, makeScratch } from '../embedded/scratch.ts';
import { copyTemplate } from '../embedded/template.ts';
import { freePort } from '../free-port.ts';
import { program } from '../program.ts';

/** A file that takes nothing, as a disk that is full; Linux has it. */
const full = '/dev/full';

describe.skipIf(!existsSync(full))('standard output on a full disk', () => {
  const directory = makeScratch();
  afterAll(() => clear(directory));
  beforeAll(() => copyTemplate(join(directory, 'data')));
  const { PATH = '', HOME = '' } = process.env;
  const env = { PATH, HOME, DATA_DIR: join(directory, 'data'), SHUTDOWN_DELAY: '0' };

  function start(args: string[], more: Record<string, string> = {}) {
    const output = openSync(full, 'w');
    const child = spawn(process.execPath, [...program(), ...args], {
      cwd: directory,
      env: { ...env, ...more },
      stdio: ['ignore', output, 'pipe'],
    });
    closeSync(output);
    onTestFinished(() => void child.kill('SIGKILL'));
    let stderr = '';
    child.stderr?.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
    const ended = once(child, 'close').then(([code]) => ({ code: code as number | null, stderr }));
    return { child, ended };
  }

  const isRunning = () => existsSync(join(directory, 'data', 'postgres', 'postmaster.pid'));

  test('does not keep a server from serving, nor from ending in order', async () => {
    const port = await freePort();
    const { child, ended } = start(['serve'], { PORT: String(port), LOG_FORMAT: 'json' });
    const status = async (path: string) => {
      const answer = await fetch(`http://127.0.0.1:${port}${path}`).catch(() => null);
      return answer?.status;
    };
    await expect.poll(() => status('/readyz'), { timeout: 30_000 }).toBe(200);
    for (let n = 0; n < 100; n++) expect(await status('/api/v1/me')).toBe(401);
    child.kill('SIGTERM');
    expect(await ended).toEqual({ code: 0, stderr: '' });
    expect(isRunning()).toBe(false);
  });

  test.each([[['openapi']], [['user', '--help']], [['user', 'list', '--json']], [['doctor']]])(
    '%j says so in one line, and leaves no PostgreSQL',
    async (args) => {
      const { ended } = start(args);
      expect(await ended).toEqual({
        code: 1,
        stderr: 'daymark: cannot write standard output: the disk is full\n',
      });
      expect(isRunning()).toBe(false);
    },
  );
});
