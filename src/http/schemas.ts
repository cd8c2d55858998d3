import { Type, type Static, type TObject, type TProperties, type TSchema } from 'typebox';

/** An object of these members and no others. */
export function strictObject<Members extends TProperties>(members: Members): TObject<Members> {
  return Type.Object(members, { additionalProperties: false });
}

/** Text of at most `maxLength` code points, anything but U+0000 and lone surrogates. */
export function text(maxLength: number, minLength = 0) {
  return Type.String({ format: 'text', minLength, maxLength });
}

/** A short text that is not blank. */
export function label(maxLength: number) {
  return Type.String({ format: 'label', minLength: 1, maxLength });
}

export const instant = Type.String({ format: 'instant' });
export const day = Type.String({ format: 'day' });
export const timeZone = Type.String({ format: 'time-zone', maxLength: 64 });
export const uuid = Type.String({ format: 'uuid' });

/** `schema`, which must be of one type, or null; one schema and not a union, so that a breach has one message. */
export function nullable<Schema extends TSchema>(schema: Schema) {
  const { type } = schema as { type?: string };
  return Type.Unsafe<Static<Schema> | null>({ ...schema, type: [type, 'null'] });
}

/** The parameter of paths that end in an id; what is no UUID names nothing and is answered by the handler: 404. */
export const byId = Type.Object({ id: Type.String({ description: 'A UUID' }) });

export const noContent = Type.Null({ description: 'Done; there is nothing to say.' });

/** Answers that are no success, RFC 9457. */
export const problemSchema = Type.Object(
  {
    type: Type.String(),
    title: Type.String(),
    status: Type.Integer(),
    detail: Type.String(),
    code: Type.String(),
    request_id: Type.String(),
    errors: Type.Optional(Type.Array(Type.Object({ pointer: Type.String(), detail: Type.String() }))),
  },
  { $id: 'Problem' },
);

/** The answers of a route for the contract: its own by status, and a problem for all others. */
export function answers<Answers extends Record<number, object>>(own: Answers) {
  return { ...own, default: { description: 'A problem', $ref: 'Problem#' } };
}
