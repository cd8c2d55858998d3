import { randomInt } from 'node:crypto';
import { seeded } from '../../bench/random.ts';

/**
 * The short form (TEST_FAULTS=short) runs in CI, where it asserts what cannot depend on a busy machine; the long
 * one (TEST_FAULTS=long) has the numbers that are promised, and asserts times as well.
 */
export const isLong = process.env['TEST_FAULTS'] === 'long';

/** One figure for each form. */
export function sized<T>(short: T, long: T): T {
  return isLong ? long : short;
}

/** Chance of a case: printed, so that FAULTS_SEED repeats it. */
export function chance(name: string): () => number {
  return seeded(seedOf(name));
}

/** The seed of a case's chances, printed. */
export function seedOf(name: string): number {
  const seed = Number(process.env['FAULTS_SEED'] ?? randomInt(1_000_000));
  record(name, { FAULTS_SEED: seed });
  return seed;
}

/** Says what a case has shown: the figures that bench/FAULTS.md holds. */
export function record(name: string, figures: Record<string, unknown>): void {
  const told = Object.entries(figures).map(([key, value]) => `${key} ${show(value)}`);
  console.log(`faults | ${name} | ${told.join(', ')}`);
}

function show(value: unknown): string {
  if (typeof value === 'number') return String(Math.round(value * 100) / 100);
  return typeof value === 'string' ? value : JSON.stringify(value);
}
