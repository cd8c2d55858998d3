import { Type } from 'typebox';
import { day, instant, label, nullable, strictObject, text, timeZone, uuid } from '../http/schemas.ts';

const mood = nullable(Type.Integer({ minimum: 1, maximum: 10 }));
const tags = Type.Array(label(50), { maxItems: 32, uniqueItems: true });
const measureName = '^[a-z][a-z0-9_]{0,39}$';
const measureValue = Type.Union([Type.Number(), Type.Boolean()], {
  'x-rule': 'must be a finite number, true or false',
});
const measureNames = {
  additionalProperties: false,
  'x-rule':
    'is no name of a measure: up to 40 lower-case letters, digits and _, of which the first is a letter',
};
const measures = Type.Object(
  {},
  { ...measureNames, patternProperties: { [measureName]: measureValue }, maxProperties: 32 },
);
/** In a merge patch null removes a measure. */
const measuresPatch = Type.Object(
  {},
  {
    ...measureNames,
    patternProperties: {
      [measureName]: Type.Union([Type.Number(), Type.Boolean(), Type.Null()], {
        'x-rule': 'must be a finite number, true, false, or null to remove it',
      }),
    },
  },
);

const written = {
  text: Type.Optional(text(20_000)),
  mood: Type.Optional(mood),
  category: Type.Optional(label(50)),
  tags: Type.Optional(tags),
  measures: Type.Optional(measures),
  at: Type.Optional(instant),
  time_zone: Type.Optional(timeZone),
};

const ignored = Type.Optional(Type.Unknown({ readOnly: true, description: 'Read-only: ignored.' }));
const readOnly = {
  id: ignored,
  local_day: ignored,
  created_at: ignored,
  updated_at: ignored,
  version: ignored,
  deleted_at: ignored,
};

export const createBody = strictObject(written);

export const putBody = strictObject({ ...written, ...readOnly });

export const patchBody = strictObject({
  text: Type.Optional(nullable(text(20_000))),
  mood: Type.Optional(mood),
  category: Type.Optional(nullable(label(50))),
  tags: Type.Optional(nullable(tags)),
  measures: Type.Optional(nullable(measuresPatch)),
  at: Type.Optional(nullable(instant)),
  time_zone: Type.Optional(nullable(timeZone)),
  ...readOnly,
});

export const entrySchema = Type.Object({
  id: uuid,
  text: Type.String(),
  mood,
  category: Type.String(),
  tags: Type.Array(Type.String()),
  measures,
  at: instant,
  time_zone: Type.String(),
  local_day: day,
  created_at: instant,
  updated_at: instant,
  version: Type.Integer({ minimum: 1 }),
  deleted_at: Type.Optional(instant),
});

const dayOrInstant = Type.String({ format: 'day-or-instant' });
const moodLimit = Type.Integer({ minimum: 1, maximum: 10 });

export const listQuery = strictObject({
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 100 })),
  cursor: Type.Optional(text(1000)),
  from: Type.Optional(dayOrInstant),
  to: Type.Optional(dayOrInstant),
  category: Type.Optional(text(50)),
  tag: Type.Optional(Type.Array(text(50), { maxItems: 32 })),
  mood_min: Type.Optional(moodLimit),
  mood_max: Type.Optional(moodLimit),
  trash: Type.Optional(Type.Boolean()),
  q: Type.Optional(text(1000)),
  sort: Type.Optional(Type.Enum(['rank'])),
  order: Type.Optional(Type.Enum(['asc', 'desc'])),
  total: Type.Optional(Type.Boolean()),
});

export const listSchema = Type.Object({
  entries: Type.Array(entrySchema),
  next_cursor: nullable(Type.String()),
  total: Type.Optional(Type.Integer()),
});
