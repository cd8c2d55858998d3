import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { onTestFinished } from 'vitest';
import { daymarkProgram } from '../../src/cli/commands.ts';
import { run } from '../../src/cli/program.ts';
import { program } from '../program.ts';
import { enterWorld } from './world.ts';

export interface Ended {
  code: number | null;
  stdout: string;
  stderr: string;
}

/**
 * Runs a command as `daymarkProcess` does, but in this process, which saves the half second of a start; one at a time.
 * Not for `serve` and `work`, which end at a signal, nor for what is killed or runs beside the test.
 */
export async function daymark(
  args: string[],
  env: Record<string, string> = {},
  input = '',
  cwd = newFolder(),
): Promise<Ended> {
  const handlers = process.listenerCount('SIGTERM');
  const world = enterWorld({ cwd, env: withPath(env), input });
  try {
    const code = await run(daymarkProgram(), args);
    if (process.listenerCount('SIGTERM') > handlers)
      throw new Error('it goes on until a signal: start a process');
    // What is on its way through a stream arrives, as it does before a process ends.
    await turn();
    return { code, stdout: world.stdout(), stderr: world.stderr() };
  } finally {
    world.leave();
  }
}

/**
 * Runs the executable in `cwd`, else in a new empty directory, with this environment and no other, to its end; `input` is
 * what comes through its standard input, which is no terminal.
 */
export async function daymarkProcess(
  args: string[],
  env: Record<string, string> = {},
  input = '',
  cwd = newFolder(),
): Promise<Ended> {
  const child = spawn(process.execPath, [...program(), ...args], { cwd, env: withPath(env) });
  child.stdin.on('error', () => undefined);
  child.stdin.end(input);
  const [stdout, stderr, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close') as Promise<[number | null]>,
  ]);
  return { code, stdout, stderr };
}

/** A new empty directory, removed after the test. */
export function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'daymark-cli-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

function withPath(env: Record<string, string>): Record<string, string> {
  const { PATH = '', HOME = '' } = process.env;
  return { PATH, HOME, ...env };
}
