import { describe, expect, test } from 'vitest';
import { base64Lines, zipOf } from './files.ts';
import { entriesOf, imported, read, transferApp } from './world.ts';

const server = await transferApp();

async function brought(file: string | Buffer, query = '') {
  const someone = await server.person();
  await someone.call('PATCH', '/me', { body: { time_zone: 'Europe/Vienna' } });
  const report = await imported(server, someone, file, query);
  return { someone, report, entries: (await entriesOf(someone)).map(read) };
}

const plain = {
  text: '',
  mood: null,
  category: 'general',
  tags: [],
  measures: {},
  time_zone: 'Europe/Vienna',
};

describe('Daylio’s table', () => {
  const older = [
    'full_date,date,weekday,time,mood,activities,note_title,note',
    '2020-05-30,30 May,Saturday,6:50 pm,rad,friends | gaming | programming | nap,,Awesome',
    '2020-05-30,30 мая,суббота,10:04 AM, Good ,"crème, brûlée | 猫 | ""q""",A title,"<b>Bold</b> &amp; new<br>line<div>block</div>"',
    '',
    '2020-05-29,29 May,Friday,12:00 am,hangry,,,no number for this',
    '2020-05-28,28 May,Thursday,23:59,meh,,,a note, with commas, unquoted',
    '2020-05-27,27 May,Wednesday,0:30,awful',
    '2020-05-26,26 May,Tuesday,25:00,bad,,,no such time',
  ].join('\n');

  test('of eight columns: moods by name, 12 and 24 hours, notes in HTML, what is missing or too much', async () => {
    const { report, entries } = await brought(older);
    expect(report).toMatchObject({ format: 'daylio', total: 6, created: 4, unmapped_moods: ['hangry'] });
    expect(report.errors.map(({ row, code }: { row: number; code: string }) => [row, code])).toEqual([
      [3, 'mood_unmapped'],
      [6, 'time_invalid'],
    ]);
    expect(entries).toEqual([
      { ...plain, mood: 2, at: '2020-05-26T22:30:00.000Z' },
      { ...plain, mood: 6, at: '2020-05-28T21:59:00.000Z', text: 'a note, with commas, unquoted' },
      {
        ...{ ...plain, mood: 8, at: '2020-05-30T08:04:00.000Z', tags: ['crème, brûlée', '猫', '"q"'] },
        text: 'A title\nBold & new\nline\nblock',
      },
      {
        ...{ ...plain, mood: 10, at: '2020-05-30T16:50:00.000Z', text: 'Awesome' },
        tags: ['friends', 'gaming', 'programming', 'nap'],
      },
    ]);
  });

  test('brought again with a number for the name, only what was missing is made', async () => {
    const { someone } = await brought(older);
    const again = await imported(server, someone, older, '?mood_map=hangry:3');
    expect([again.created, again.skipped]).toEqual([1, 4]);
  });

  test('with scales: points, and hours of a time', async () => {
    const { entries, report } = await brought(
      [
        'full_date,date,weekday,time,mood,activities,scales,note_title,note',
        '2026-04-12,April 12,Sunday,12:00,rested,"","Sleep Quality: 8/10 points | Sleep Time: 8:30 | 睡眠: 3/5 points","","Testing the note."',
      ].join('\n'),
      '?format=daylio&mood_map=rested:7',
    );
    expect(entries).toMatchObject([
      { mood: 7, measures: { sleep_quality: 8, sleep_time: 8.5 }, text: 'Testing the note.' },
    ]);
    expect(report.left_out).toEqual({ scales: 1 });
  });
});

test('Daylio’s backup: moods and tags by number, wherever they stand in the file', async () => {
  const document = {
    dayEntries: [
      {
        id: 1,
        datetime: 1_590_857_400_000,
        timeZoneOffset: 7_200_000,
        mood: 7,
        tags: [3, 99],
        note: '<i>x</i> < y',
      },
      {
        id: 2,
        datetime: 1_590_857_500_000,
        mood: 8,
        tags: [],
        note: 'own name',
        note_title: 'T',
        assets: [1],
      },
      { id: 3, datetime: 1_590_857_600_000, mood: 9, tags: [] },
      { id: 4, mood: 7 },
    ],
    customMoods: [
      { id: 7, custom_name: '', predefined_name_id: 2, mood_group_id: 2 },
      { id: 8, custom_name: 'Cosy', predefined_name_id: -1, mood_group_id: 2 },
      { id: 9, custom_name: 'Odd', predefined_name_id: -1, mood_group_id: 5 },
    ],
    tags: [{ id: 3, name: ' reading ' }],
    version: 15,
  };
  const file = await zipOf({ 'assets/x.jpg': 'x', 'backup.daylio': base64Lines(document) });
  const { report, entries } = await brought(file, '?mood_map=cosy:9');
  expect(report).toMatchObject({ format: 'daylio', total: 4, created: 2, unmapped_moods: ['Odd'] });
  expect(report.left_out).toEqual({ tags: 1, assets: 1 });
  expect(entries).toEqual([
    { ...plain, mood: 8, text: 'x < y', tags: ['reading'], at: '2020-05-30T16:50:00.000Z' },
    { ...plain, mood: 9, text: 'T\nown name', at: '2020-05-30T16:51:40.000Z' },
  ]);
});

