import { chmodSync, lstatSync, mkdtempSync, readdirSync, readlinkSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import pino from 'pino';
import { onTestFinished } from 'vitest';
import { endPostmaster } from '../../src/db/embedded/postmaster.ts';
import { startEmbedded, type Embedded } from '../../src/db/embedded/start.ts';
import type { Log } from '../../src/log.ts';
import { fastestPlace } from '../postgres.ts';

export const isRoot = process.getuid?.() === 0;

/** What runs in a test need not outlive a power failure. */
export const settings = { fsync: 'off' };

export const silent: Log = pino({ level: 'silent' });

/** A log whose messages are kept. */
export function recordingLog(): { log: Log; messages: () => string[] } {
  const lines: string[] = [];
  const log = pino({ level: 'info' }, { write: (line: string) => lines.push(line) });
  return { log, messages: () => lines.map((line) => (JSON.parse(line) as { msg: string }).msg) };
}

/** A new directory below `parent` that every user can enter, cleared after the test. */
export function scratch(parent = fastestPlace()): string {
  const directory = makeScratch(parent);
  onTestFinished(() => clear(directory));
  return directory;
}

/** A new directory below `parent` that every user can enter; `clear` it. */
export function makeScratch(parent = fastestPlace()): string {
  const directory = mkdtempSync(join(parent, 'daymark-embedded-'));
  chmodSync(directory, 0o755);
  return directory;
}

/** Starts on `dataDir` within this process and stops after the test. */
export async function start(
  dataDir: string,
  purpose: 'serve' | 'command' = 'serve',
  log = silent,
): Promise<Embedded> {
  const embedded = await startEmbedded({ dataDir, purpose, log, settings });
  onTestFinished(() => embedded.stop());
  return embedded;
}

/** Ends every PostgreSQL that runs below a directory and removes it with what its links to clusters lead to. */
export async function clear(directory: string): Promise<void> {
  for (const path of clustersBelow(directory)) {
    const target = lstatSync(path).isSymbolicLink() ? readlinkSync(path) : path;
    await endPostmaster(target, silent);
    if (target.startsWith('/var/lib/daymark/')) rmSync(target, { recursive: true, force: true });
  }
  rmSync(directory, { recursive: true, force: true });
}

function clustersBelow(directory: string): string[] {
  return readdirSync(directory, { withFileTypes: true }).flatMap((entry) => {
    const path = join(directory, entry.name);
    if (entry.name === 'postgres') return [path];
    return entry.isDirectory() ? clustersBelow(path) : [];
  });
}
