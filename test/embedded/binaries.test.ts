import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, lstatSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { findBinaries } from '../../src/db/embedded/binaries.ts';
import { copyTree, isCopyOf } from '../../src/db/embedded/copy-tree.ts';
import { rootPlace } from '../../src/db/embedded/root-place.ts';
import { locatePackage, makeLinks, type Binaries } from '../../src/db/embedded/package.ts';
import { isRoot, scratch as scratchBelow, silent } from './scratch.ts';
import { nobody } from '../nobody.ts';

/** Not in memory, which a container may mount so that no program there can be run. */
const scratch = () => scratchBelow(tmpdir());

test('where install scripts were off the links between libraries are made, once', async () => {
  const source = await withoutLinks();
  expect(await findBinaries(null, '/nowhere', silent, source)).toBe(source);
  const links = linksIn(source);
  expect(links.length).toBeGreaterThan(3);
  expect(links.every((path) => existsSync(path))).toBe(true);
  expect(makeLinks(source.directory)).toBe(true);
  expect(linksIn(source)).toEqual(links);
});

test('where the package cannot be written either, a copy below DATA_DIR takes its place', async (context) => {
  const source = smallPackage();
  const dataDir = scratch();
  makeReadOnly(join(source.directory, '..'), context);
  const found = await findBinaries(null, dataDir, silent, source);
  expect(found).toEqual({
    ...source,
    directory: join(dataDir, `postgresql-${source.release}-${source.platform}`),
  });
  expect(linksIn(source)).toEqual([]);
  expect(linksIn(found)).toEqual([join(found.directory, 'lib', 'libtool.so')]);
  expect(readdirSync(dataDir)).toEqual([basename(found.directory)]);
  expect(await findBinaries(null, dataDir, silent, source)).toEqual(found);
});

test('where only root can read the package, a copy below /var/lib/daymark takes its place', async (context) => {
  if (!isRoot) {
    console.warn('skipped: only root keeps a copy below /var/lib/daymark');
    context.skip();
  }
  const source = smallPackage();
  chmodSync(join(source.directory, '..'), 0o700);
  const directory = join(rootPlace, `postgresql-${source.release}-${source.platform}`);
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  expect(await findBinaries(nobody(), '/nowhere', silent, source)).toEqual({ ...source, directory });
});

test('a PostgreSQL that does not run here is told with its reason', async () => {
  const source = smallPackage();
  writeFileSync(join(source.directory, 'bin', 'postgres'), '#!/bin/sh\necho no such libc >&2\nexit 127\n');
  await expect(findBinaries(null, '/nowhere', silent, source)).rejects.toMatchObject({
    exitCode: 78,
    message:
      `the embedded PostgreSQL for ${source.platform} does not run here (no such libc); ` +
      'set DATABASE_URL to a PostgreSQL server',
  });
});

test('a copy is whole and readable by everybody, also when several are made at once', async () => {
  const { source, target } = smallTree();
  for (let round = 0; round < 20; round++) {
    await Promise.all([1, 2, 3, 4].map(() => copyTree(source, target)));
    writeFileSync(join(target, 'share', 'text'), '');
  }
  await copyTree(source, target);
  expect(isCopyOf(source, target)).toBe(true);
  expect(readdirSync(join(target, '..')).sort()).toEqual(['copy', 'source']);
  const modes = ['bin', 'bin/tool', 'share/text'].map((path) => lstatSync(join(target, path)).mode & 0o777);
  expect(modes).toEqual([0o755, 0o755, 0o644]);
});

test('a copy that lost a file is replaced', async () => {
  const { source, target } = smallTree();
  await copyTree(source, target);
  writeFileSync(join(target, 'share', 'text'), '');
  expect(isCopyOf(source, target)).toBe(false);
  await copyTree(source, target);
  expect(isCopyOf(source, target)).toBe(true);
});

/** The installed package as npm leaves it when it runs no install scripts. */
async function withoutLinks(): Promise<Binaries> {
  const installed = locatePackage(process.platform, process.arch);
  const directory = join(scratch(), 'native');
  await copyTree(installed.directory, directory);
  expect(linksIn({ ...installed, directory })).toEqual([]);
  return { ...installed, directory };
}

/** A package in small. */
function smallPackage(): Binaries {
  const directory = join(scratch(), 'native');
  for (const path of ['bin', 'lib', 'share/postgresql'])
    mkdirSync(join(directory, path), { recursive: true });
  writeFileSync(join(directory, 'bin', 'postgres'), '#!/bin/sh\necho postgres\n', { mode: 0o755 });
  writeFileSync(join(directory, 'lib', 'libtool.so.1'), 'library');
  writeFileSync(join(directory, 'share', 'postgresql', 'postgres.bki'), 'catalog');
  const links = [{ source: 'native/lib/libtool.so.1', target: 'native/lib/libtool.so' }];
  writeFileSync(join(directory, 'pg-symlinks.json'), JSON.stringify(links));
  return { directory, release: `18.0-test-${process.pid}`, major: 18, platform: 'test' };
}

function linksIn({ directory }: Binaries): string[] {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isSymbolicLink())
    .map((entry) => join(entry.parentPath, entry.name));
}

/** Modes do not stop root: a read-only mount does. */
function makeReadOnly(directory: string, context: { skip: () => never }): void {
  if (!isRoot) {
    execFileSync('chmod', ['-R', 'a-w', directory]);
    onTestFinished(() => void execFileSync('chmod', ['-R', 'u+w', directory]));
    return;
  }
  try {
    execFileSync('mount', ['--bind', directory, directory], { stdio: 'pipe' });
    onTestFinished(() => void execFileSync('umount', [directory]));
    execFileSync('mount', ['-o', 'remount,ro,bind', directory], { stdio: 'pipe' });
  } catch {
    console.warn('skipped: a directory cannot be mounted read-only in this container');
    context.skip();
  }
}

function smallTree(): { source: string; target: string } {
  const directory = scratch();
  const source = join(directory, 'source');
  mkdirSync(join(source, 'bin'), { recursive: true, mode: 0o700 });
  mkdirSync(join(source, 'share'), { mode: 0o700 });
  writeFileSync(join(source, 'bin', 'tool'), 'tool', { mode: 0o700 });
  writeFileSync(join(source, 'share', 'text'), 'text', { mode: 0o600 });
  return { source, target: join(directory, 'copy') };
}
