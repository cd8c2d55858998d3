import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { testApp, type Person } from '../app.ts';
import { mergePatch, type Json, type JsonObject } from './rfc-7396.ts';
import { label, unicode } from './texts.ts';

const { person } = await testApp();

const defaults = {
  text: '',
  mood: null,
  category: 'general',
  tags: [],
  measures: {},
  time_zone: 'Asia/Tokyo',
};
const members = ['text', 'mood', 'category', 'tags', 'measures', 'at', 'time_zone'];

const only = (entry: JsonObject): JsonObject =>
  Object.fromEntries(members.map((name) => [name, entry[name] as Json]));

async function traveller(): Promise<Person> {
  const anna = await person();
  await anna.call('PATCH', '/me', { body: { time_zone: defaults.time_zone } });
  return anna;
}

// Appendix A of the RFC. Its members are measures here, since these are an object whose members come and go:
// "b" is 1, "c" 2, "d" 3, and `a` where it holds an object is `measures` itself.
test.each<[string, JsonObject, JsonObject, JsonObject]>([
  ['a member is replaced', { a: 1 }, { a: 2 }, { a: 2 }],
  ['a member is added', { a: 1 }, { b: 2 }, { a: 1, b: 2 }],
  ['null removes', { a: 1 }, { a: null }, {}],
  ['null removes one of two', { a: 1, b: 2 }, { a: null }, { b: 2 }],
  ['objects are merged, null within removes what is not there', { b: 2 }, { b: 3, c: null }, { b: 3 }],
  ['null in a new object leaves it empty', {}, { bb: null }, {}],
  ['a value of another type replaces', { a: true }, { a: 1 }, { a: 1 }],
])('Appendix A on measures: %s', async (_what, before, change, after) => {
  const anna = await person();
  const { json } = await anna.call('POST', '/entries', { body: { mood: 5, measures: before } });
  const { status } = await anna.call('PATCH', `/entries/${json.id}`, { body: { measures: change } });
  expect(status).toBe(200);
  expect((await anna.call('GET', `/entries/${json.id}`)).json.measures).toEqual(after);
});

test('Appendix A on lists: they are replaced whole, never merged', async () => {
  const anna = await person();
  const { json } = await anna.call('POST', '/entries', { body: { mood: 5, tags: ['a', 'b'] } });
  const { json: patched } = await anna.call('PATCH', `/entries/${json.id}`, { body: { tags: ['c'] } });
  expect(patched.tags).toEqual(['c']);
});

test('Appendix A: a member that is null stays null beside a change of another', async () => {
  const anna = await person();
  const { json } = await anna.call('POST', '/entries', { body: { text: 'foo', mood: null } });
  const { json: patched } = await anna.call('PATCH', `/entries/${json.id}`, { body: { measures: { a: 1 } } });
  expect(only(patched)).toEqual({ ...only(json), measures: { a: 1 } });
});

test.each([['["c"]'], ['["c","d"]'], ['null'], ['"bar"'], ['1'], ['true'], ['[]']])(
  'Appendix A: %s would put no object in the place of an entry, and changes nothing',
  async (patch) => {
    const anna = await person();
    const { json } = await anna.call('POST', '/entries', { body: { text: 'foo' } });
    const { status, json: problem } = await anna.call('PATCH', `/entries/${json.id}`, { body: patch });
    expect([status, problem.code]).toEqual([422, 'validation_failed']);
    expect((await anna.call('GET', `/entries/${json.id}`)).json).toEqual(json);
  },
);

test.each([
  [{ measures: { a: { b: 1 } } }],
  [{ measures: { a: [1] } }],
  [{ measures: [1] }],
  [{ tags: { a: null } }],
])('what merging would make of %j is no entry: nothing is changed', async (patch) => {
  const anna = await person();
  const { json } = await anna.call('POST', '/entries', { body: { text: 'foo', measures: { a: 1 } } });
  expect((await anna.call('PATCH', `/entries/${json.id}`, { body: patch })).status).toBe(422);
  expect((await anna.call('GET', `/entries/${json.id}`)).json).toEqual(json);
});

const mood = fc.integer({ min: 1, max: 10 });
const tags = fc.uniqueArray(label, { maxLength: 4 });
const zone = fc.constantFrom('UTC', 'Europe/Paris', 'America/St_Johns');
const at = fc
  .date({ min: new Date('1900-01-01T00:00:00Z'), max: new Date('2025-01-01T00:00:00Z'), noInvalidDate: true })
  .map((date) => date.toISOString());
const name = fc.oneof(fc.constantFrom('a', 'b', 'c', 'd'), fc.stringMatching(/^[a-z][a-z0-9_]{0,39}$/));
const value = fc.oneof(
  fc.boolean(),
  fc.integer(),
  // JSON has no -0: it is written as 0.
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((number) => (number === 0 ? 0 : number)),
);
const plain = { noNullPrototype: true, maxKeys: 6 };
const text = unicode(30);

const wholeEntry = fc.record({
  text,
  mood: fc.option(mood),
  category: label,
  tags,
  measures: fc.dictionary(name, value, plain),
  at,
  time_zone: zone,
});

const anyPatch = fc.record(
  {
    text: fc.option(text),
    mood: fc.option(mood),
    category: fc.option(label),
    tags: fc.option(tags),
    measures: fc.option(fc.dictionary(name, fc.option(value), plain)),
    at: fc.option(at),
    time_zone: fc.option(zone),
    version: fc.nat(),
    local_day: fc.constant('1999-01-01'),
  },
  { requiredKeys: [] },
);

const mediaType = fc.constantFrom('application/json', 'application/merge-patch+json');

/** The entry that a patch should make of another, by the RFC's pseudo-code; null members are at their defaults. */
function expected(before: JsonObject, patch: JsonObject, now: Json): JsonObject {
  const merged = mergePatch(only(before), only(patch)) as JsonObject;
  return { ...defaults, at: now, ...merged };
}

const isEmpty = (entry: JsonObject) =>
  /^\p{White_Space}*$/u.test(entry['text'] as string) &&
  entry['mood'] === null &&
  Object.keys(entry['measures'] as JsonObject).length === 0;

test('PATCH does what the RFC’s pseudo-code does, and null gives the default', async () => {
  const anna = await traveller();
  const id = randomUUID();
  await fc.assert(
    fc.asyncProperty(wholeEntry, anyPatch, mediaType, async (start, patch, type) => {
      fc.pre(!isEmpty(start));
      const { json: before } = await anna.call('PUT', `/entries/${id}`, { body: start });
      expect(only(before)).toEqual(start);
      const headers = { 'content-type': type };
      const answer = await anna.call('PATCH', `/entries/${id}`, { body: patch, headers });
      const { json: after } = await anna.call('GET', `/entries/${id}`);
      const wanted = expected(before, patch, after.updated_at);
      if (isEmpty(wanted)) {
        expect([answer.status, answer.json.code]).toEqual([422, 'entry_empty']);
        expect(after).toEqual(before);
        return;
      }
      expect(answer.status).toBe(200);
      expect(answer.json).toEqual(after);
      expect(only(after)).toEqual(wanted);
      const { created_at: created, version } = before;
      expect(after).toMatchObject({ id, created_at: created, version: version + 1 });
    }),
    // Nine members in three states, two at a time: each pair is there a dozen times and more.
    { numRuns: 200 },
  );
});
