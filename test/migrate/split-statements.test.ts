import fc from 'fast-check';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { splitStatements } from '../../src/db/migrate/split-statements.ts';

const texts = (sql: string) => splitStatements(sql).map(({ text }) => text);

describe('a semicolon ends a statement', () => {
  test.each([
    ['', []],
    [' ;; \n; ', []],
    ['-- nothing\n/* at all; */', []],
    ['select 1', ['select 1']],
    ['select 1;\n\n-- two\nselect 2 ; ', ['select 1', 'select 2']],
    ['a;b;c', ['a', 'b', 'c']],
  ])('%j', (sql, expected) => expect(texts(sql)).toEqual(expected));
});

describe('but not', () => {
  test.each([
    ['in a string', `select 'a;''b;'`],
    ['after a backslash in a plain string', String.raw`select '\' , ';'`],
    ['after an escaped quote', String.raw`select E'\';', e'a''\';'`],
    ['in the continuation of an escape string', `select E'a' -- ;'\n\n 'b\\';'`],
    ['in a Unicode string', String.raw`select U&'\0041;', N';', B'0'`],
    ['in a quoted name', `select 1 as "a;""b;"`],
    ['in a dollar quote', 'do $$ begin; $a$ ; $a$ end $$'],
    ['in a named dollar quote', 'do $été_1$ $$;$$ $é$;$é$ $été_1$'],
    ['after a name with dollars', `select 1 as a$b$, ';$b$'`],
    ['after a name that ends in e', `select date';', 1 as e`],
    ['in a line comment', 'select 1 -- ; it\'s "one" $$\n + 2'],
    ['in nested block comments', "select 1 /* ; /* ' */ ; */ + 2"],
    ['in parentheses', 'create rule r as on insert to t do also (select 1; select 2)'],
    [
      'in a body',
      'create function f() returns int begin atomic select 1; select case 1 when 1 then 2 end; END',
    ],
    [
      'after names like keywords in a body',
      'create procedure p() begin atomic select 1 as end; select t.case from t; end',
    ],
    ['where a string never ends', "select 'a; b"],
    ['where a comment never ends', 'select 1 /* a; b'],
    ['where a dollar quote never ends', 'select $a$ ; $b$'],
    ['where a parenthesis is never closed', 'create table t (a int; b int'],
  ])('%s', (_, sql) => {
    expect(texts(sql)).toEqual([sql]);
  });
});

test('what follows a body is a statement of its own', () => {
  const body = 'create function f() returns int begin atomic select case when true then 1 end; end';
  expect(texts(`${body}; select 1 as atomic; begin; end`)).toEqual([
    body,
    'select 1 as atomic',
    'begin',
    'end',
  ]);
});

test('offsets lead back to the text', () => {
  const sql = "-- 😀;\nselect '😀';\n  /* ; */ select 2;";
  for (const { text, offset } of splitStatements(sql)) expect(sql.startsWith(text, offset)).toBe(true);
  expect(texts(sql)).toEqual(["select '😀'", 'select 2']);
});

test('a long string of escapes is no deep recursion', () => {
  const sql = `select E'${"\\'''".repeat(200_000)}'`;
  expect(splitStatements(`${sql};${sql}`)).toHaveLength(2);
});

describe('as PostgreSQL counts them', () => {
  let client: Client;
  beforeAll(async () => {
    client = new Client(inject('postgres'));
    await client.connect();
  });
  afterAll(() => client.end());

  const expression = fc.constantFrom(
    `'a;b'`,
    `''';'`,
    String.raw`'\'`,
    String.raw`E'\';'`,
    `E'a'\n';b\\';'`,
    `E'a'--';\n\t'\\';'`,
    `'a'\n';b\\'`,
    String.raw`U&'\0041;'`,
    `$$;'$$`,
    `$t$;$$;$t$`,
    `1 as "a;b"`,
    `1 as a$b$`,
    `1 as é`,
    `1 as end`,
    `/*;/*;'*/;*/1`,
    `--;'\n1`,
    `(1)+1`,
    `case when true then 1 end`,
    `date'2020-01-01'`,
    `5/-1`,
  );
  const statement = fc
    .array(expression, { minLength: 1, maxLength: 4 })
    .map((expressions) => `select ${expressions.join(',')}`);
  const separator = fc.constantFrom(';', ' ; ', ';\n', ';;', ';--;\n', ';/*;*/');

  test('in any mixture', async () => {
    const file = fc.array(fc.tuple(statement, separator), { minLength: 1, maxLength: 5 });
    await fc.assert(
      fc.asyncProperty(file, async (parts) => {
        const answers = await client.query(parts.flat().join(''));
        const count = Array.isArray(answers) ? answers.length : 1;
        expect(texts(parts.flat().join(''))).toEqual(parts.map(([text]) => text));
        expect(count).toBe(parts.length);
      }),
      { numRuns: 300 },
    );
  });
});
