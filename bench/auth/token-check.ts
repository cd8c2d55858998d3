import { rmSync } from 'node:fs';
import pino from 'pino';
import { sessions } from '../../src/accounts/sessions.ts';
import { newToken } from '../../src/accounts/tokens.ts';
import { connect } from '../../src/db/connect.ts';
import { startEmbedded } from '../../src/db/embedded/start.ts';
import { migrateTo } from '../../src/db/migrate.ts';
import { migrations } from '../../src/migrations.ts';
import { percentile, scratchDir } from './server.ts';
import { insertSessions } from './sessions.ts';

// CPU of this process per look at a token: cold, each token another one that is not remembered; warm, one that is.
const coldTokens = 20_000;
const warmLooks = 1_000_000;
const rounds = 5;

const log = pino({ level: 'error' });
const dataDir = scratchDir();
const embedded = await startEmbedded({ dataDir, purpose: 'serve', log });
const { connection } = embedded;
await migrateTo({ connection, directory: migrations, target: 'latest', log });
const tokens = Array.from({ length: coldTokens }, () => newToken('session'));
await insertSessions(connection, tokens);
const db = connect({
  connection: () => connection,
  poolSize: 10,
  prepare: true,
  statementTimeoutMs: 5000,
  acquireTimeoutMs: 5000,
  log,
});

for (const atOnce of [1, 16]) await cold(atOnce);
await warm();
await db.close();
await embedded.stop();
rmSync(dataDir, { recursive: true, force: true });

async function cold(atOnce: number): Promise<void> {
  const costs: number[] = [];
  for (let round = 0; round <= rounds; round++) {
    // A new memory each round: nothing is remembered.
    const found = sessions(db, (error) => {
      throw error;
    });
    const queue = tokens.values();
    const lane = async () => {
      for (const token of queue)
        if ((await found.find(token)) === null) throw new Error('a token was not found');
    };
    const before = process.cpuUsage();
    await Promise.all(Array.from({ length: atOnce }, lane));
    // The first round compiles the code and prepares the statements.
    if (round > 0) costs.push(micros(before) / tokens.length);
  }
  report(`cold, ${atOnce} at once`, costs, 60);
}

async function warm(): Promise<void> {
  const costs: number[] = [];
  for (let round = 0; round <= rounds; round++) {
    const found = sessions(db, () => undefined);
    const [token = ''] = tokens;
    await found.find(token);
    const before = process.cpuUsage();
    for (let look = 0; look < warmLooks; look++) {
      // Remembered for less than a second: asked for again as a server would, at its cost.
      const hit = found.find(token);
      if (hit instanceof Promise) await hit;
    }
    if (round > 0) costs.push(micros(before) / warmLooks);
  }
  report('warm', costs, 10);
}

function micros(before: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(before);
  return user + system;
}

function report(what: string, costs: readonly number[], target: number): void {
  const median = percentile(costs, 0.5);
  const range = `${Math.min(...costs).toFixed(2)} to ${Math.max(...costs).toFixed(2)}`;
  const verdict = median <= target ? 'met' : 'MISSED';
  console.log(`${what.padEnd(18)} ${median.toFixed(2)} µs CPU (${range}), target ${target}: ${verdict}`);
}
