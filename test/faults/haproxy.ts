import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { hasProgram, PATH } from '../has-program.ts';
import { sender } from './client.ts';
import { freePort } from '../free-port.ts';

/** Whether this machine has HAProxy. */
export const hasHaproxy = () => hasProgram('haproxy', '-v', 'nodes behind HAProxy');

export interface Haproxy {
  url: string;
  /** Whether it takes every node for well. */
  seesAll(): Promise<boolean>;
}

/** A HAProxy before these ports that asks each for `/readyz` and repeats no request. */
export async function haproxy(ports: number[]): Promise<Haproxy> {
  const [port, inside] = [await freePort(), await freePort()];
  const folder = mkdtempSync(join(tmpdir(), 'daymark-haproxy-'));
  const file = join(folder, 'haproxy.cfg');
  writeFileSync(file, configuration(port, inside, ports));
  const child = spawn('haproxy', ['-f', file, '-db'], { env: { PATH }, stdio: 'ignore' });
  onTestFinished(async () => {
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
    rmSync(folder, { recursive: true });
  });
  const statistics = sender(`http://127.0.0.1:${inside}`);
  onTestFinished(() => statistics.close());
  return {
    url: `http://127.0.0.1:${port}`,
    seesAll: async () => {
      const { text } = await statistics('GET', '//;csv');
      return text.split('\n').filter((line) => /^nodes,node\d+,.*,UP,/.test(line)).length === ports.length;
    },
  };
}

function configuration(port: number, inside: number, ports: number[]): string {
  const servers = ports.map(
    (each, n) => `  server node${n} 127.0.0.1:${each} check inter 200ms fall 1 rise 1`,
  );
  return `global
  maxconn 2000
defaults
  mode http
  option forwardfor
  retries 0
  timeout connect 2s
  timeout client 30s
  timeout server 30s
  timeout check 5s
frontend inside
  bind 127.0.0.1:${inside}
  stats enable
  stats uri /
frontend door
  bind 127.0.0.1:${port}
  default_backend nodes
backend nodes
  balance roundrobin
  option httpchk GET /readyz
  http-check expect status 200
${servers.join('\n')}
`;
}
