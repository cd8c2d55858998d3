import { Type, type Static } from 'typebox';
import { Check } from 'typebox/value';

/** The first format; a change that this reader would misunderstand takes the next number. */
export const formatVersion = 1;

const sha256 = Type.String({ pattern: '^[0-9a-f]{64}$' });
const whole = Type.Integer({ minimum: 0 });

const tableSchema = Type.Object({
  name: Type.String({ minLength: 1 }),
  columns: Type.Array(Type.String({ minLength: 1 }), { minItems: 1 }),
  rows: whole,
  /** Of the member before compression, its line of column names included. */
  bytes: whole,
  sha256,
});

const manifestSchema = Type.Object({
  format: Type.Literal('daymark-backup'),
  format_version: Type.Integer({ minimum: 1 }),
  /** The version of the program that wrote it. */
  daymark: Type.String(),
  /** The moment of the snapshot, by the clock of the database. */
  taken_at: Type.String(),
  postgresql: Type.String(),
  migrations: Type.Array(Type.Object({ version: whole, name: Type.String(), checksum: Type.String() }), {
    minItems: 1,
  }),
  tables: Type.Array(tableSchema),
  sequences: Type.Array(
    Type.Object({ name: Type.String(), last_value: Type.String({ pattern: '^-?\\d+$' }) }),
  ),
  /** Tells whether a key is the installation's without telling the key; null where it had none yet. */
  key_check: Type.Union([Type.String(), Type.Null()]),
});

/** What a backup says of itself, in its member `manifest.json`. */
export type Manifest = Static<typeof manifestSchema>;
export type TableEntry = Static<typeof tableSchema>;

/** Reads a manifest; null where the text is none. */
export function parseManifest(text: string): Manifest | null {
  try {
    const value: unknown = JSON.parse(text);
    return Check(manifestSchema, value) ? value : null;
  } catch {
    return null;
  }
}

/** The member of a table. */
export function memberOf(table: string): string {
  return `tables/${table}.tsv`;
}
