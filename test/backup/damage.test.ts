import { createHash } from 'node:crypto';
import {
  closeSync,
  copyFileSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { ZipFile } from 'yazl';
import { afterAll, expect, test } from 'vitest';
import type { Manifest } from '../../src/backup/manifest.ts';
import { testApp } from '../app.ts';
import { emptyDatabase } from '../database.ts';
import { unzip } from '../unzip.ts';
import { accounts } from './accounts.ts';
import { backUp, contentOf, folder, restore } from './installation.ts';

const world = await testApp();
await accounts(world);

const good = mkdtempSync(join(tmpdir(), 'daymark-damage-'));
const whole = join(good, 'backup.zip');
await backUp(world.database.connection, whole);
const target = await emptyDatabase();
await restore(target.connection, whole);
const before = await contentOf(target.connection);
afterAll(async () => {
  await target.drop();
  rmSync(good, { recursive: true, force: true });
});

/** A good backup to be damaged, and a restored database that a bad one must leave as it is. */
function copied() {
  const file = join(folder(), 'backup.zip');
  copyFileSync(whole, file);
  const isRefused = async (message: RegExp) => {
    await expect(restore(target.connection, file, true)).rejects.toThrow(message);
    expect(await contentOf(target.connection)).toEqual(before);
  };
  return { file, isRefused };
}

test('cut off anywhere', async () => {
  const { file, isRefused } = copied();
  const bytes = readFileSync(file);
  for (const share of [0, 0.01, 0.3, 0.7, 0.99]) {
    writeFileSync(file, bytes.subarray(0, Math.floor(share * bytes.length)));
    await isRefused(/is no backup of Daymark, or was cut off|is damaged/);
  }
});

test('a byte changed anywhere but in what only describes the archive', async () => {
  const { file, isRefused } = copied();
  const bytes = readFileSync(file);
  for (let n = 0; n < 12; n++) {
    const at = Math.floor(((n + 0.5) / 12) * bytes.length * 0.9);
    writeFileSync(file, bytes);
    const handle = openSync(file, 'r+');
    writeSync(handle, Buffer.from([(bytes[at] ?? 0) ^ 0x55]), 0, 1, at);
    closeSync(handle);
    await isRefused(/damaged|no backup/);
  }
});

type Members = Map<string, Buffer>;

/** Writes the archive anew with its members changed. */
async function rewrite(file: string, change: (members: Members, manifest: Manifest) => void): Promise<void> {
  const members = await unzip(readFileSync(file));
  const manifest = JSON.parse(members.get('manifest.json')!.toString()) as Manifest;
  change(members, manifest);
  if (members.has('manifest.json')) members.set('manifest.json', Buffer.from(JSON.stringify(manifest)));
  const written = new ZipFile();
  for (const [name, content] of members) written.addBuffer(content, name);
  written.end();
  writeFileSync(file, await buffer(written.outputStream));
}

test.each<[string, RegExp, (members: Members, manifest: Manifest) => void]>([
  ['no manifest', /is no backup of Daymark/, (members) => members.delete('manifest.json')],
  ['a table is missing', /the table entries is missing/, (members) => members.delete('tables/entries.tsv')],
  [
    'two tables are swapped',
    /the table journals is not what its manifest says/,
    (members) => {
      const [users, journals] = [members.get('tables/users.tsv')!, members.get('tables/journals.tsv')!];
      members.set('tables/users.tsv', journals).set('tables/journals.tsv', users);
    },
  ],
  [
    'a row is missing, and the count says so',
    /the table entries is not what/,
    (members) => {
      const lines = members.get('tables/entries.tsv')!.toString().split('\n');
      members.set('tables/entries.tsv', Buffer.from([...lines.slice(0, 3), ...lines.slice(4)].join('\n')));
    },
  ],
  [
    'of a newer Daymark',
    /has version \d+ of the schema, this Daymark knows up to \d+; restore it with Daymark 9\.9/,
    (_members, manifest) => {
      manifest.daymark = '9.9';
      manifest.migrations.push({ version: 99, name: 'later', checksum: 'x' });
    },
  ],
  [
    'of another Daymark',
    /was made with another migration 2/,
    (_members, manifest) => (manifest.migrations[1]!.checksum = 'x'),
  ],
  ['in a newer format', /in a newer format/, (_members, manifest) => (manifest.format_version = 2)],
])('%s', async (_what, message, change) => {
  const { file, isRefused } = copied();
  await rewrite(file, change);
  await isRefused(message);
});

test('rows that are consistent with the manifest but break a rule: PostgreSQL has the last word', async () => {
  const { file, isRefused } = copied();
  await rewrite(file, (members, manifest) => {
    const content = Buffer.from(
      members
        .get('tables/users.tsv')!
        .toString()
        .replace(/\t[^\t]*@example\.org\t/, '\tx\t'),
    );
    members.set('tables/users.tsv', content);
    const table = manifest.tables.find(({ name }) => name === 'users')!;
    table.bytes = content.length;
    table.sha256 = createHash('sha256').update(content).digest('hex');
  });
  await isRefused(/PostgreSQL refuses the table users, row 1 \(users_email_length\); nothing was changed/);
});
