import { randomBytes } from 'node:crypto';
import type { Socket } from 'node:net';
import { newToken } from '../../src/accounts/tokens.ts';
import { closedLoop } from '../connection.ts';
import { onPostgres } from '../on-postgres.ts';
import { cpuMs } from '../proc.ts';
import { startServer, type Program } from '../programs.ts';
import { percentile } from './server.ts';
import { insertSessions } from './sessions.ts';

// What a token that is not remembered adds to a request in the whole server: 16 connections ask for their account, each request
// with a token that came never before, against the same with one token. By turns, and the medians of both.
const each = 20_000;
const rounds = 4;
const atOnce = 16;

await onPostgres(async (postgres, directory) => {
  const tokens = Array.from({ length: each * (rounds + 1) }, () => newToken('session'));
  await insertSessions(postgres.connection, tokens);
  const server = await startServer(directory, postgres, randomBytes(32).toString('hex'));
  try {
    const [cold, warm]: [number[], number[]] = [[], []];
    for (let round = 0; round <= rounds; round++) {
      const own = tokens.slice(round * each, (round + 1) * each);
      const costs = [await cost(server, own), await cost(server, own.slice(0, 1))] as const;
      // The first round compiles the code and prepares the statements.
      if (round === 0) continue;
      cold.push(costs[0]);
      warm.push(costs[1]);
    }
    const [a, b] = [percentile(cold, 0.5), percentile(warm, 0.5)];
    console.log(
      `${a.toFixed(0)} µs of CPU a request with a new token, ${b.toFixed(0)} with one that is known`,
    );
    console.log(`a token not remembered, ${atOnce} at once: ${(a - b).toFixed(0)} µs, target 60`);
  } finally {
    await server.stop();
  }
});

/** Microseconds of the server's CPU for each of so many requests, with these tokens by turns. */
async function cost({ pid, port }: Program, tokens: readonly string[]): Promise<number> {
  const requests = tokens.map((token) =>
    Buffer.from(`GET /api/v1/me HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer ${token}\r\n\r\n`),
  );
  const before = cpuMs(pid);
  let [sent, answered] = [0, 0];
  const sockets: Socket[] = [];
  await new Promise<void>((resolve, reject) => {
    const next = () => requests[sent++ % requests.length] as Buffer;
    const onAnswer = (status: number) => {
      if (status !== 200) reject(new Error(`answered ${status}`));
      if (++answered === each) resolve();
    };
    for (let n = 0; n < atOnce; n++)
      void closedLoop(port, next, onAnswer).then((socket) => sockets.push(socket), reject);
  });
  const used = cpuMs(pid) - before;
  for (const socket of sockets) socket.destroy();
  return (used * 1000) / each;
}
