import { Client } from 'pg';
import pino from 'pino';
import { migrateTo } from '../src/db/migrate.ts';
import { migrations } from '../src/migrations.ts';
import { startPostgres } from '../test/postgres.ts';
import { percentile } from './auth/server.ts';

// How long a test file waits for its database: a clone of the migrated template on the server of a test run.
const clones = 50;
const { connection, stop } = await startPostgres();
const client = new Client({ ...connection, database: 'postgres' });
await client.connect();
await client.query('create database origin');
const log = pino({ level: 'silent' });
await migrateTo({
  connection: { ...connection, database: 'origin' },
  directory: migrations,
  target: 'latest',
  log,
});
const times: number[] = [];
for (let n = 0; n < clones; n++) {
  const start = performance.now();
  await client.query(`create database clone_${n} template origin strategy file_copy`);
  times.push(performance.now() - start);
}
const [median, p90] = [percentile(times, 0.5), percentile(times, 0.9)];
console.log(`cloning a test database: median ${median.toFixed(0)} ms, p90 ${p90.toFixed(0)} ms`);
await client.end();
await stop();
