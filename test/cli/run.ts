import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { program } from '../program.ts';

export interface Ended {
  code: number | null;
  stdout: string;
  stderr: string;
}

/**
 * Runs the executable in a new empty directory with this environment and no other, to its end; `input` is what
 * comes through its standard input, which is no terminal.
 */
export async function daymark(args: string[], env: Record<string, string> = {}, input = ''): Promise<Ended> {
  const cwd = mkdtempSync(join(tmpdir(), 'daymark-cli-'));
  onTestFinished(() => rmSync(cwd, { recursive: true, force: true }));
  const { PATH = '', HOME = '' } = process.env;
  const child = spawn(process.execPath, [...program(), ...args], {
    cwd,
    env: { PATH, HOME, ...env },
  });
  child.stdin.on('error', () => undefined);
  child.stdin.end(input);
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, stdout, stderr };
}
