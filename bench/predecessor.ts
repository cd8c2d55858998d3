import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs, promisify } from 'node:util';
import { hashSync } from 'bcryptjs';
import sqlite from 'node-sqlite3-wasm';
import type { MoveReport } from '../src/transfer/all-users.ts';
import { program } from '../test/program.ts';
import { databaseUrl, fetcher, startServer } from '../test/security/child-server.ts';
import { predecessorSchema } from '../test/transfer/files.ts';
import { startPostgres } from './postgres-server.ts';

// Moves an installation of the predecessor by the command an operator gives, twice, and signs in with an old password.
const { values } = parseArgs({ options: { rows: { type: 'string', default: '100000' } } });
const rows = Number(values.rows);
const accounts = 20;
const password = 'the old password';

const directory = mkdtempSync(join(tmpdir(), 'daymark-predecessor-'));
const server = await startPostgres(process.env['TEST_POSTGRES_BIN']);
try {
  const file = join(directory, 'data.db');
  const expected = writePredecessor(file);
  console.log(`${rows} rows of ${accounts} accounts: ${JSON.stringify(expected)}`);
  const env = { DATABASE_URL: databaseUrl(server.connection, 'any'), SECRET_KEY: '7'.repeat(64) };
  for (const round of ['first', 'second']) {
    const start = performance.now();
    const { accounts: moved, entries, orphans } = await move(file, env);
    const seconds = (performance.now() - start) / 1000;
    const { errors, ...numbers } = entries;
    const codes = [...new Set(errors.map(({ code }) => code))].join(', ');
    console.log(
      `${round}: ${moved.created} accounts made, ${moved.present} there already; entries ${JSON.stringify(numbers)} (${codes}); ` +
        `orphans ${orphans.count}, adopted ${orphans.adopted}; ${seconds.toFixed(1)} s with the start, ` +
        `at a load of ${loadavg()[0]}`,
    );
    const created = round === 'first' ? expected.good : 0;
    if (
      entries.created !== created ||
      entries.error_count !== expected.refused ||
      orphans.count !== expected.orphans
    )
      throw new Error('it is not what the file holds');
  }
  await signIn(env);
} finally {
  await server.stop();
  rmSync(directory, { recursive: true, force: true });
}

async function move(file: string, env: Record<string, string>): Promise<MoveReport> {
  const { PATH = '', HOME = '' } = process.env;
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [...program(), 'import', file, '--all-users', '--mood-map', 'good:8', '--json'],
    { env: { PATH, HOME, ...env }, maxBuffer: 2 ** 26, cwd: directory },
  );
  return JSON.parse(stdout) as MoveReport;
}

async function signIn(env: Record<string, string>): Promise<void> {
  const started = await startServer(env);
  const { url } = started;
  try {
    const login = async (secret: string) =>
      fetcher(url)('POST', '/auth/login', { body: { email: 'person7@example.org', password: secret } });
    const [wrong, first, again] = [await login('another'), await login(password), await login(password)];
    const token = (again.json as { token: string }).token;
    const page = await fetcher(url, token)('GET', '/entries?total=true&limit=1');
    console.log(
      `sign-in: ${wrong.status} with a wrong password, ${first.status} with the old one (bcrypt), ${again.status} again ` +
        `(argon2id by then); ${(page.json as { total: number }).total} entries in that diary`,
    );
  } finally {
    await started.kill();
  }
}

/** A database as the predecessor kept it, whose columns hold anything; tells what is to come of it. */
function writePredecessor(path: string) {
  const database = new sqlite.Database(path);
  database.exec(`${predecessorSchema}; begin`);
  const hash = hashSync(password, 10);
  for (let id = 1; id <= accounts; id++)
    database.run('insert into users values (?, ?, ?, ?)', [
      id,
      `Person${id}@example.org`,
      hash,
      '2019-01-01 00:00:00',
    ]);
  const add = database.prepare('insert into entries values (?, ?, ?, ?, ?, ?)');
  const expected = { good: 0, refused: 0, orphans: 0 };
  for (let n = 1; n <= rows; n++) {
    const owner = n % 50 === 0 ? 9999 : 1 + (n % accounts);
    const { cells, isGood } = oddRow(n);
    if (owner === 9999) expected.orphans++;
    else if (isGood) expected.good++;
    else expected.refused++;
    add.run([n, n % 7 === 0 ? String(owner) : owner, ...cells]);
  }
  add.finalize();
  database.exec('commit');
  database.close();
  return expected;
}

type Cell = string | number | Uint8Array | null;

/** Text, mood, category and time of a row: one in ten has something odd in it, one in a hundred something that is wrong. */
function oddRow(n: number): { cells: [text: Cell, mood: Cell, category: Cell, time: Cell]; isGood: boolean } {
  const time = new Date(Date.UTC(2019, 0, 1) + n * 60_000).toISOString().replace('T', ' ').slice(0, 19);
  const usual = {
    cells: [`entry ${n}`, 1 + (n % 10), 'work', time] as [Cell, Cell, Cell, Cell],
    isGood: true,
  };
  const odd: Record<number, [Cell, Cell, Cell, Cell]> = {
    10: [`entry ${n}`, 'good', null, time],
    20: [`entry ${n}`, String(1 + (n % 10)), 'work', time],
    30: [n, 5.5, '', time],
    40: [Buffer.from(`entry ${n}`), null, 'work', time],
    51: [`entry ${n}`, 7, 'work', 1_546_300_800 + n],
    60: [`entry ${n}`, ' 7 ', 'work', `${time.replace(' ', 'T')}+02:00`],
    70: [`entry ${n}`, 42, 'work', time],
    80: [`entry ${n}`, 'odd', 'work', time],
    90: [null, null, 'work', time],
    99: [`entry ${n}`, 7, 'work', 'yesterday'],
  };
  const cells = odd[n % 100];
  return cells === undefined ? usual : { cells, isGood: ![30, 70, 80, 90, 99].includes(n % 100) };
}
