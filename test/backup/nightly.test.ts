import { readdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import pino from 'pino';
import { afterAll, expect, test } from 'vitest';
import { nightlyBackup } from '../../src/backup/nightly.ts';
import { backups } from '../../src/doctor/backups.ts';
import { openArchive } from '../../src/backup/read-archive.ts';
import { cloneDatabase } from '../database.ts';
import { folder, secretKey } from './installation.ts';

const database = await cloneDatabase();
afterAll(() => database.drop());

function nightly(directory: string, at: string, keep = 3): Promise<string | null> {
  return nightlyBackup({
    directory,
    keep,
    now: () => new Date(at),
    connection: database.connection,
    log: pino({ level: 'silent' }),
    signal: new AbortController().signal,
    version: '0.0.0',
    secretKey,
  });
}

test('one a night, and the oldest go once the new one is whole', async () => {
  const directory = join(folder(), 'made');
  for (const day of ['01', '02', '03', '04', '05']) await nightly(directory, `2026-03-${day}T02:15:00Z`);
  expect(readdirSync(directory)).toEqual([
    'daymark-20260303T021500Z.zip',
    'daymark-20260304T021500Z.zip',
    'daymark-20260305T021500Z.zip',
  ]);
  const archive = await openArchive(join(directory, 'daymark-20260305T021500Z.zip'));
  expect(archive.manifest.tables.length).toBeGreaterThan(5);
  archive.close();
});

test('a second one on the same night, from another node, adds nothing; two at once leave whole files', async () => {
  const directory = folder();
  expect(await nightly(directory, '2026-03-01T02:15:00Z')).toContain('daymark-20260301T021500Z.zip');
  expect(await nightly(directory, '2026-03-01T02:20:00Z')).toBeNull();
  await Promise.all([nightly(directory, '2026-03-02T02:15:00Z'), nightly(directory, '2026-03-02T02:15:01Z')]);
  for (const name of readdirSync(directory)) (await openArchive(join(directory, name))).close();
});

test('one of the future, as a clock that was ahead has made it, keeps none from being made', async () => {
  const directory = folder();
  await nightly(directory, '2099-01-01T02:15:00Z');
  expect(backups(directory, Date.now()).state).toBe('warning');
  expect(await nightly(directory, '2026-03-01T02:15:00Z')).toContain('daymark-20260301T021500Z.zip');
  expect(await nightly(directory, '2026-03-01T02:20:00Z')).toBeNull();
  expect(backups(directory, Date.now()).state).toBe('ok');
});

test('nothing but its own files is removed, and a half of one only when it is old', async () => {
  const directory = folder();
  const others = ['daymark-important.zip', 'notes.txt', 'daymark-20200101T000000Z.zip.bak', 'x.partial'];
  const halves = ['daymark-20260228T021500Z.zip.partial', 'daymark-20260301T021400Z.zip.partial'];
  for (const name of [...others, ...halves]) writeFileSync(join(directory, name), '');
  utimesSync(join(directory, halves[0]!), new Date('2026-02-28'), new Date('2026-02-28'));
  utimesSync(join(directory, halves[1]!), new Date('2026-03-01T02:14:00Z'), new Date('2026-03-01T02:14:00Z'));
  await nightly(directory, '2026-03-01T02:15:00Z', 1);
  await nightly(directory, '2026-03-02T01:15:00Z', 1);
  expect(readdirSync(directory).sort()).toEqual(
    [...others, halves[1], 'daymark-20260302T011500Z.zip'].sort(),
  );
});

test('a folder that cannot be made is said in a sentence, and nothing is removed', async () => {
  const directory = folder();
  writeFileSync(join(directory, 'file'), '');
  const file = join(directory, 'file');
  for (const [path, reason] of [
    [join(file, 'below'), 'a part of the path is no folder'],
    [file, 'there is a file of that name'],
  ] as const)
    await expect(nightly(path, '2026-03-01T02:15:00Z')).rejects.toThrow(`cannot write ${path}: ${reason}`);
  expect(readdirSync(directory)).toEqual(['file']);
});
