import { randomInt } from 'node:crypto';
import { test } from 'vitest';
import { killDuringImport } from '../transfer/killed.ts';

const seed = Number(process.env['FAULTS_SEED'] ?? randomInt(2 ** 31));
const size =
  process.env['TEST_FAULTS'] === 'long' ? { rows: 100_000, kills: 10 } : { rows: 20_000, kills: 3 };

test(`killed at ${size.kills} random places of ${size.rows} rows, an import finishes to exactly all of them`, async () => {
  await killDuringImport({ ...size, seed });
}, 600_000);
