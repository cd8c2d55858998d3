import { spawnSync } from 'node:child_process';

/** For programs that tests start: Debian keeps servers where only root's PATH leads. */
export const PATH = `${process.env['PATH'] ?? ''}:/usr/sbin`;

/** CI must not pass without what it runs: there, what is missing is an error. */
export const inCI = Boolean(process.env['CI']);

/** Whether this machine has a program, by a flag that it answers; says loudly what is not run without it, and in CI that is an error. */
export function hasProgram(program: string, flag: string, what: string): boolean {
  if (spawnSync(program, [flag], { env: { ...process.env, PATH } }).status === 0) return true;
  if (inCI) throw new Error(`CI runs ${what}: install ${program}`);
  console.warn(`NOT RUN: ${what}, because ${program} is not installed.`);
  return false;
}
