import type { ConstraintMeanings } from '../db/errors.ts';

/** What the constraints of the accounts' tables mean to the person whose row broke one. */
export const accountConstraints = {
  users_email_key: {
    status: 409,
    code: 'email_taken',
    detail: 'There is an account with this e-mail address already.',
  },
  users_email_length: {
    status: 422,
    code: 'validation_failed',
    pointer: '/email',
    detail: 'must have 3 to 320 characters',
  },
} satisfies ConstraintMeanings;
