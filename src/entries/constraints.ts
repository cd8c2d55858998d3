import type { ConstraintMeanings } from '../db/errors.ts';

const invalid = (pointer: string, detail: string) =>
  ({ status: 422, code: 'validation_failed', pointer, detail }) as const;

/** What the constraints of the entries' tables mean to the person whose row broke one. */
export const entryConstraints = {
  entries_not_empty: {
    status: 422,
    code: 'entry_empty',
    detail: 'An entry needs a text that is not blank, a mood, or a measure.',
  },
  entries_text_length: invalid('/text', 'must have at most 20,000 characters'),
  entries_mood_range: invalid('/mood', 'must be a whole number from 1 to 10'),
  entries_category_length: invalid('/category', 'must have 1 to 50 characters'),
  entries_category_not_blank: invalid('/category', 'must not be blank'),
  entries_tags_valid: invalid('/tags', 'must be at most 32 different tags of 1 to 50 characters, none blank'),
  entries_measures_valid: invalid('/measures', 'must have at most 32 members'),
  entries_at_not_before_1900: invalid('/at', 'must not lie before 1900-01-01'),
  entries_at_not_in_future: invalid('/at', 'must not lie more than 24 hours ahead'),
} satisfies ConstraintMeanings;
