import type { ConstraintMeanings } from '../db/errors.ts';

const invalid = (pointer: string, detail: string) =>
  ({ status: 422, code: 'validation_failed', pointer, detail }) as const;

/** What the constraints of the webhooks' tables mean to the person whose row broke one. */
export const webhookConstraints = {
  journals_webhooks_limit: {
    status: 409,
    code: 'too_many_webhooks',
    detail: 'There are 50 webhooks already; delete one first.',
  },
  webhooks_url_length: invalid('/url', 'must have at most 2,000 characters'),
  webhooks_description_length: invalid('/description', 'must have at most 200 characters'),
  webhooks_events_known: invalid('/events', 'must name at least one known event'),
} satisfies ConstraintMeanings;
