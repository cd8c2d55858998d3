import { Ajv } from 'ajv';
import { expect } from 'vitest';
import { formats } from '../src/http/formats.ts';
import type { Call } from './app.ts';

/** Fails where the JSON of an answer is not, member for member, what the contract says of the operation and status. */
export type ContractCheck = (operation: string, status: number, json: unknown) => void;

/** The check by the contract that a server publishes; `operation` is `GET /api/v1/entries/{id}`. */
export async function publishedContract(call: Call): Promise<ContractCheck> {
  const { json: document } = await call('GET', '//openapi.json');
  const ajv = new Ajv({ strict: false, formats });
  return (operation, status, json) => {
    const [method = '', path = ''] = operation.split(' ');
    const { responses } = document.paths[path][method.toLowerCase()];
    const { schema } = responses[status].content['application/json'];
    const validate = ajv.compile(closed({ ...schema, components: document.components }) as object);
    expect([operation, validate(json), validate.errors]).toEqual([operation, true, null]);
  };
}

/** Nothing but what the schema names, at any depth. */
function closed(schema: unknown): unknown {
  if (typeof schema !== 'object' || schema === null) return schema;
  if (Array.isArray(schema)) return schema.map(closed);
  const members = Object.fromEntries(Object.entries(schema).map(([name, each]) => [name, closed(each)]));
  // What an entry measures is named by its writer.
  const named = (schema as { properties?: object }).properties ?? {};
  return Object.keys(named).length === 0 ? members : { ...members, additionalProperties: false };
}
