import { Type } from 'typebox';
import { instant, nullable, strictObject, text, uuid } from '../http/schemas.ts';

/** What a webhook can ask for. */
export const events = [
  'entry.created',
  'entry.updated',
  'entry.deleted',
  'entry.restored',
  'import.finished',
  'ping',
] as const;

const event = Type.Enum([...events]);
const eventList = Type.Array(event, { minItems: 1, maxItems: events.length, uniqueItems: true });

const written = {
  description: Type.Optional(text(200)),
  active: Type.Optional(Type.Boolean()),
};

export const webhookBody = strictObject({ url: text(2000, 1), events: eventList, ...written });

const ignored = Type.Optional(Type.Unknown({ readOnly: true, description: 'Read-only: ignored.' }));

export const webhookPatch = strictObject({
  url: Type.Optional(text(2000, 1)),
  events: Type.Optional(eventList),
  ...written,
  id: ignored,
  created_at: ignored,
});

const members = {
  id: uuid,
  url: Type.String(),
  description: Type.String(),
  events: Type.Array(event),
  active: Type.Boolean(),
  created_at: instant,
};

export const webhookSchema = Type.Object(members);
export const webhooksSchema = Type.Object({ webhooks: Type.Array(webhookSchema) });
export const newWebhookSchema = Type.Object({
  ...members,
  secret: Type.String({ description: 'Shown this once: `whsec_` and base64 of 32 bytes' }),
});

export const deliveryRef = Type.Object({ id: uuid });

export const deliverySchema = Type.Object({
  id: uuid,
  event,
  state: Type.Enum(['pending', 'succeeded', 'failed', 'exhausted']),
  attempts: Type.Array(
    Type.Object({
      at: instant,
      status: nullable(Type.Integer()),
      duration_ms: Type.Integer(),
      error: nullable(Type.String()),
    }),
  ),
  next_attempt_at: nullable(instant),
});

export const deliveriesSchema = Type.Object({
  deliveries: Type.Array(deliverySchema),
  next_cursor: nullable(Type.String()),
});

export const deliveriesQuery = strictObject({
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 100 })),
  cursor: Type.Optional(text(1000)),
});

export const byDelivery = Type.Object({
  id: Type.String({ description: 'A UUID' }),
  delivery: Type.String({ description: 'A UUID' }),
});
