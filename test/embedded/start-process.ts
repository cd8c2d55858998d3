import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { ClientConfig } from 'pg';
import { onTestFinished } from 'vitest';
import { compiledFolder } from '../program.ts';

/** Another Daymark process that started PostgreSQL, or was refused. */
export interface StartedProcess {
  pid: number | undefined;
  answer: { connection: ClientConfig; version: string } | { error: string; exitCode: number };
  /** Stops as at SIGTERM and gives the exit code. */
  stop(): Promise<number | null>;
  /** Ends the process as if it crashed. */
  kill(): Promise<void>;
}

/** Starts the embedded PostgreSQL on `dataDir` from a process of its own, perhaps as another user. */
export async function startProcess(
  dataDir: string,
  purpose: 'serve' | 'command' = 'serve',
  user: { uid: number; gid: number; home: string } | null = null,
): Promise<StartedProcess> {
  const script = fileURLToPath(new URL('child.js', import.meta.url));
  const child = spawn(process.execPath, [script, compiledFolder(), dataDir, purpose], {
    stdio: ['pipe', 'pipe', 'inherit'],
    ...(user && { uid: user.uid, gid: user.gid, env: { ...process.env, HOME: user.home } }),
  });
  const ended = once(child, 'exit') as Promise<[number | null]>;
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await ended;
  });
  const line = await Promise.race([once(createInterface(child.stdout), 'line'), ended.then(() => null)]);
  if (line === null) throw new Error('the process ended without an answer');
  return {
    pid: child.pid,
    answer: JSON.parse(line[0] as string) as StartedProcess['answer'],
    stop: async () => {
      child.stdin.end();
      return (await ended)[0];
    },
    kill: async () => {
      child.kill('SIGKILL');
      await ended;
    },
  };
}

/** The connection of a process that started; throws what it was refused with. */
export function connectionOf({ answer }: StartedProcess): ClientConfig {
  if ('error' in answer) throw new Error(answer.error);
  return answer.connection;
}
