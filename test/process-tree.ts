import { execFile } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Kills a process and its children by SIGKILL; it is stopped first, so that it starts no more of them meanwhile. */
export async function killTree(pid: number): Promise<void> {
  process.kill(pid, 'SIGSTOP');
  const children = await childrenOf(pid);
  for (const each of [...children, pid]) {
    try {
      process.kill(each, 'SIGKILL');
    } catch {
      // It ended by itself since the list was read.
    }
  }
  while (await anyRuns(children)) await sleep(10);
}

/** The processes that `pid` has started and that have not ended. */
async function childrenOf(pid: number): Promise<number[]> {
  return (await processes()).filter(({ parent }) => parent === pid).map(({ id }) => id);
}

/** A zombie does not: what waits for its parent to notice holds nothing any more, memory and sockets included. */
async function anyRuns(pids: number[]): Promise<boolean> {
  return (await processes()).some(({ id, state }) => pids.includes(id) && !state.startsWith('Z'));
}

async function processes(): Promise<{ id: number; parent: number; state: string }[]> {
  const { stdout } = await run('ps', ['-A', '-o', 'pid=,ppid=,stat=']);
  return stdout
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .map(([id, parent, state = '']) => ({ id: Number(id), parent: Number(parent), state }));
}
