import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ClientConfig } from 'pg';
import { expect, onTestFinished, test } from 'vitest';
import { openArchive } from '../../src/backup/read-archive.ts';
import { folder } from '../backup/installation.ts';
import { daymarkProcess } from '../cli/run.ts';
import { databaseUrl } from '../security/child-server.ts';
import { record, sized } from './form.ts';
import type { Ledger, Row } from './ledger.ts';
import { ask } from './postgres.ts';
import { scene } from './scene.ts';

const backups = sized(2, 10);
const envOf = (connection: ClientConfig) => ({
  DATABASE_URL: databaseUrl(connection, 'any'),
  SECRET_KEY: '7'.repeat(64),
});

/** What a backup taken between two moments must hold. */
interface Taken {
  file: string;
  began: number;
  ended: number;
}

test(
  `${backups} backups under write load are one moment each`,
  { timeout: sized(180_000, 600_000) },
  async () => {
    const { postgres, ledger, random, finish } = await scene('backup under load', { writers: 8 });
    const env = envOf(postgres.connection);
    const directory = folder();
    const taken: Taken[] = [];
    for (let n = 0; n < backups; n++) {
      await sleep(500 + random() * 1000);
      const file = join(directory, `${n}.zip`);
      const began = Date.now();
      const { code, stderr } = await daymarkProcess(['backup', file], env);
      expect([code, stderr]).toEqual([0, expect.stringContaining('entries: ')]);
      taken.push({ file, began, ended: Date.now() });
    }
    await finish();
    expect(await wrongRevisions(postgres)).toEqual([]);
    for (const [n, each] of taken.entries()) {
      await ask(postgres, `create database copy_${n} template template0`);
      const connection = { ...postgres.connection, database: `copy_${n}` };
      const restored = await daymarkProcess(['restore', each.file], envOf(connection));
      expect([restored.code, restored.stdout]).toEqual([0, expect.stringContaining('restored ')]);
      const rows = await ask<Row>({ connection: connection }, 'select id, text from entries');
      const verdict = judgeCopy(ledger, rows, each);
      record('backup under load', { backup: n, rows: rows.length, ms: each.ended - each.began, ...verdict });
      expect(verdict).toMatchObject({ missing: [], early: [], twice: 0 });
      expect([verdict.promised > 0, verdict.meanwhile > 0]).toEqual([true, true]);
      expect(await wrongRevisions({ connection: connection })).toEqual([]);
      await expectCounts(each.file, connection);
    }
  },
);

/**
 * `missing`: acknowledged before the backup began, but neither it nor what has replaced it since is there. `early`:
 * there, but refused, or first sent after the backup had ended.
 */
function judgeCopy({ operations }: Ledger, rows: readonly Row[], { began, ended }: Taken) {
  const texts = new Map(rows.map(({ text, id }) => [text, id]));
  const promised = operations.filter(({ outcome, end = Infinity }) => outcome === 'ok' && end < began);
  const isKept = (operation: Ledger['operations'][number]): boolean =>
    texts.get(operation.text) === operation.id ||
    (operation.replacedBy !== undefined && texts.has(operation.replacedBy.text)) ||
    (operation.replacedBy !== undefined && isKept(operation.replacedBy));
  const early = operations.filter(({ outcome, start }) => outcome === 'failed' || start > ended);
  return {
    promised: promised.length,
    meanwhile: operations.filter(({ outcome, end = 0 }) => outcome === 'ok' && end >= began && end <= ended)
      .length,
    missing: promised.filter((operation) => !isKept(operation)).map(({ token }) => token),
    early: early.filter(({ text }) => texts.has(text)).map(({ token }) => token),
    twice: rows.length - texts.size,
  };
}

/**
 * Every write raises the revision of its diary by one, and the version of its entry: both come from one moment. What a
 * restore adds stands above the 31 bits that count.
 */
function wrongRevisions(database: Parameters<typeof ask>[0]) {
  return ask(
    database,
    `select j.user_id, j.revision, sum(e.version) as writes
     from journals j left join entries e on e.user_id = j.user_id
     group by j.user_id, j.revision having j.revision & 2147483647 <> coalesce(sum(e.version), 0)`,
  );
}

/** The manifest tells what came to be there, table by table. */
async function expectCounts(file: string, connection: ClientConfig): Promise<void> {
  const archive = await openArchive(file);
  onTestFinished(() => archive.close());
  expect(archive.manifest.tables.length).toBeGreaterThan(5);
  for (const { name, rows } of archive.manifest.tables) {
    const [row] = await ask<{ rows: number }>(
      { connection: connection as never },
      `select count(*)::integer as rows from ${name}`,
    );
    expect([name, row?.rows]).toEqual([name, rows]);
  }
  expect(readdirSync(join(file, '..')).filter((name) => !/^\d+\.zip$/.test(name))).toEqual([]);
}
