import { isUtf8 } from 'node:buffer';
import type { preValidationHookHandler } from 'fastify';
import { malformedRequest } from './errors.ts';
import { Problem, validationFailed } from './problem.ts';
import type { App } from './types.ts';

/**
 * Reads JSON bodies. Members named `__proto__` are kept as what they are, own members, for the schema to
 * refuse: nothing here merges a body into another object.
 */
export function readJsonBodies(app: App): void {
  app.addHook('onRoute', (route) => {
    // A route that says what it consumes takes something else than JSON.
    if (route.schema?.consumes !== undefined) return;
    route.preValidation = route.schema?.body === undefined ? refuseBody : requireBody;
  });
  app.decorateRequest('rawBody');
  app.removeAllContentTypeParsers();
  app.addContentTypeParser(
    ['application/json', 'application/merge-patch+json'],
    { parseAs: 'buffer' },
    (request, body, done) => {
      request.rawBody = body as Buffer;
      try {
        refuseEncoded(request.headers['content-encoding']);
        const isNone = body.length === 0 && request.routeOptions.schema?.body === undefined;
        // Some clients name the type of a body that they don't send.
        done(null, isNone ? undefined : parseJson(body as Buffer));
      } catch (error) {
        done(error as Error);
      }
    },
  );
}

// Fastify shows a missing body to the schema as null, which is a body of its own.
const requireBody: preValidationHookHandler = (request, _reply, done) => {
  done(request.body === undefined ? bodyMissing() : undefined);
};

/** Where nothing is taken, nothing is dropped in silence either; an empty object says nothing. */
const refuseBody: preValidationHookHandler = ({ body }, _reply, done) => {
  const isObject = typeof body === 'object' && !Array.isArray(body);
  const isNothing = body === undefined || (isObject && Object.keys(body ?? {}).length === 0);
  done(isNothing ? undefined : validationFailed([{ pointer: '', detail: 'must be absent or empty here' }]));
};

/** Nothing is unpacked here, so that no body grows past its limit; and packed bytes are not JSON. */
function refuseEncoded(encoding: string | undefined): void {
  if (encoding === undefined || encoding.toLowerCase() === 'identity') return;
  throw new Problem(415, 'unsupported_media_type', 'The body must not be compressed.', {
    headers: { 'accept-encoding': 'identity' },
  });
}

function parseJson(body: Buffer): unknown {
  if (!isUtf8(body)) throw malformedRequest();
  if (body.length === 0) throw bodyMissing();
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    throw new Problem(400, 'malformed_json', 'The body is not JSON.');
  }
}

function bodyMissing(): Problem {
  return new Problem(400, 'malformed_json', 'A JSON body is needed here.');
}
