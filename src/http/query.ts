/** What the query string of a request was parsed into. */
export type RawQuery = Record<string, string | string[]>;

/** Stands for a query string with broken percent-encoding or bytes that are no UTF-8. */
export const malformedQuery: RawQuery = Object.freeze({});

/**
 * Parses a query string; a name that comes twice gives a list. Fastify calls this before any hook runs,
 * so a bad string is answered by the first hook and not thrown here.
 */
export function parseQuery(text: string): RawQuery {
  const query: RawQuery = Object.create(null) as RawQuery;
  try {
    for (const pair of text.split('&')) {
      if (pair === '') continue;
      const [name, value] = splitPair(pair);
      const before = query[name];
      query[name] =
        before === undefined ? value : Array.isArray(before) ? [...before, value] : [before, value];
    }
  } catch {
    return malformedQuery;
  }
  return query;
}

function splitPair(pair: string): [string, string] {
  const equals = pair.indexOf('=');
  if (equals < 0) return [decode(pair), ''];
  return [decode(pair.slice(0, equals)), decode(pair.slice(equals + 1))];
}

function decode(text: string): string {
  return decodeURIComponent(text.replaceAll('+', ' '));
}

interface QuerySchema {
  properties?: Record<string, { type?: string }>;
}

/**
 * Reads the values of a query into the types its schema names. What does not read exactly is left as the
 * text it was, for the schema to refuse: `limit=1e1`, `limit=0x10` and `total=1` are no numbers or booleans here.
 */
export function convertQuery(schema: QuerySchema, query: RawQuery): Record<string, unknown> {
  const converted: Record<string, unknown> = { ...query };
  for (const [name, { type }] of Object.entries(schema.properties ?? {})) {
    const value = converted[name];
    if (value === undefined) continue;
    if (type === 'array') converted[name] = Array.isArray(value) ? value : [value];
    if (type === 'integer' && typeof value === 'string' && /^-?(?:0|[1-9]\d{0,14})$/.test(value))
      converted[name] = Number(value);
    if (type === 'boolean' && (value === 'true' || value === 'false')) converted[name] = value === 'true';
  }
  return converted;
}
