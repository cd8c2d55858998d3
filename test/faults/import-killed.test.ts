import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { testApp } from '../app.ts';
import { killCommands, killServers, table } from '../transfer/killed.ts';
import { isLong, record, seedOf } from './form.ts';

const seed = seedOf('import killed');
const { person, database } = await testApp();

test('an import whose command is killed again and again finishes to exactly all of its rows', async () => {
  const killing = { rows: 10_000, kills: 3, seed };
  record('import killed', { ...killing, door: 'daymark import' });
  const directory = mkdtempSync(join(tmpdir(), 'daymark-killed-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  const file = join(directory, 'table.csv');
  writeFileSync(file, table(killing.rows));
  const someone = await person();
  await killCommands(killing, { file, email: someone.email, connection: database.connection });
  const { json } = await someone.call('GET', '/entries?total=true&limit=1');
  expect(json.total).toBe(9900);
}, 120_000);

// A worker that died is noticed within 20 s: ten of them take their time.
test.runIf(isLong)(
  'an import whose server is killed at 10 random places of 100,000 rows finishes to exactly all [long form]',
  async () => {
    const killing = { rows: 100_000, kills: 10, seed };
    record('import killed', { ...killing, door: 'POST /imports' });
    await killServers(killing);
  },
  900_000,
);