describe('Day One', () => {
  const journal = (...entries: unknown[]) => JSON.stringify({ metadata: { version: '1.0' }, entries });
  const entry = {
    uuid: '0123456789ABCDEF0123456789ABCDEF',
    text: '# Title\nbody 🦄',
    creationDate: '2024-01-05T03:02:50Z',
    timeZone: 'America/Los_Angeles',
    starred: true,
    tags: ['a', 'b', 'a'],
    location: { placeName: 'Home' },
  };

  test('as JSON: the day is that of the place it was written at', async () => {
    const { someone, report } = await brought(journal(entry, { text: 'only this' }, 'no entry'));
    expect(report).toMatchObject({ format: 'dayone', total: 3, created: 1 });
    expect(report.left_out).toEqual({ starred: 1, location: 1 });
    expect(report.errors.map(({ row, code }: { row: number; code: string }) => [row, code])).toEqual([
      [2, 'time_missing'],
      [3, 'row_malformed'],
    ]);
    const [made] = await entriesOf(someone);
    expect(made).toMatchObject({ text: entry.text, tags: ['a', 'b'], local_day: '2024-01-04', mood: null });
  });

  test('as a zip with photos: of several journals each is a category', async () => {
    const other = { ...entry, text: 'at work' };
    const { report, entries } = await brought(
      await zipOf({ 'Journal.json': journal(entry), 'Work.json': journal(other), 'photos/a.json': '{}' }),
    );
    expect([report.format, report.created]).toEqual(['dayone', 2]);
    expect(entries.map(({ category }) => category).sort()).toEqual(['Journal', 'Work']);
  });
});

test('Journiv: titles of journals are categories, also where they stand behind the entries', async () => {
  const entry = {
    title: 'T',
    content: 'c',
    entry_datetime_utc: '2025-02-03T10:00:00Z',
    entry_timezone: 'Asia/Tokyo',
    tags: ['x', { name: 'y' }],
    mood_log: { mood_name: 'Good', note: 'because' },
    weather: { temp: 3 },
  };
  const odd = {
    ...entry,
    title: 'U',
    entry_datetime_utc: '2025-02-04T10:00:00',
    mood_log: { mood_name: 'zen' },
  };
  const document = { export_version: '1.0', journals: [{ entries: [entry, odd], title: 'Travel' }] };
  const { report, entries } = await brought(await zipOf({ 'journiv.json': JSON.stringify(document) }));
  expect(report).toMatchObject({ format: 'journiv', total: 2, created: 1, unmapped_moods: ['zen'] });
  expect(report.left_out).toEqual({ weather: 1 });
  expect(entries).toEqual([
    {
      ...{ text: 'T\nc\nbecause', mood: 8, category: 'Travel', tags: ['x', 'y'], measures: {} },
      ...{ at: '2025-02-03T10:00:00.000Z', time_zone: 'Asia/Tokyo' },
    },
  ]);
});

test('Journiv: a journal of any size, as long as none of its entries is too large', async () => {
  const entries = Array.from({ length: 500 }, (_, n) => ({
    content: `${n} ${'y'.repeat(19_000)}`,
    entry_datetime_utc: '2025-02-03T10:00:00Z',
  }));
  const document = JSON.stringify({ journals: [{ entries, title: 'Long' }] });
  expect(document.length).toBeGreaterThan(9 * 1024 * 1024);
  const { report } = await brought(await zipOf({ 'journiv.json': document }));
  expect(report).toMatchObject({ state: 'finished', created: 500 });
});

test('jrnl: local times, tags without their @', async () => {
  const document = {
    tags: { '@tag': 1 },
    entries: [
      {
        title: 'A title.',
        body: 'The body',
        date: '2020-06-28',
        time: '18:22',
        tags: ['@tag'],
        starred: true,
      },
      { title: 'no day', body: '', date: '28.06.2020', time: '18:22', tags: [] },
      { title: 'half \ud83d', body: '', date: '2020-06-29', time: '18:22', tags: [] },
    ],
  };
  const { report, entries } = await brought(JSON.stringify(document, null, 2));
  expect(report).toMatchObject({ format: 'jrnl', total: 3, created: 1, left_out: { starred: 1 } });
  expect(report.errors.map(({ code }: { code: string }) => code)).toEqual([
    'date_invalid',
    'validation_failed',
  ]);
  expect(entries).toEqual([
    { ...plain, text: 'A title.\nThe body', tags: ['tag'], at: '2020-06-28T16:22:00.000Z' },
  ]);
});
