import { randomInt } from 'node:crypto';
import { test } from 'vitest';
import { killDuringImport } from '../transfer/killed.ts';

const seed = Number(process.env['FAULTS_SEED'] ?? randomInt(2 ** 31));

test('killed at 10 random places of 100,000 rows, an import finishes to exactly 100,000', async () => {
  await killDuringImport({ rows: 100_000, kills: 10, seed });
}, 600_000);
