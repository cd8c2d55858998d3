import { describe, expect, test } from 'vitest';
import { entriesOf, imported, read, transferApp } from './world.ts';

const server = await transferApp();
const { person } = server;

async function brought(file: string, query = '', settings: object = {}) {
  const someone = await person();
  await someone.call('PATCH', '/me', { body: settings });
  const report = await imported(server, someone, file, query);
  return { someone, report, entries: (await entriesOf(someone)).map(read) };
}

describe('a table of anybody’s', () => {
  test('is read by its header: times with and without a zone, tags, and other columns as measures', async () => {
    const file = [
      '\ufeffdate,time,mood,note,category,tags,Sleep Hours,ran,weather',
      '2024-07-01,07:30,8,"Lake, ""cold""\r\nand calm",summer,run | swim|run,7.5,true,sunny',
      '2024-01-05,6:05 pm,3,,,,,FALSE,',
    ].join('\r\n');
    const { report, entries } = await brought(file, '', { time_zone: 'Europe/Berlin' });
    expect(report).toMatchObject({
      format: 'csv',
      state: 'finished',
      total: 2,
      done: 2,
      created: 2,
      errors: [],
    });
    expect(report.left_out).toEqual({ weather: 1 });
    expect(entries).toEqual([
      {
        ...{ text: '', mood: 3, category: 'general', tags: [], measures: { ran: false } },
        ...{ at: '2024-01-05T17:05:00.000Z', time_zone: 'Europe/Berlin' },
      },
      {
        ...{ text: 'Lake, "cold"\r\nand calm', mood: 8, category: 'summer', tags: ['run', 'swim'] },
        ...{ measures: { sleep_hours: 7.5, ran: true }, at: '2024-07-01T05:30:00.000Z' },
        time_zone: 'Europe/Berlin',
      },
    ]);
  });

  test.each([
    ['holds U+0000', 'wea\0ther', 'wea\ufffdther'],
    ['is cut within a pair of surrogates', `${'x'.repeat(99)}😀`, `${'x'.repeat(99)}\ufffd`],
  ])('the name of a column that %s is told as far as it can be kept', async (_what, name, told) => {
    const { report } = await brought(`at,mood,${name}\n2024-01-01T08:00:00Z,7,sunny`);
    expect(report).toMatchObject({ state: 'finished', created: 1, left_out: { [told]: 1 } });
  });

  test('of two columns with one name as measures the second is left out, and told', async () => {
    const { report, entries } = await brought('at,Sleep Time,sleep-time\n2024-01-01T08:00:00Z,7,8');
    expect(entries[0]).toMatchObject({ measures: { sleep_time: 7 } });
    expect(report.left_out).toEqual({ 'sleep-time': 1 });
  });

  test('of two columns that are read as the same the second is left out, and told, as a day beside a time', async () => {
    const { report, entries } = await brought(
      'at,date,note,Note\n2024-01-01T08:00:00Z,2023-01-01,first,second',
    );
    expect(entries[0]).toMatchObject({ text: 'first', at: '2024-01-01T08:00:00.000Z' });
    expect(report.left_out).toEqual({ Note: 1, date: 1 });
  });

  test.each([
    ['\r\n', '\n'],
    ['\n', '\r\n'],
    ['\r', '\r'],
  ])('may end its header by %j and its rows by %j', async (first, others) => {
    const rows = ['2024-01-02,5,"two\nlines","work"', '2024-01-01,6,one,home'];
    const { report, entries } = await brought(`date,mood,text,category${first}${rows.join(others)}${others}`);
    expect([report.state, report.created, report.errors]).toEqual(['finished', 2, []]);
    expect(entries.map(({ text, category }) => [text, category])).toEqual([
      ['one', 'home'],
      ['two\nlines', 'work'],
    ]);
  });

  test.each([',', ';', '\t'])('may have %j between its cells', async (mark) => {
    const rows = [
      ['at', 'mood', 'text'],
      ['2024-01-01T08:00:00+02:00', '7', 'a b'],
    ];
    const { entries } = await brought(rows.map((row) => row.join(mark)).join('\n'));
    expect(entries).toMatchObject([{ at: '2024-01-01T06:00:00.000Z', mood: 7, text: 'a b' }]);
  });

  test('bad rows are told by number and reason, and the good ones are kept', async () => {
    const future = new Date(Date.now() + 48 * 3_600_000).toISOString();
    const rows = [
      'at,mood,text,tags,time_zone',
      '2024-01-01T08:00:00Z,7,good,,',
      '2024-01-02T08:00:00Z,11,mood too high,,',
      '2024-01-03T08:00:00Z,7.5,mood in between,,',
      '2024-01-04T08:00:00Z,fine,mood by name,,',
      'yesterday,5,no time,,',
      '1899-12-31T08:00:00Z,5,too early,,',
      `${future},5,in the future,,`,
      '2024-01-05T08:00:00Z,,,,',
      `2024-01-06T08:00:00Z,5,,${'x'.repeat(51)},`,
      `2024-01-07T08:00:00Z,5,${'x'.repeat(20_001)},,`,
      '2024-01-08T08:00:00Z,5,no such zone,,Mars/Olympus',
      '2024-01-09T08:00:00Z,5,too,many,,cells,here',
      '2024-01-10T08:00:00Z,5,\0,,',
      '2024-01-11T08:00:00Z,10,good too,,',
    ];
    const { report, entries } = await brought(rows.join('\n'));
    expect(report).toMatchObject({ state: 'finished', total: 14, done: 14, created: 2, skipped: 0 });
    expect(report.errors.map(({ row, code }: { row: number; code: string }) => [row, code])).toEqual([
      [2, 'mood_invalid'],
      [3, 'mood_invalid'],
      [4, 'mood_unmapped'],
      [5, 'time_invalid'],
      [6, 'validation_failed'],
      [7, 'validation_failed'],
      [8, 'entry_empty'],
      [9, 'validation_failed'],
      [10, 'validation_failed'],
      [11, 'time_zone_unknown'],
      [12, 'too_many_cells'],
      [13, 'validation_failed'],
    ]);
    expect(report.errors[5].detail).toContain('/at must not lie more than 24 hours ahead');
    expect(report.unmapped_moods).toEqual(['fine']);
    expect(entries.map(({ text }) => text)).toEqual(['good', 'good too']);
  });

  test('mood_map gives names and numbers out of range their mood', async () => {
    const file = 'date,mood\n2024-01-01,Fine\n2024-01-02,11\n2024-01-03,4\n2024-01-04,"so, so"';
    const map = encodeURIComponent('fine:9, 11:10,so\\, so:5');
    const { report, entries } = await brought(file, `?mood_map=${map}`);
    expect([report.errors, entries.map(({ mood }) => mood)]).toEqual([[], [9, 10, 4, 5]]);
  });

  test.each(['rad', 'rad:', 'rad:0', 'rad:11', ':5', 'rad:x', ',', 'rad:10,good'])(
    'mood_map=%s is refused',
    async (map) => {
      const someone = await person();
      const { app } = server;
      const answer = await app.inject({
        method: 'POST',
        url: `/api/v1/imports?mood_map=${encodeURIComponent(map)}`,
        headers: { authorization: `Bearer ${someone.token}`, 'content-type': 'application/octet-stream' },
        payload: 'date,mood\n2024-01-01,5',
      });
      expect([answer.statusCode, answer.json().errors[0].pointer]).toEqual([422, '?mood_map']);
    },
  );

  test('a wall clock that shows an hour twice or not at all has one meaning', async () => {
    const file = 'date,time,mood\n2024-03-31,02:30,1\n2024-10-27,02:30,2\n2024-10-27,03:30,3';
    const { entries } = await brought(file, '', { time_zone: 'Europe/Paris' });
    expect(entries.map(({ at }) => at)).toEqual([
      '2024-03-31T01:30:00.000Z',
      '2024-10-27T00:30:00.000Z',
      '2024-10-27T02:30:00.000Z',
    ]);
  });

  test('two rows that say the same are two entries; the same file again makes nothing', async () => {
    const file = 'at,mood\n2024-01-01T08:00:00Z,5\n2024-01-01T08:00:00Z,5\n2024-01-01T08:00:00Z,6';
    const { someone, report } = await brought(file);
    expect([report.created, report.skipped]).toEqual([3, 0]);
    const again = await imported(server, someone, file);
    expect([again.created, again.skipped, again.errors]).toEqual([0, 3, []]);
    const more = await imported(server, someone, `${file}\n2024-01-02T08:00:00Z,5`);
    expect([more.created, more.skipped]).toEqual([1, 3]);
  });

  test('breaking off within quotes, it fails, and what came before is kept', async () => {
    const { report, entries } = await brought('at,text\n2024-01-01T08:00:00Z,one\n2024-01-02T08:00:00Z,"two');
    expect(report).toMatchObject({ state: 'failed', created: 1, done: 1 });
    expect(report.errors).toEqual([{ row: 0, code: 'file_damaged', detail: expect.any(String) }]);
    expect(entries.map(({ text }) => text)).toEqual(['one']);
  });
});
