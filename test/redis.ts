import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { hasProgram } from './has-program.ts';

export interface TestRedis {
  url: string;
  start(): Promise<void>;
  /** SIGKILL, SIGSTOP or SIGCONT. */
  signal(signal: NodeJS.Signals): Promise<void>;
  stop(): Promise<void>;
}

/** Whether this machine has Redis. */
export const hasRedis = () => hasProgram('redis-server', '--version', 'tests on a real Redis');

/** A Redis of its own, on a socket of its own or on `port` of this machine; started, and ended by `stop`. */
export async function testRedis(port = 0): Promise<TestRedis> {
  const folder = await mkdtemp(join(tmpdir(), 'daymark-redis-'));
  const path = join(folder, 'socket');
  let child: ChildProcess | undefined;
  const start = async () => {
    const settings = ['--port', String(port), '--unixsocket', path, '--save', '', '--dir', folder];
    child = spawn('redis-server', settings, { stdio: 'ignore' });
    for (let n = 0; !(await accepts(path)); n++) {
      if (n > 500) throw new Error('redis-server does not answer');
      await sleep(20);
    }
  };
  const signal = async (name: NodeJS.Signals) => {
    child?.kill(name);
    if (name === 'SIGKILL' && child?.exitCode === null && child.signalCode === null)
      await once(child, 'exit');
  };
  await start();
  return {
    url: port === 0 ? path : `redis://127.0.0.1:${port}`,
    start,
    signal,
    stop: async () => {
      await signal('SIGKILL');
      await rm(folder, { recursive: true });
    },
  };
}

function accepts(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path, () => {
      socket.destroy();
      resolve(true);
    });
    socket.on('error', () => resolve(false));
  });
}
