import { Ajv } from 'ajv';
import { expect, test } from 'vitest';
import { formats } from '../../src/http/formats.ts';
import { testApp } from '../app.ts';
import { daily, report, write } from './diary.ts';

const { call, person } = await testApp();
const { json: document } = await call('GET', '//openapi.json');

const range = '?from=2025-03-01&to=2025-06-08';
const reports: [name: string, query: string][] = [
  ['summary', range],
  ['series', range],
  ['series', `${range}&bucket=month`],
  ['calendar', range],
  ['breakdown', range],
  ['breakdown', `${range}&by=hour`],
  ['effects', range],
  ['shifts', range],
  ['on-this-day', '?day=2026-03-01'],
];

/** Nothing but what the schema names, at any depth. */
function closed(schema: unknown): unknown {
  if (typeof schema !== 'object' || schema === null) return schema;
  if (Array.isArray(schema)) return schema.map(closed);
  const members = Object.fromEntries(Object.entries(schema).map(([name, each]) => [name, closed(each)]));
  // What an entry measures is named by its writer.
  const named = (schema as { properties?: object }).properties ?? {};
  return Object.keys(named).length === 0 ? members : { ...members, additionalProperties: false };
}

async function check(someone: Awaited<ReturnType<typeof person>>): Promise<void> {
  const ajv = new Ajv({ strict: false, formats });
  for (const [name, query] of reports) {
    const { content } = document.paths[`/api/v1/insights/${name}`].get.responses[200];
    const validate = ajv.compile(closed(content['application/json'].schema) as object);
    const answer = await report(someone, `${name}${query}`);
    expect([name, query, validate(answer), validate.errors]).toEqual([name, query, true, null]);
  }
}

test('what an empty diary is answered is as the contract says', async () => {
  await check(await person());
});

test('so is what a full one is', async () => {
  const anna = await person();
  const moods = Array.from({ length: 100 }, (_, n) => (n % 9 === 8 ? null : (n < 50 ? 4 : 8) + (n % 3) - 1));
  await write(
    anna,
    daily('2025-03-01', moods, (n) => ({
      tags: n % 3 === 0 ? ['run'] : [],
      measures: { sleep: 6 + (n % 4), ran: n % 2 === 0 },
    })),
  );
  const { shifts } = await report(anna, `shifts${range}`);
  expect(shifts).toHaveLength(1);
  expect((await report(anna, 'on-this-day?day=2026-03-01')).entries).toHaveLength(1);
  await check(anna);
});
