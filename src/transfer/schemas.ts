import { Type } from 'typebox';
import { instant, nullable, strictObject, text, uuid } from '../http/schemas.ts';
import { exportFormats } from './export-formats.ts';
import { formatNames } from './format-names.ts';

/** The file itself; what is in it is looked at by its format. */
export const fileBody = Type.Any({ description: 'The bytes of the file.' });

export const importQuery = strictObject({
  format: Type.Optional(Type.Enum(['auto', ...formatNames])),
  dry_run: Type.Optional(Type.Boolean()),
  mood_map: Type.Optional(text(10_000)),
});

/** An import as it stands. */
export const importSchema = Type.Object({
  id: uuid,
  format: Type.Enum([...formatNames]),
  state: Type.Enum(['queued', 'running', 'finished', 'failed', 'cancelled', 'undone']),
  dry_run: Type.Boolean(),
  total: nullable(Type.Integer({ description: 'Rows of the file; null until they are counted.' })),
  done: Type.Integer(),
  created: Type.Integer({ description: 'In a dry run, what would be.' }),
  skipped: Type.Integer({ description: 'Rows whose entries were there already.' }),
  errors: Type.Array(
    Type.Object({
      row: Type.Integer({ description: 'From 1, after header or manifest; 0 is the file as a whole.' }),
      code: Type.String(),
      detail: Type.String(),
    }),
    { description: 'The first 1,000.' },
  ),
  error_count: Type.Integer(),
  unmapped_moods: Type.Array(Type.String()),
  left_out: Type.Record(Type.String(), Type.Integer(), {
    description: 'What rows hold and an entry has no place for, and in how many rows.',
  }),
  created_at: instant,
  finished_at: nullable(instant),
});

export const importAccepted = Type.Object({ id: uuid, state: importSchema.properties.state });

export const importsQuery = strictObject({
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 100 })),
  cursor: Type.Optional(text(1000)),
});

export const importsSchema = Type.Object({
  imports: Type.Array(importSchema),
  next_cursor: nullable(Type.String()),
});

export const exportQuery = strictObject({
  format: Type.Optional(Type.Enum([...exportFormats])),
});
