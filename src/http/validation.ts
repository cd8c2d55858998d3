import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import type { FastifySchemaCompiler } from 'fastify';
import { formatDetails, formats } from './formats.ts';
import { validationFailed, type MemberError } from './problem.ts';
import { convertQuery } from './query.ts';
import { strictObject } from './schemas.ts';
import type { App } from './types.ts';

/** How many wrong members one answer names: a body of 1 MiB can hold a great many. */
const mostErrors = 50;

/**
 * Compiles the schemas of bodies and queries. Nothing is coerced, defaulted or removed in a body; a query,
 * which is text, is read into the types its schema asks for first. Throws a 422 naming every wrong member.
 * Each is compiled when it is first used: all of them would be a good part of the work of a start.
 */
export function schemaCompiler(): FastifySchemaCompiler<object> {
  const ajv = new Ajv({
    allErrors: true,
    strict: false,
    coerceTypes: false,
    useDefaults: false,
    verbose: true,
    // `test/http/contract.test.ts` does, once for all.
    validateSchema: false,
    formats,
    meta: false,
  });
  return ({ schema, httpPart }) => {
    let compiled: ValidateFunction | undefined;
    const isQuery = httpPart === 'querystring';
    return (data: unknown) => {
      const validate = (compiled ??= ajv.compile(schema));
      const value = isQuery ? convertQuery(schema, data as Record<string, string | string[]>) : data;
      if (validate(value)) return { value };
      const errors = describeErrors(validate.errors ?? [], isQuery);
      return { error: validationFailed(errors.slice(0, mostErrors)) };
    };
  };
}

/** A route of the API that names no query parameters takes none: they are refused like any unknown one. */
export function refuseUnknownQueries(app: App): void {
  app.addHook('onRoute', (route) => {
    if (route.config?.access === 'free' || route.schema?.querystring !== undefined) return;
    route.schema = { ...route.schema, querystring: strictObject({}) };
  });
}

/** One sentence per member: the first, or that of a union, which says it better than its branches do. */
function describeErrors(errors: ErrorObject[], isQuery: boolean): MemberError[] {
  const members = new Map<string, string>();
  for (const error of errors) {
    const pointer = pointerOf(error, isQuery);
    if (!members.has(pointer) || error.keyword === 'anyOf') members.set(pointer, detailOf(error));
  }
  return [...members].map(([pointer, detail]) => ({ pointer, detail }));
}

function pointerOf({ instancePath, keyword, params }: ErrorObject, isQuery: boolean): string {
  const member: unknown =
    keyword === 'additionalProperties'
      ? params['additionalProperty']
      : keyword === 'required'
        ? params['missingProperty']
        : undefined;
  const path = typeof member === 'string' ? `${instancePath}/${escapePointer(member)}` : instancePath;
  if (!isQuery) return path;
  return `?${path.split('/')[1] ?? ''}`;
}

/** RFC 6901 §3; a lone surrogate in a member's name would not survive UTF-8. */
function escapePointer(member: string): string {
  return member.toWellFormed().replaceAll('~', '~0').replaceAll('/', '~1');
}

function detailOf({ keyword, params, message, parentSchema, schema }: ErrorObject): string {
  switch (keyword) {
    case 'additionalProperties':
      return describedIn(parentSchema) ?? 'is not known here';
    case 'required':
      return 'is missing';
    case 'format':
      return formatDetails[String(params['format'])] ?? `must be a ${String(params['format'])}`;
    case 'enum':
      return `must be one of ${(params['allowedValues'] as unknown[]).join(', ')}`;
    case 'uniqueItems':
      return 'must not hold the same value twice';
    case 'anyOf':
    case 'pattern':
      return describedIn(parentSchema) ?? describedIn(schema) ?? message ?? 'is not as it should be';
    default:
      return message ?? 'is not as it should be';
  }
}

/** A schema may carry the sentence for its own breach; that of an object is for a member that it does not take. */
function describedIn(schema: unknown): string | undefined {
  const rule = (schema as { 'x-rule'?: unknown } | undefined)?.['x-rule'];
  return typeof rule === 'string' ? rule : undefined;
}
