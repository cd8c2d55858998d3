import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { testApp, type Answer, type Person } from '../app.ts';
import { escaped, label, spoiled, unicode } from './texts.ts';

const { person } = await testApp();

interface Words {
  text: string;
  category: string;
  tags: string[];
}

const words = fc.record<Words>({
  text: unicode(200),
  category: label,
  tags: fc.uniqueArray(label, { maxLength: 5 }),
});
const isEscaped = fc.boolean();

// A text has about a hundred code points: so many texts have each awkward one dozens of times.
const runs = 75;

/** A blank text alone would make no entry. */
const body = (entry: Words, escape: boolean) => {
  const json = JSON.stringify({ ...entry, mood: 5 });
  return escape ? escaped(json) : json;
};

const wordsOf = ({ text, category, tags }: Words): Words => ({ text, category, tags });

/** The only entry of somebody, as every door that shows it shows it. */
async function expectEverywhere(anna: Person, id: string, written: Words): Promise<void> {
  const [one, list, categories, tags] = await Promise.all(
    [`/entries/${id}`, '/entries', '/categories', '/tags'].map((path) => anna.call('GET', path)),
  );
  expect(wordsOf(one?.json)).toEqual(written);
  expect(list?.json.entries.map(wordsOf)).toEqual([written]);
  expect(namesOf(categories, 'categories')).toEqual([written.category]);
  expect(namesOf(tags, 'tags')).toEqual(written.tags.toSorted());
}

function namesOf(answer: Answer | undefined, member: string): string[] {
  return answer?.json[member].map(({ name }: { name: string }) => name).toSorted();
}

test('text written by POST comes back code point for code point', async () => {
  const anna = await person();
  await fc.assert(
    fc.asyncProperty(words, isEscaped, async (written, escape) => {
      const { status, json } = await anna.call('POST', '/entries', { body: body(written, escape) });
      expect(status).toBe(201);
      expect(wordsOf(json)).toEqual(written);
      await expectEverywhere(anna, json.id, written);
      await anna.call('DELETE', `/entries/${json.id}`);
    }),
    { numRuns: runs },
  );
});

test('text written by PUT over another comes back code point for code point', async () => {
  const anna = await person();
  const id = randomUUID();
  await fc.assert(
    fc.asyncProperty(words, isEscaped, async (written, escape) => {
      const { status, json } = await anna.call('PUT', `/entries/${id}`, { body: body(written, escape) });
      expect([200, 201]).toContain(status);
      expect(wordsOf(json)).toEqual(written);
      await expectEverywhere(anna, id, written);
    }),
    { numRuns: runs },
  );
});

test('a PATCH of some words changes these code point for code point and leaves the others', async () => {
  const anna = await person();
  const id = randomUUID();
  const some = fc.record<Words>(
    { text: unicode(200), category: label, tags: fc.uniqueArray(label, { maxLength: 5 }) },
    { requiredKeys: [] },
  );
  await fc.assert(
    fc.asyncProperty(words, some, isEscaped, async (before, change, escape) => {
      await anna.call('PUT', `/entries/${id}`, { body: body(before, false) });
      const json = JSON.stringify(change);
      const sent = await anna.call('PATCH', `/entries/${id}`, { body: escape ? escaped(json) : json });
      expect(sent.status).toBe(200);
      expect(wordsOf(sent.json)).toEqual({ ...before, ...change });
      await expectEverywhere(anna, id, { ...before, ...change });
    }),
    { numRuns: runs },
  );
});

test('a category and a tag can be asked for by exactly the text they are', async () => {
  const anna = await person();
  const id = randomUUID();
  await fc.assert(
    fc.asyncProperty(label, label, async (category, tag) => {
      await anna.call('PUT', `/entries/${id}`, { body: { mood: 5, category, tags: [tag] } });
      const query = new URLSearchParams({ category, tag }).toString();
      const { status, json } = await anna.call('GET', `/entries?${query}`);
      expect(status).toBe(200);
      expect(json.entries.map((entry: { id: string }) => entry.id)).toEqual([id]);
    }),
    { numRuns: runs },
  );
});

test.each([
  ['20,000 characters of four bytes', '\u{1f600}'.repeat(20_000)],
  ['20,000 marks on one letter', `e${'\u0301'.repeat(19_999)}`],
  ['a byte order mark first, white space and line ends of every kind', '\ufeff \u0085\u2028\r\n\ta\r\u3000'],
  ['characters that UTF-8 has only since its repair', '\u{10ffff}\ufffe\uffff\ufdd0'],
])('%s', async (_name, text) => {
  const anna = await person();
  const { status, json } = await anna.call('POST', '/entries', { body: { text } });
  expect(status).toBe(201);
  expect(json.text === text).toBe(true);
  const { json: again } = await anna.call('GET', `/entries/${json.id}`);
  expect(again.text === text).toBe(true);
});

const forbidden = fc.oneof(
  fc.constant('\0'),
  fc.integer({ min: 0xd800, max: 0xdfff }).map((unit) => String.fromCharCode(unit)),
);

test('U+0000 and lone surrogates are refused wherever they stand, by the pointer of where they stand', async () => {
  const anna = await person();
  const id = randomUUID();
  const old = { text: 'old', category: 'old', tags: ['old'] };
  await anna.call('PUT', `/entries/${id}`, { body: old });
  await fc.assert(
    fc.asyncProperty(
      unicode(40),
      forbidden,
      fc.nat(40),
      fc.constantFrom('/text', '/category', '/tags/0', '/tags/2'),
      fc.constantFrom('POST', 'PUT', 'PATCH'),
      async (text, unit, place, pointer, method) => {
        const bad = spoiled(text, place, unit);
        const path = method === 'POST' ? '/entries' : `/entries/${id}`;
        const { status, json } = await anna.call(method, path, { body: entryWith(pointer, bad) });
        expect(status).toBe(422);
        expect(json).toMatchObject({ code: 'validation_failed', errors: [{ pointer }] });
        expect(json.errors).toHaveLength(1);
      },
    ),
    { numRuns: runs },
  );
  await expectEverywhere(anna, id, old);
});

function entryWith(pointer: string, text: string): object {
  const tags = pointer === '/tags/0' ? [text] : ['a', 'b', text];
  return {
    mood: 5,
    ...(pointer === '/text' ? { text } : {}),
    ...(pointer === '/category' ? { category: text } : {}),
    ...(pointer.startsWith('/tags') ? { tags } : {}),
  };
}

test.each([
  ['?category=a%00', 422, 'validation_failed'],
  ['?tag=%00', 422, 'validation_failed'],
  ['?q=a%00b', 422, 'validation_failed'],
  ['?category=%ED%A0%80', 400, 'malformed_request'],
  ['?q=%ED%B0%80', 400, 'malformed_request'],
])('%s is refused', async (query, status, code) => {
  const anna = await person();
  const answer = await anna.call('GET', `/entries${query}`);
  expect([answer.status, answer.json.code]).toEqual([status, code]);
  if (status === 422) expect(answer.json.errors[0].pointer).toBe(query.split('=')[0]);
});
