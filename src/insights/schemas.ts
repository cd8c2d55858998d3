import { Type } from 'typebox';
import { entrySchema } from '../entries/schemas.ts';
import { day, nullable, strictObject } from '../http/schemas.ts';

const asked = {
  from: Type.Optional(day),
  to: Type.Optional(day),
  weighting: Type.Optional(
    Type.Enum(['day', 'entry'], {
      description: 'What counts once in an average: a day (the default) or an entry',
    }),
  ),
};

export const rangeQuery = strictObject(asked);

export const seriesQuery = strictObject({
  ...asked,
  bucket: Type.Optional(Type.Enum(['day', 'week', 'month'], { description: 'day where it is absent' })),
});

export const calendarQuery = strictObject({
  ...asked,
  year: Type.Optional(Type.Integer({ minimum: 1, maximum: 9999, description: 'Instead of from and to' })),
});

export const breakdownQuery = strictObject({
  ...asked,
  by: Type.Optional(
    Type.Enum(['category', 'tag', 'weekday', 'hour'], { description: 'category where it is absent' }),
  ),
});

export const onThisDayQuery = strictObject({
  ...asked,
  day: Type.Optional(Type.String({ format: 'day', description: 'Today where it is absent' })),
});

const number = Type.Number();
const interval = Type.Unsafe<[number, number] | null>({
  type: ['array', 'null'],
  items: { type: 'number' },
  minItems: 2,
  maxItems: 2,
  description: 'The 95 % confidence interval',
});

const always = {
  rule: Type.Object({
    from: day,
    to: day,
    weighting: Type.Enum(['day', 'entry']),
    day_start_minutes: Type.Integer(),
    days_in_range: Type.Integer(),
    days_logged: Type.Integer({ description: 'Days that have a mood' }),
    logging_rate: number,
    entries: Type.Integer({ description: 'Entries that have a mood' }),
  }),
  notes: Type.Array(Type.String()),
};

const meanOfDay = nullable(Type.Object({ day, mean: number }));

export const summarySchema = Type.Object({
  ...always,
  mean: nullable(number),
  median: nullable(number),
  sd: nullable(number),
  distribution: Type.Record(Type.String(), Type.Integer(), { description: 'Entries by mood, "1" to "10"' }),
  best_day: meanOfDay,
  worst_day: meanOfDay,
  streak: Type.Object({ current: Type.Integer(), longest: Type.Integer() }),
  change: Type.Object({ previous_mean: nullable(number), difference: nullable(number), ci95: interval }),
});

export const seriesSchema = Type.Object({
  ...always,
  buckets: Type.Array(
    Type.Object({
      start: day,
      mean: nullable(number),
      days: Type.Integer(),
      entries: Type.Integer(),
      min: nullable(number),
      max: nullable(number),
      rolling_7d: nullable(number),
    }),
  ),
});

export const calendarSchema = Type.Object({
  ...always,
  days: Type.Array(Type.Object({ day, mean: nullable(number), entries: Type.Integer() })),
});

export const breakdownSchema = Type.Object({
  ...always,
  groups: Type.Array(
    Type.Object({
      key: Type.String(),
      mean: nullable(number),
      days: Type.Integer(),
      entries: Type.Integer(),
      ci95: interval,
    }),
  ),
});

export const effectsSchema = Type.Object({
  ...always,
  effects: Type.Array(
    Type.Object({
      factor: Type.String(),
      kind: Type.Enum(['category', 'tag', 'measure']),
      lag_days: Type.Integer({ minimum: 0, maximum: 1 }),
      effect: nullable(number),
      ci95: interval,
      unit: Type.Enum(['mood points', 'mood points per unit']),
      n_with: Type.Integer(),
      n_without: Type.Integer(),
      p: nullable(number),
      q: nullable(number),
      verdict: Type.Enum(['likely', 'possible', 'no_detectable_effect', 'not_enough_data']),
      summary: Type.String({ description: 'One plain sentence' }),
    }),
  ),
});

export const shiftsSchema = Type.Object({
  ...always,
  shifts: Type.Array(
    Type.Object({ day, before_mean: number, after_mean: number, difference: number, ci95: interval }),
  ),
});

export const onThisDaySchema = Type.Object({ ...always, entries: Type.Array(entrySchema) });
