import { Type } from 'typebox';
import { instant, label, nullable, strictObject, text, timeZone, uuid } from '../http/schemas.ts';
import { scopes } from '../http/types.ts';

const readOnly = Type.Optional(Type.Unknown({ readOnly: true }));
const email = text(320, 1);
const password = text(1024);

export const userSchema = Type.Object({
  id: uuid,
  email: Type.String(),
  name: Type.String(),
  time_zone: Type.String(),
  day_start_minutes: Type.Integer(),
  created_at: instant,
});

export const signedInSchema = Type.Object({ user: userSchema, token: Type.String() });

export const registerBody = strictObject({ email, password, time_zone: Type.Optional(timeZone) });

export const loginBody = strictObject({ email, password });

export const meBody = strictObject({
  name: Type.Optional(nullable(text(200))),
  time_zone: Type.Optional(nullable(timeZone)),
  day_start_minutes: Type.Optional(nullable(Type.Integer({ minimum: 0, maximum: 720 }))),
  id: readOnly,
  email: readOnly,
  created_at: readOnly,
});

export const passwordBody = strictObject({ current_password: password, new_password: password });

export const deleteMeBody = strictObject({ password });

export const sessionSchema = Type.Object({
  id: uuid,
  kind: Type.Union([Type.Literal('session'), Type.Literal('token')]),
  created_at: instant,
  last_used_at: nullable(instant),
  expires_at: nullable(instant),
  ip: nullable(Type.String()),
  user_agent: nullable(Type.String()),
  current: Type.Boolean(),
});

export const tokenBody = strictObject({
  name: label(100),
  scopes: Type.Array(Type.Enum([...scopes]), { minItems: 1, uniqueItems: true }),
  expires_at: Type.Optional(nullable(instant)),
});

export const tokenSchema = Type.Object({
  id: uuid,
  name: Type.String(),
  scopes: Type.Array(Type.String()),
  created_at: instant,
  last_used_at: nullable(instant),
  expires_at: nullable(instant),
});

export const newTokenSchema = Type.Object({ ...tokenSchema.properties, token: Type.String() });

export const eventSchema = Type.Object({
  id: uuid,
  at: instant,
  type: Type.String(),
  ip: nullable(Type.String()),
  detail: Type.Object({}),
});

export const eventsQuery = strictObject({
  cursor: Type.Optional(text(1000)),
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 100 })),
});
