import { expect, test } from 'vitest';
import { predecessorSchema, sqliteFile } from './files.ts';
import { entriesOf, imported, transferApp } from './world.ts';

const server = await transferApp();

test('the predecessor’s database: the rows of the account with the same e-mail, whatever is in them', async () => {
  const someone = await server.person();
  const file = sqliteFile((database) => {
    database.exec(predecessorSchema);
    database.run(`insert into users values (7, ?, 'x', '2023-01-01 00:00:00')`, someone.email.toUpperCase());
    database.run(`insert into users values (8, 'other@example.org', 'x', '2023-01-01 00:00:00')`);
    const add = database.prepare(
      'insert into entries (user_id, text, mood, category, created_at) values (?, ?, ?, ?, ?)',
    );
    for (const row of [
      [7, 'plain', 8, 'work', '2024-01-05 03:02:50'],
      [7, 'same second', null, null, '2024-01-05 03:02:50'],
      [7, 'text mood', '7', '', '2024-01-06 03:02:50'],
      ['7', 'real mood', 6.0, ' padded ', '2024-01-07T03:02:50+01:00'],
      [7, 42, 'good', 'general', 1_704_682_970],
      [7, 'half a mood', 6.5, null, '2024-01-08 03:02:50'],
      [7, '', null, null, '2024-01-08 03:02:50'],
      [7, 'no time', 5, null, null],
      [7, new Uint8Array([0xff, 0xfe]), 5, null, '2024-01-08 03:02:50'],
      [8, 'somebody else’s', 8, 'work', '2024-01-05 03:02:50'],
      [99, 'nobody’s', 8, 'work', '2024-01-05 03:02:50'],
    ])
      add.run(row);
    add.finalize();
  });
  const report = await imported(server, someone, file, '?mood_map=good:8');
  expect(report).toMatchObject({ format: 'sqlite', total: 9, created: 5 });
  expect(report.errors.map(({ row, code }: { row: number; code: string }) => [row, code])).toEqual([
    [6, 'mood_invalid'],
    [7, 'entry_empty'],
    [8, 'time_invalid'],
    [9, 'cell_invalid'],
  ]);
  const entries = await entriesOf(someone);
  expect(entries.map(({ text, mood, category, at }) => [text, mood, category, at])).toEqual([
    ['plain', 8, 'work', '2024-01-05T03:02:50.000Z'],
    ['same second', null, 'general', '2024-01-05T03:02:50.000Z'],
    ['text mood', 7, 'general', '2024-01-06T03:02:50.000Z'],
    ['real mood', 6, 'padded', '2024-01-07T02:02:50.000Z'],
    ['42', 8, 'general', '2024-01-08T03:02:50.000Z'],
  ]);
});

test('a file in WAL mode is read like any other', async () => {
  const someone = await server.person();
  const file = sqliteFile((database) => {
    database.exec(predecessorSchema);
    database.run(`insert into users values (1, ?, 'x', '2023-01-01 00:00:00')`, someone.email);
    database.run(`insert into entries values (1, 1, 'wal', 5, null, '2024-01-05 03:02:50')`);
  });
  file.set([2, 2], 18);
  expect((await imported(server, someone, file)).created).toBe(1);
});

test.each([
  ['without the account', 'account_not_in_file', predecessorSchema],
  ['without the tables', 'format_mismatch', 'create table notes (x)'],
  [
    'with a view for a table, which could count for ever',
    'format_mismatch',
    `create table users (id, email, password_hash, created_at);
     create view entries as with recursive n(id) as (select 1 union all select id + 1 from n)
     select id, 1 as user_id, '' as text, 1 as mood, '' as category, '' as created_at from n`,
  ],
  [
    'with a column that is computed, and could be of any size',
    'format_mismatch',
    `create table users (id, email, password_hash, created_at);
     create table entries (id, user_id, text as (hex(zeroblob(400000000))), mood, category, created_at)`,
  ],
])('a database %s fails and says so', async (_what, code, schema) => {
  const someone = await server.person();
  const report = await imported(
    server,
    someone,
    sqliteFile((database) => database.exec(schema)),
  );
  expect([report.state, report.errors[0].row, report.errors[0].code]).toEqual(['failed', 0, code]);
});

test('a damaged database fails with what is wrong, and the rows before are kept', async () => {
  const someone = await server.person();
  const file = sqliteFile((database) => {
    database.exec(predecessorSchema);
    database.run(`insert into users values (1, ?, 'x', '2023-01-01 00:00:00')`, someone.email);
    database.exec('begin');
    for (let n = 0; n < 2000; n++)
      database.run(`insert into entries values (null, 1, ?, 5, null, '2024-01-05 03:02:50')`, `entry ${n}`);
    database.exec('commit');
  });
  const pageOf = (text: string) => Math.floor(file.indexOf(text) / 4096) * 4096;
  for (const [from, kept] of [
    [pageOf(someone.email), 0],
    [pageOf('entry 1500'), 1000],
  ] as const) {
    const broken = Buffer.from(file);
    broken.fill(0xa5, from, from + 4096);
    const { state, errors, created } = await imported(server, someone, broken);
    expect([state, errors.at(-1).row, errors.at(-1).code]).toEqual(['failed', 0, 'file_damaged']);
    expect(created).toBe(kept);
  }
  const cut = await imported(server, someone, file.subarray(0, 50));
  expect([cut.state, cut.created]).toEqual(['failed', 0]);
});
