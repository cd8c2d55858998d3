import fc from 'fast-check';
import { isBlank } from '../../src/http/formats.ts';
import { label, unicode } from '../properties/texts.ts';

/** An entry with all members of the contract that a file can carry; the day is the server's to count. */
export interface Torture {
  id: string;
  text: string;
  mood: number | null;
  category: string;
  tags: string[];
  measures: Record<string, number | boolean>;
  at: string;
  time_zone: string;
  created_at: string;
  updated_at: string;
  version: number;
  deleted_at?: string;
}

const between = (from: string, to: string) =>
  fc.integer({ min: Date.parse(from), max: Date.parse(to) }).map((ms) => new Date(ms).toISOString());
const zones = [
  'UTC',
  'Europe/Lisbon',
  'CET',
  'Asia/Kathmandu',
  'Pacific/Apia',
  'America/St_Johns',
  'Etc/GMT+12',
];

const member: fc.Arbitrary<Omit<Torture, 'deleted_at'> & { deleted_at: string | undefined }> = fc.record({
  id: fc.uuid(),
  text: fc.oneof({ weight: 200, arbitrary: unicode(60) }, { weight: 1, arbitrary: unicode(20_000, 5000) }),
  mood: fc.option(fc.integer({ min: 1, max: 10 })),
  category: label,
  tags: fc.uniqueArray(label, { maxLength: 4 }),
  measures: fc.dictionary(
    fc.stringMatching(/^[a-z][a-z0-9_]{0,39}$/),
    fc.oneof(fc.boolean(), fc.double({ noNaN: true, noDefaultInfinity: true }), fc.integer()),
    { maxKeys: 4 },
  ),
  at: between('1900-01-01', '2025-01-01'),
  time_zone: fc.constantFrom(...zones),
  created_at: between('2020-01-01', '2025-01-01'),
  updated_at: between('2025-01-01', '2026-01-01'),
  version: fc.integer({ min: 1, max: 1_000_000 }),
  deleted_at: fc.oneof(
    { weight: 9, arbitrary: fc.constant(undefined) },
    { weight: 1, arbitrary: between('2025-01-01', '2026-01-01') },
  ),
});

/** So many entries as strange as the contract allows, the same for the same seed. */
export function torture(count: number, seed: number): Torture[] {
  return fc.sample(member, { numRuns: count, seed }).map(({ deleted_at, measures, ...entry }) => ({
    ...entry,
    // -0 is 0 in JSON.
    measures: JSON.parse(JSON.stringify(measures)) as Torture['measures'],
    mood: entry.mood ?? (isBlank(entry.text) ? 5 : null),
    ...(deleted_at === undefined ? {} : { deleted_at }),
  }));
}

/** Entries as a file in our own format. */
export function daymarkFile(entries: readonly Torture[], manifest: object = {}): string {
  const first = {
    format: 'daymark',
    version: 1,
    exported_at: '2026-01-01T00:00:00.000Z',
    entries: entries.length,
  };
  return [{ ...first, ...manifest }, ...entries].map((line) => `${JSON.stringify(line)}\n`).join('');
}
