import { describe, expect, test } from 'vitest';
import type { Person } from '../app.ts';
import { thereAndBack } from './there-and-back.ts';
import { daymarkFile, torture } from './torture.ts';
import { entriesOf, imported, read, transferApp } from './world.ts';

const server = await transferApp();
const { person } = server;

test('500 entries as strange as the contract allows come back member for member', () =>
  thereAndBack(server, 500));

describe('our own format', () => {
  test('brings back what was written, edited, trashed, and the days as they were counted', async () => {
    const [anna, ben, clara] = [await person(), await person(), await person()];
    await anna.call('PATCH', '/me', { body: { day_start_minutes: 240, time_zone: 'Asia/Tokyo' } });
    for (const at of ['2026-01-05T18:00:00Z', '2026-01-05T20:00:00Z', '2026-01-06T08:00:00Z'])
      await anna.call('POST', '/entries', { body: { mood: 5, at } });
    const [first, second] = await entriesOf(anna);
    await anna.call('PATCH', `/entries/${first.id}`, { body: { text: 'edited' } });
    await anna.call('DELETE', `/entries/${second.id}`);
    const { text: file } = await anna.call('GET', '/export');
    await imported(server, ben, file);
    for (const query of ['', '&trash=true'])
      expect(await entriesOf(ben, query)).toEqual(await entriesOf(anna, query));
    expect((await ben.call('GET', '/me')).json.day_start_minutes).toBe(240);

    // Where entries are already, their days stay as they are counted there.
    await clara.call('POST', '/entries', { body: { text: 'mine' } });
    await imported(server, clara, file);
    expect((await clara.call('GET', '/me')).json.day_start_minutes).toBe(0);
    expect((await clara.call('GET', `/entries/${first.id}`)).json.local_day).toBe('2026-01-06');
  });

  test('brings back the least of all UUIDs', async () => {
    const [anna, ben] = [await person(), await person()];
    for (const id of ['00000000-0000-0000-0000-000000000000', '00000000-0000-0000-0000-000000000001'])
      await anna.call('PUT', `/entries/${id}`, { body: { text: id } });
    const report = await imported(server, ben, (await anna.call('GET', '/export')).text);
    expect([report.state, report.created]).toEqual(['finished', 2]);
  });

  test('an entry that is there already stays as it is', async () => {
    const someone = await person();
    const [entry] = torture(1, 7);
    await someone.call('PUT', `/entries/${entry!.id}`, { body: { text: 'newer' } });
    const report = await imported(server, someone, daymarkFile([entry!]));
    expect([report.created, report.skipped]).toEqual([0, 1]);
    expect((await someone.call('GET', `/entries/${entry!.id}`)).json.text).toBe('newer');
  });

  test('lines that are no entries are told by number; a file that is not whole fails', async () => {
    const someone = await person();
    const [good] = torture(1, 8);
    const { id: _id, ...nameless } = good!;
    const lines = [
      JSON.stringify(good),
      '{"id":',
      JSON.stringify(nameless),
      JSON.stringify({ ...good, id: '01900000-0000-7000-8000-000000000001', mood: 11 }),
      JSON.stringify({ ...good, id: '01900000-0000-7000-8000-000000000002', strange: 1 }),
      JSON.stringify({ ...good, id: '01900000-0000-7000-8000-000000000003', version: 0 }),
      JSON.stringify({
        ...good,
        id: '01900000-0000-7000-8000-000000000004',
        created_at: '2999-01-01T00:00:00Z',
      }),
    ];
    const report = await imported(server, someone, daymarkFile([], { entries: 9 }) + lines.join('\n'));
    expect([report.state, report.created, report.total]).toEqual(['failed', 1, 7]);
    expect(report.errors.map(({ row, code }: { row: number; code: string }) => [row, code])).toEqual([
      [2, 'row_malformed'],
      [3, 'id_invalid'],
      [4, 'validation_failed'],
      [5, 'validation_failed'],
      [6, 'version_invalid'],
      [7, 'time_invalid'],
      [0, 'file_incomplete'],
    ]);
  });
});

describe('a table', () => {
  test('gives back exactly what it shows, and no cell is a formula', async () => {
    const [anna, ben] = [await person(), await person()];
    const cells = [
      '=1+1',
      '+1',
      '-1',
      '@x',
      '\tx',
      '\rx',
      '\nx',
      '＝1',
      '＋1',
      '－1',
      '＠x',
      `'=1`,
      `''x`,
      `'x`,
      '"',
      ' x ',
    ];
    const tags = ['a|b', 'c\\d', ' e ', '=f', '\\', '|'];
    for (const [n, text] of cells.entries()) {
      const measures = { mood: -n, text: n % 2 === 0, sleep: n / 3, at: 1e300 };
      const at = new Date(Date.UTC(2024, 0, 1 + n)).toISOString();
      const body = {
        text,
        category: text,
        tags: [...tags, `${n}`],
        mood: 1 + (n % 10),
        measures,
        at,
        time_zone: 'CET',
      };
      expect((await anna.call('POST', '/entries', { body })).status).toBe(201);
    }
    await anna.call('POST', '/entries', {
      body: { mood: 3, at: '2024-03-01T00:00:00Z', time_zone: 'Asia/Tokyo' },
    });
    const { text: file, headers } = await anna.call('GET', '/export?format=csv');
    expect(headers['content-type']).toBe('text/csv; charset=utf-8');
    expect(headers['content-disposition']).toMatch(/^attachment; filename="daymark-\d{4}-\d\d-\d\d\.csv"$/);
    expect(file.split('\r\n')[0]).toBe(
      'at,time_zone,local_day,mood,category,tags,text,measure:at,measure:mood,sleep,measure:text',
    );
    const beginnings = file.split(/(?<=^|,|\r\n)"?(?=.)/su).map((cell) => cell[0]);
    expect(beginnings.filter((first) => /[=+\-@\t＝＋－＠]/u.test(first ?? ''))).toEqual([]);

    const report = await imported(server, ben, file);
    expect(report).toMatchObject({ format: 'csv', created: cells.length + 1, errors: [], left_out: {} });
    expect((await entriesOf(ben)).map(read)).toEqual((await entriesOf(anna)).map(read));
  });

  test('of an empty account is its header, and comes back as nothing', async () => {
    const someone = await person();
    const { text } = await someone.call('GET', '/export?format=csv');
    expect(text).toBe('at,time_zone,local_day,mood,category,tags,text\r\n');
    expect(await imported(server, someone, text)).toMatchObject({ state: 'finished', total: 0, created: 0 });
  });

  test('carries 500 strange entries there and back', async () => {
    const [anna, ben] = [await person(), await person()];
    const entries = torture(500, 11).map(({ deleted_at: _, ...entry }) => entry);
    await imported(server, anna, daymarkFile(entries));
    const { text: file } = await anna.call('GET', '/export?format=csv');
    expect(await imported(server, ben, file)).toMatchObject({ created: 500, errors: [] });
    const told = async (someone: Person) =>
      (await entriesOf(someone)).map((entry) => JSON.stringify(read(entry))).sort();
    expect(await told(ben)).toEqual(await told(anna));
  });
});
