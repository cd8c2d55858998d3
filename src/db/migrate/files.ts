import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { join } from 'node:path';
import { MigrationError } from './migration-error.ts';
import { splitStatements } from './split-statements.ts';

/** One step of the schema: a pair of files, its SQL with `\n` as line ends. */
export interface Migration {
  version: number;
  name: string;
  up: string;
  down: string;
  /** False where the file's first line is `-- no-transaction`. */
  upTransaction: boolean;
  downTransaction: boolean;
  /** SHA-256 of `up` in hex, the same whatever line ends the checkout has. */
  checksum: string;
  /** Those of earlier texts with the same effect, each in a line `-- once: <checksum>`. */
  earlier: string[];
}

/** Whether a checksum that was recorded is of this migration's up file, as it is or as it once was. */
export function isOf(checksum: string, migration: Migration): boolean {
  return migration.checksum === checksum || migration.earlier.includes(checksum);
}

/** The file of one direction: `0001_accounts.up.sql`. */
export function fileName(version: number, name: string, direction: 'up' | 'down'): string {
  return `${title(version, name)}.${direction}.sql`;
}

/** How a migration is called in logs and answers: `0001_accounts`. */
export function title(version: number, name: string): string {
  return `${String(version).padStart(4, '0')}_${name}`;
}

/**
 * Reads a folder of migrations, ordered by version: 1, 2, 3 … without gaps.
 * Throws MigrationError where a name, a number or a pair is wrong, a file is not UTF-8 or ends its transaction.
 */
export async function readMigrations(directory: URL | string): Promise<Migration[]> {
  const listed = await listMigrations(directory);
  if (listed.length === 0) throw new MigrationError(`there are no migrations in ${pathOf(directory)}`);
  return Promise.all(listed.map(({ version, name }) => readMigration(directory, version, name)));
}

/** The versions and names in a folder, checked like readMigrations does but without reading the files. */
export async function listMigrations(directory: URL | string): Promise<{ version: number; name: string }[]> {
  const pairs = new Map<string, Set<string>>();
  for (const file of await sqlFiles(pathOf(directory))) {
    const parts = /^(\d{4}_[a-z][a-z0-9_]*)\.(up|down)\.sql$/.exec(file);
    if (parts === null) {
      throw new MigrationError(`${file}: wrong file name; migrations are named like 0001_accounts.up.sql`);
    }
    const [, stem = '', direction = ''] = parts;
    pairs.set(stem, (pairs.get(stem) ?? new Set()).add(direction));
  }
  return [...pairs.keys()].sort().map((stem, index, stems) => {
    checkPair(stem, pairs.get(stem) ?? new Set());
    checkNumber(stem, index + 1, stems[index - 1]);
    return { version: index + 1, name: stem.slice(5) };
  });
}

/** The folder as a path of this system. */
export function pathOf(directory: URL | string): string {
  return typeof directory === 'string' ? directory : fileURLToPath(directory);
}

async function sqlFiles(path: string): Promise<string[]> {
  try {
    return (await readdir(path)).filter((file) => !file.startsWith('.') && /\.sql$/i.test(file));
  } catch (error) {
    throw new MigrationError(
      `the folder of migrations ${path} cannot be read: ${(error as Error).message}`,
      error,
    );
  }
}

function checkPair(stem: string, directions: Set<string>): void {
  for (const [here, missing] of [
    ['up', 'down'],
    ['down', 'up'],
  ] as const) {
    if (!directions.has(missing)) {
      throw new MigrationError(`${stem}.${here}.sql has no ${stem}.${missing}.sql: write it`);
    }
  }
}

function checkNumber(stem: string, expected: number, previous: string | undefined): void {
  const version = Number(stem.slice(0, 4));
  if (version === expected) return;
  if (previous !== undefined && version === expected - 1) {
    throw new MigrationError(`${previous} and ${stem} have the same number: give the newer one the next`);
  }
  const missing = String(expected).padStart(4, '0');
  throw new MigrationError(`${stem}: there is no migration ${missing}; numbers run from 0001 without gaps`);
}

async function readMigration(directory: URL | string, version: number, name: string): Promise<Migration> {
  const [up, down] = (await Promise.all(
    (['up', 'down'] as const).map((direction) =>
      readSql(pathOf(directory), fileName(version, name, direction)),
    ),
  )) as [string, string];
  return {
    version,
    name,
    up,
    down,
    upTransaction: !noTransaction.test(up),
    downTransaction: !noTransaction.test(down),
    checksum: createHash('sha256').update(up).digest('hex'),
    earlier: [...up.matchAll(once)].map(([, checksum = '']) => checksum),
  };
}

const once = /^-- once: ([0-9a-f]{64})$/gm;
const noTransaction = /^--[ \t]*no-transaction[ \t]*(?:\n|$)/;

async function readSql(path: string, file: string): Promise<string> {
  const bytes = await readFile(join(path, file));
  const sql = decode(bytes, file).replace(/\r\n?/g, '\n');
  for (const { text, offset } of splitStatements(sql)) {
    const command = transactionCommand.exec(text)?.[0].toUpperCase();
    if (command === undefined) continue;
    const line = sql.slice(0, offset).split('\n').length;
    throw new MigrationError(
      `${file}, line ${line}: ${command} is not for migrations: the runner begins and ends their transactions; take it out`,
    );
  }
  return sql;
}

const transactionCommand =
  /^(?:begin|start|commit|end|rollback|abort|savepoint|release|prepare\s+transaction)(?![\w$])/i;

function decode(bytes: Uint8Array, file: string): string {
  try {
    // Drops a byte order mark, which PostgreSQL would refuse.
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    throw new MigrationError(`${file} is not UTF-8: save it in that encoding`, error);
  }
}
