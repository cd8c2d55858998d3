import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { onTestFinished } from 'vitest';
import { hasProgram, PATH } from '../has-program.ts';

const env = { ...process.env, PATH };

/** Whether this machine has the program of an example. */
export const has = (program: string, flag: string) => hasProgram(program, flag, `the example for ${program}`);

/** Runs a program to its end; gives its exit code and all that it said. */
export function runs(program: string, args: string[], more: NodeJS.ProcessEnv = {}): [number | null, string] {
  const { status, stdout, stderr } = spawnSync(program, args, { env: { ...env, ...more }, encoding: 'utf8' });
  return [status, stdout + stderr];
}

/** Starts a program that is ended after the test. */
export function start(program: string, args: string[], more: NodeJS.ProcessEnv = {}): void {
  const child = spawn(program, args, { env: { ...env, ...more }, stdio: 'ignore' });
  const ended = once(child, 'exit');
  onTestFinished(async () => {
    child.kill('SIGTERM');
    await ended;
  });
}
