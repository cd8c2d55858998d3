import { randomUUID } from 'node:crypto';
import { loadavg } from 'node:os';
import { Readable, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { parseArgs } from 'node:util';
import { Client, type ClientConfig } from 'pg';
import { from as copyFrom, to as copyTo } from 'pg-copy-streams';
import pino from 'pino';
import { connect, type Database } from '../src/db/connect.ts';
import { migrateTo } from '../src/db/migrate.ts';
import { exportFormats } from '../src/transfer/export-formats.ts';
import { exportTo } from '../src/transfer/export.ts';
import { findImport } from '../src/transfer/queries.ts';
import { runImport } from '../src/transfer/run-import.ts';
import { spool, type SourceFile } from '../src/transfer/source-file.ts';
import { recordImport } from '../src/transfer/start-import.ts';
import { startPostgres } from './postgres-server.ts';
import { parentOf, postgresCpuMs } from './proc.ts';
import { seeded } from './random.ts';

// A table brought and taken away again, in one process with nothing else in it, against COPY of the same rows.
const { values } = parseArgs({ options: { rows: { type: 'string', default: '100000' } } });
const rows = Number(values.rows);
const words =
  'walk run tired happy coffee friends rain sun dinner mother phone long slept badly garden book'.split(' ');

const server = await startPostgres(process.env['TEST_POSTGRES_BIN']);
const log = pino({ level: 'error' });
const directory = new URL('../migrations/', import.meta.url);
await migrateTo({ connection: server.connection, directory, target: 'latest', log });
const db = connect({
  connection: () => server.connection,
  poolSize: 5,
  prepare: true,
  statementTimeoutMs: 60_000,
  acquireTimeoutMs: 10_000,
  log,
});
const client = new Client(server.connection);
await client.connect();
const postmaster = parentOf(
  (await client.query<{ pid: number }>('select pg_backend_pid() as pid')).rows[0]?.pid ?? 0,
);
try {
  const userId = await makeUser(client);
  const file = await spool(table(rows));
  console.log(`${rows} rows, ${(file.size / 2 ** 20).toFixed(1)} MiB of CSV`);
  const imported = await measured('import of CSV', () => importCsv(db, userId, file));
  await client.query('vacuum analyze entries');
  for (const format of exportFormats)
    await measured(`export as ${format}`, () => exportTo(db, userId, format, sink()));
  const copied = await bareCopy(client, server.connection);
  console.log(
    `import is ${(imported / copied).toFixed(2)} of a bare COPY into the same table, at a load of ${loadavg()[0]}`,
  );
} finally {
  await client.end();
  await db.close();
  await server.stop();
}

/**
 * Runs `work`; prints entries per second, the CPU of an entry here and in PostgreSQL, and how far resident memory rose
 * above where it was.
 */
async function measured(name: string, work: () => Promise<void>): Promise<number> {
  (globalThis as { gc?: () => void }).gc?.();
  const before = process.memoryUsage().rss;
  let peak = before;
  const timer = setInterval(() => (peak = Math.max(peak, process.memoryUsage().rss)), 50);
  const used = cpuOf();
  const start = performance.now();
  await work();
  const rate = (rows / (performance.now() - start)) * 1000;
  clearInterval(timer);
  const rise = ((peak - before) / 2 ** 20).toFixed(0);
  console.log(
    `${name}: ${Math.round(rate)} entries/s, CPU of an entry ${used()}, memory +${rise} MiB (from ${Math.round(before / 2 ** 20)})`,
  );
  return rate;
}

/** What this process and PostgreSQL use from now on, for one entry. */
function cpuOf(): () => string {
  const [node, postgres] = [process.cpuUsage(), postgresCpuMs(postmaster)];
  return () => {
    const { user, system } = process.cpuUsage(node);
    const microseconds = ((postgresCpuMs(postmaster) - postgres) * 1000) / rows;
    return `${((user + system) / rows).toFixed(1)} µs in Node, ${microseconds.toFixed(1)} µs in PostgreSQL`;
  };
}

async function importCsv(database: Database, userId: string, file: SourceFile): Promise<void> {
  const request = { format: 'csv', dryRun: false, moodMap: {}, ip: null } as const;
  const { id } = await recordImport(database, userId, file, request);
  await runImport(database, userId, id, { file });
  const report = JSON.parse((await findImport(database, userId, id))?.import ?? '{}') as { created?: number };
  if (report.created !== rows) throw new Error(`imported ${report.created} of ${rows} rows`);
}

/** The same rows into the same table, its indexes and checks included, in entries per second. */
async function bareCopy(from: Client, connection: ClientConfig): Promise<number> {
  const chunks: Buffer[] = [];
  for await (const chunk of from.query(copyTo('copy entries to stdout'))) chunks.push(chunk as Buffer);
  await from.query('truncate entries');
  const to = new Client(connection);
  await to.connect();
  const used = cpuOf();
  const start = performance.now();
  await pipeline(Readable.from(chunks), to.query(copyFrom('copy entries from stdin')));
  const rate = (rows / (performance.now() - start)) * 1000;
  console.log(`bare COPY: ${Math.round(rate)} entries/s, CPU of an entry ${used()}`);
  await to.end();
  return rate;
}

async function makeUser(on: Client): Promise<string> {
  const id = randomUUID();
  await on.query(`insert into users (id, email, password_hash) values ($1, 'bench@example.org', '')`, [id]);
  await on.query('insert into journals (user_id) values ($1)', [id]);
  return id;
}

/** A diary of twelve words an entry, as a table. */
async function* table(count: number): AsyncGenerator<Buffer> {
  const random = seeded(4711);
  yield Buffer.from('at,mood,category,tags,text,sleep_hours\n');
  let text = '';
  for (let n = 0; n < count; n++) {
    const at = new Date(Date.UTC(1990, 0, 1) + n * 600_000).toISOString();
    const said = Array.from({ length: 12 }, () => words[Math.floor(random() * words.length)]).join(' ');
    text += `${at},${1 + (n % 10)},${n % 3 === 0 ? 'work' : 'home'},${n % 2 === 0 ? 'run|sun' : ''},${said},${6 + (n % 5) / 2}\n`;
    if (text.length < 65_536) continue;
    yield Buffer.from(text);
    text = '';
  }
  yield Buffer.from(text);
}

function sink(): Writable {
  return new Writable({ write: (_chunk, _encoding, done) => done() });
}
