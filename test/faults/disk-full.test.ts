import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { fastestPlace } from '../postgres.ts';
import { sender } from './client.ts';
import { isLong } from './form.ts';
import { expectOnly503, firstWriteAfter, scene } from './scene.ts';
import { ownPostgres } from './postgres.ts';

test('the disk with the data is full, and has room again', { timeout: 180_000 }, async (context) => {
  const disk = smallDisk();
  if (disk === null) {
    console.warn('NOT RUN: a full disk, because this user or this container cannot mount a small one.');
    return context.skip();
  }
  const postgres = await ownPostgres({ parent: disk, apart: fastestPlace(), walApart: true });
  const stage = await scene('disk full', { postgres });
  const { node, people, writers, finish } = stage;
  const reader = sender(node.url, { token: people[0]?.token ?? '' });
  onTestFinished(() => reader.close());
  const filler = join(disk, 'filler');
  fill(filler);
  const refused = () => writers.attempts.some(({ status }) => status === 503);
  await expect.poll(refused, { timeout: 60_000, interval: 50 }).toBe(true);
  for (let n = 0; n < 20; n++) expect((await reader('GET', '/entries')).status).toBe(200);
  rmSync(filler);
  const back = await firstWriteAfter(Date.now(), stage);
  await finish({ 'writes again after, ms': back });
  expectOnly503(writers.attempts, ['database_unavailable', 'timeout', 'overloaded']);
  if (isLong) expect(back).toBeLessThanOrEqual(10_000);
});

/** A file system of 100 MiB, which only root can mount; null where that cannot be. */
function smallDisk(): string | null {
  const directory = mkdtempSync(join(tmpdir(), 'daymark-small-disk-'));
  chmodSync(directory, 0o755);
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=100m,mode=755', 'tmpfs', directory], { stdio: 'pipe' });
  } catch {
    return null;
  }
  onTestFinished(() => void execFileSync('umount', [directory]));
  return directory;
}

/** Writes until there is no room for another byte. */
function fill(path: string): void {
  const piece = Buffer.alloc(4096);
  for (;;) {
    try {
      writeFileSync(path, piece, { flag: 'a' });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOSPC') return;
      throw error;
    }
  }
}
