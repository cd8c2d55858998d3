import { spawn } from 'node:child_process';

/** Whom PostgreSQL runs as: null is the user who runs Daymark. */
export type Account = { uid: number; gid: number } | null;

/** How a program ended: `code` is null where it did not start or a signal ended it. */
export interface Ended {
  code: number | null;
  /** What it wrote to standard output and standard error. */
  output: string;
}

/** Runs a program as `account` to its end; never rejects. */
export function run(command: string, args: string[], account: Account): Promise<Ended> {
  return new Promise((resolve) => {
    const child = spawn(command, args, { ...spawnOptions(account), stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    const collect = (chunk: Buffer) => (output += chunk.toString());
    child.stdout.on('data', collect);
    child.stderr.on('data', collect);
    child.on('error', (error) => resolve({ code: null, output: error.message }));
    child.on('close', (code) => resolve({ code, output }));
  });
}

/**
 * What every program of PostgreSQL is spawned with: as `account`, in a directory that every user can enter,
 * and without the PG… variables and the locale of the person's shell.
 */
export function spawnOptions(account: Account): {
  uid?: number;
  gid?: number;
  cwd: string;
  env: NodeJS.ProcessEnv;
} {
  const env = { PATH: process.env.PATH ?? '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' };
  // `| 0`: spawn takes 32 bits with a sign, and nobody is 4294967294 on macOS.
  return { cwd: '/', env, ...(account && { uid: account.uid | 0, gid: account.gid | 0 }) };
}
