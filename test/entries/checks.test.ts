import { afterAll, expect, test } from 'vitest';
import { cloneDatabase, onServer } from '../database.ts';

// What the database itself refuses of tags and measures, whoever writes them: restored and imported rows too.
const database = await cloneDatabase();
afterAll(() => database.drop());
const row = (length: number, value: string) => `array(select ${value} from generate_series(1, ${length}) n)`;
const object = (length: number) =>
  `(select jsonb_object_agg('m' || n, n) from generate_series(1, ${length}) n)`;

async function holds(check: 'valid_tags' | 'valid_measures', value: string): Promise<boolean | undefined> {
  const [answer] = await onServer<{ holds: boolean }>(
    `select ${check}(${value}) as holds`,
    database.connection,
  );
  return answer?.holds;
}

test.each([
  ['one', `array['run']`, true],
  ['the most', row(32, `'t' || n`), true],
  ['one too many', row(33, `'t' || n`), false],
  ['the same twice', `array['run', 'sun', 'run']`, false],
  ['the same in another case', `array['run', 'Run']`, true],
  ['the longest', `array[repeat('ä', 50)]`, true],
  ['one too long', `array['run', repeat('ä', 51)]`, false],
  ['an empty one', `array['run', '']`, false],
  ['a blank one', `array[U&'\\00A0\\3000']`, false],
  ['none', `array['run', null]`, false],
  ['rows of them', `array[array['run'], array['sun']]`, false],
])('tags: %s', async (_what, value, expected) => {
  expect(await holds('valid_tags', value)).toBe(expected);
});

test.each([
  ['numbers and booleans', `'{"a": 1, "b_2": -0.5e3, "c": true}'`, true],
  ['the most', object(32), true],
  ['one too many', object(33), false],
  ['the longest name', `jsonb_build_object('a' || repeat('0', 39), 1)`, true],
  ['a name too long', `jsonb_build_object('a' || repeat('0', 40), 1)`, false],
  [
    'a name too long among others',
    `jsonb_build_object('z', 1, 'a' || repeat('0', 40), 1, 'zz', true)`,
    false,
  ],
  ['numbers of every size', `'{"a": 1e300, "b": -1e-300, "c": -0.0, "d": false}'`, true],
  ['nothing', `'{}'`, true],
  ['a quote in a name', `'{"a\\"": 1}'`, false],
  ['a letter of another script', `'{"ä": 1}'`, false],
  ['an empty name', `'{"": 1}'`, false],
  ['a capital', `'{"a": 1, "B": 1}'`, false],
  ['a digit first', `'{"1a": 1}'`, false],
  ['a line after the name', `jsonb_build_object(E'a\\n', 1)`, false],
  ['a text', `'{"a": 1, "b": "1"}'`, false],
  ['null', `'{"a": null}'`, false],
  ['a list of numbers', `'{"a": [1]}'`, false],
  ['an empty list', `'{"a": []}'`, false],
  ['an object', `'{"a": {"b": 1}}'`, false],
  ['a list of objects', `'[{"a": 1}]'`, false],
  ['a number alone', `'1'`, false],
])('measures: %s', async (_what, value, expected) => {
  expect(await holds('valid_measures', value)).toBe(expected);
});
