import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The real server as a process of its own, with the embedded PostgreSQL in a directory of its own. */
export interface BenchServer {
  url: string;
  stop(): Promise<void>;
}

/** A directory for an embedded PostgreSQL; open to enter, since for root another user runs it. */
export function scratchDir(): string {
  const directory = mkdtempSync(join(tmpdir(), 'daymark-bench-'));
  chmodSync(directory, 0o755);
  return directory;
}

/** Starts `daymark serve` with the defaults but for `env`; resolves once it is ready. */
export async function startServer(env: Record<string, string> = {}): Promise<BenchServer> {
  const dataDir = scratchDir();
  const { PATH = '', HOME = '' } = process.env;
  const child = spawn(process.execPath, ['--import', 'tsx', 'src/main.ts', 'serve'], {
    cwd: fileURLToPath(new URL('../../', import.meta.url)),
    env: { PATH, HOME, HOST: '127.0.0.1', PORT: '0', LOG_FORMAT: 'json', DATA_DIR: dataDir, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'exit');
  let written = '';
  const url = await new Promise<string>((resolve, reject) => {
    child.stdout.on('data', (chunk: Buffer) => {
      if (written.length < 100_000) written += chunk.toString();
      const ready = /Daymark is ready. Open (\S+) /.exec(written)?.[1];
      if (ready !== undefined) resolve(ready);
    });
    void ended.then(() => {
      reject(new Error(`the server ended: ${written}`));
    });
  });
  return {
    url,
    stop: async () => {
      child.kill('SIGTERM');
      await ended;
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

export interface Timed {
  status: number;
  ms: number;
  json: Record<string, unknown>;
}

export type Send = (method: string, path: string, body?: object, headers?: object) => Promise<Timed>;

/** Sends requests over connections that stay open, and times each from its start to the end of its answer. */
export function sender(url: string): Send {
  const agent = new Agent({ keepAlive: true, maxSockets: 200 });
  return (method, path, body, headers = {}) => {
    const payload = body === undefined ? undefined : JSON.stringify(body);
    const type = payload === undefined ? {} : { 'content-type': 'application/json' };
    return new Promise((resolve, reject) => {
      const start = performance.now();
      const sent = request(
        `${url}/api/v1${path}`,
        { method, agent, headers: { ...type, ...headers } },
        (answer) => {
          let text = '';
          answer.on('data', (chunk: Buffer) => (text += chunk.toString()));
          answer.on('end', () => {
            const json = (text === '' ? {} : JSON.parse(text)) as Record<string, unknown>;
            resolve({ status: answer.statusCode ?? 0, ms: performance.now() - start, json });
          });
        },
      );
      sent.on('error', reject);
      sent.end(payload);
    });
  };
}

/** The value below which the share `p` of all lies. */
export function percentile(values: readonly number[], p: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * p) - 1)] ?? NaN;
}
