import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { onTestFinished } from 'vitest';

// Debian keeps servers where only root's PATH leads.
const env = { ...process.env, PATH: `${process.env['PATH'] ?? ''}:/usr/sbin` };

/** Whether this machine has a program; says loudly when it has not, and in CI that is an error. */
export function has(program: string, flag: string): boolean {
  if (spawnSync(program, [flag], { env }).status === 0) return true;
  if (process.env['CI']) throw new Error(`CI tries the examples with a real ${program}: install it`);
  console.warn(`NOT RUN: the example for ${program}, because it is not installed.`);
  return false;
}

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
