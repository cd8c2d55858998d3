import { randomBytes } from 'node:crypto';
import { existsSync, linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { exitCodes, StartError } from './exit.ts';

/**
 * The key that signs cursors and encrypts secrets at rest: `configured`, else 32 bytes kept in
 * `<dataDir>/secret.key`, made at the first start. Throws a StartError where the file cannot be made or read.
 */
export function secretKey(configured: Buffer | null, dataDir: string): Buffer {
  if (configured !== null) return configured;
  const path = join(dataDir, 'secret.key');
  try {
    return read(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw unusable(path, error);
  }
  try {
    mkdirSync(dataDir, { recursive: true });
    make(path);
    return read(path);
  } catch (error) {
    throw unusable(path, error);
  }
}

/** The same key where there is one already; null where the first start would make it. Throws a StartError too. */
export function findSecretKey(configured: Buffer | null, dataDir: string): Buffer | null {
  const isThere = configured !== null || existsSync(join(dataDir, 'secret.key'));
  return isThere ? secretKey(configured, dataDir) : null;
}

function read(path: string): Buffer {
  const key = Buffer.from(readFileSync(path, 'utf8').trim(), 'hex');
  if (key.length !== 32) throw new Error('it does not hold 32 bytes in hex');
  return key;
}

/** A link appears whole or not at all: of two processes that race, both read the first one's key. */
function make(path: string): void {
  const draft = `${path}.${process.pid}`;
  writeFileSync(draft, `${randomBytes(32).toString('hex')}\n`, { mode: 0o600 });
  try {
    linkSync(draft, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    rmSync(draft);
  }
}

function unusable(path: string, error: unknown): StartError {
  const reason = error instanceof Error ? error.message : 'unknown';
  return new StartError(
    `DATA_DIR: the secret key ${path} cannot be used: ${reason}`,
    exitCodes.configuration,
  );
}
