import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { root } from './checkout.js';
import { shareLock } from './lock.js';

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
// npm finishes its downloads before it heeds a signal, which took 24 s; half an install is repeated anyway.
const patienceMs = 2000;

/**
 * Runs a program in the checkout, under the lock, with its output on stderr: stdout belongs to the command
 * that made this necessary. Gives the exit code as a shell does: 127 if not found, 128 + n after signal n.
 */
export async function run(command, args) {
  const child = spawn(command, args, { cwd: root, stdio: ['ignore', 2, 2] });
  if (child.pid !== undefined) shareLock(child.pid);
  let received = null;
  const forward = (signal) => {
    received = signal;
    child.kill(signal);
    setTimeout(() => child.kill('SIGKILL'), patienceMs).unref();
  };
  for (const signal of signals) process.on(signal, forward);
  const exitCode = await new Promise((resolve) => {
    child.on('error', () => resolve(127));
    child.on('close', (code, signal) => resolve(code ?? 128 + constants.signals[signal]));
  });
  for (const signal of signals) process.off(signal, forward);
  return received === null ? exitCode : 128 + constants.signals[received];
}
