import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { setTimeout as sleep } from 'node:timers/promises';

// From `git clone` to the first entry, as a newcomer does it; then a second start, and the memory of it idle.
const home = mkdtempSync(join(tmpdir(), 'daymark bench '));
const checkout = join(home, 'daymark');
const port = 18_090;
const base = `http://127.0.0.1:${port}`;

try {
  const start = performance.now();
  execFileSync('git', ['clone', '-q', fileURLToPath(new URL('..', import.meta.url)), checkout]);
  const first = launch();
  await ready();
  await firstEntry();
  print('from git clone to the first entry', `${seconds(start)} s`);
  await end(first);

  const again = performance.now();
  const second = launch();
  await ready();
  print('second start to ready', `${seconds(again)} s`);
  await sleep(5000);
  print('idle, server and PostgreSQL (PSS)', `${Math.round(memory() / 1024)} MiB`);
  await end(second);
} finally {
  rmSync(home, { recursive: true, force: true });
}

function launch(): ChildProcess {
  const env = { ...process.env, PORT: String(port) };
  return spawn(process.execPath, ['bin/start.js'], { cwd: checkout, env, stdio: 'ignore' });
}

async function ready(): Promise<void> {
  while (
    !(await fetch(`${base}/readyz`).then(
      (answer) => answer.ok,
      () => false,
    ))
  )
    await sleep(20);
}

async function firstEntry(): Promise<void> {
  const send = async (path: string, body: object, token?: string) => {
    const headers = {
      'content-type': 'application/json',
      ...(token ? { authorization: `Bearer ${token}` } : {}),
    };
    const answer = await fetch(`${base}/api/v1${path}`, {
      method: 'POST',
      headers,
      body: JSON.stringify(body),
    });
    if (!answer.ok) throw new Error(await answer.text());
    return (await answer.json()) as { token: string };
  };
  const { token } = await send('/auth/register', {
    email: 'you@example.org',
    password: 'a long sentence of yours',
  });
  await send('/entries', { text: 'The first entry.', mood: 7 }, token);
}

async function end(child: ChildProcess): Promise<void> {
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  await ended;
}

/** KiB of proportional set size of every process of this installation (Linux). */
function memory(): number {
  let total = 0;
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      if (!belongs(pid)) continue;
      total += Number(/^Pss:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))?.[1] ?? 0);
    } catch {
      // It ended meanwhile.
    }
  }
  return total;
}

/** The server itself, PostgreSQL started for it, and that one's children. */
function belongs(pid: string, depth = 0): boolean {
  if (pid === '0' || pid === '1' || depth > 3) return false;
  const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  if (command.includes(home) || (command.includes('bin/start.js') && isIn(pid))) return true;
  const parent = /^PPid:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? '0';
  return belongs(parent, depth + 1) && parent !== String(process.pid);
}

function isIn(pid: string): boolean {
  return execFileSync('readlink', [`/proc/${pid}/cwd`], { encoding: 'utf8' }).trim() === checkout;
}

function seconds(since: number): string {
  return ((performance.now() - since) / 1000).toFixed(1);
}

function print(what: string, figure: string): void {
  console.log(`${what.padEnd(40)} ${figure}`);
}
