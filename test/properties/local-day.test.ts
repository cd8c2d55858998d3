import fc from 'fast-check';
import { Client } from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { testApp } from '../app.ts';
import { localDay, wallClock } from './wall-clock.ts';

const { person, database } = await testApp();
const client = new Client(database.connection);
beforeAll(() => client.connect());
afterAll(() => client.end());

interface Case {
  instant: number;
  zone: string;
  minutes: number;
}

const zones = [...Intl.supportedValuesOf('timeZone'), 'UTC', 'CET', 'EET', 'MET', 'WET', 'EST', 'HST', 'MST'];
const minutes = fc.oneof(fc.constantFrom(0, 1, 240, 719, 720), fc.integer({ min: 0, max: 720 }));
const zone = fc.constantFrom(...zones);
const day = 86_400_000;
const first = Date.UTC(1970, 0, 2);
const last = Date.UTC(2037, 11, 31);

const anywhere = fc.record<Case>({ instant: fc.integer({ min: first, max: last }), zone, minutes });

/** Within two minutes of where one day becomes the next: nearly all that can go wrong goes wrong there. */
const atTheEdge = fc
  .record({
    day: fc.integer({ min: first / day, max: last / day }),
    zone,
    minutes,
    off: fc.oneof(fc.constantFrom(-1, 0, 1, 60_000), fc.integer({ min: -120_000, max: 120_000 })),
  })
  .map(({ day: number, zone: name, minutes: start, off }) => {
    const edge = number * day + start * 60_000;
    return { instant: edge - (wallClock(edge, name) - edge) + off, zone: name, minutes: start };
  });

/**
 * Zones of which ICU and PostgreSQL were seen to carry different releases of the tz database: a government's
 * decision of this year is in one and not yet in the other.
 */
const otherRelease = new Set<string>();
// Between the releases of two years lie a few zones; many more would be a defect of ours.
const mostOfOtherRelease = 12;

afterAll(() => {
  if (otherRelease.size === 0) return;
  console.warn(`not compared where the tz releases differ: ${[...otherRelease].join(', ')}`);
});

/** What differs though both saw the same wall clock. */
async function disagreements(cases: Case[]): Promise<string[]> {
  const { rows } = await client.query<{ day: string; wall: number }>(
    `select local_day(at, zone, minutes)::text as day,
            (extract(epoch from at at time zone zone) * 1000)::float8 as wall
     from unnest($1::timestamptz[], $2::text[], $3::integer[]) with ordinality as c (at, zone, minutes, n)
     order by n`,
    [cases.map(timeOf), cases.map((each) => each.zone), cases.map((each) => each.minutes)],
  );
  const differing = cases.flatMap((each, index) => {
    const expected = localDay(each.instant, each.zone, each.minutes);
    const { day: given, wall } = rows[index] as (typeof rows)[number];
    if (given === expected) return [];
    // Only names with a slash: the others PostgreSQL may have read as an abbreviation, which is our matter.
    if (each.zone.includes('/') && wall !== wallClock(each.instant, each.zone)) {
      otherRelease.add(each.zone);
      return [];
    }
    return [`${timeOf(each)} ${each.zone} ${each.minutes}: ${given}, by ICU ${expected}`];
  });
  expect(otherRelease.size).toBeLessThanOrEqual(mostOfOtherRelease);
  return differing;
}

const timeOf = (each: Case) => new Date(each.instant).toISOString();

// Before 1970 the two are built from other data by choice: PostgreSQL's merges zones that have agreed since
// then, ICU's keeps their older history. After 2037 ICU goes on with rules where PostgreSQL's tables end.
test('the database and ICU agree on the day, anywhere and at the edges of days', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.oneof(anywhere, atTheEdge), { minLength: 400, maxLength: 400 }),
      async (cases) => {
        expect(await disagreements(cases)).toEqual([]);
      },
    ),
    { numRuns: 40 },
  );
});

test('they agree around every change of every clock since 1970', async () => {
  const cases = zones.flatMap((name) =>
    changesOf(name).flatMap((instant) => {
      // Also where the day starts at the very moment at which the clock is changed, before that and after it.
      const starts = new Set([0, minuteOfDay(instant - 1, name), minuteOfDay(instant, name)]);
      return [-1, 0, 1].flatMap((off) =>
        [...starts].map((start) => ({ instant: instant + off, zone: name, minutes: start })),
      );
    }),
  );
  expect(cases.length).toBeGreaterThan(100_000);
  expect(await disagreements(cases)).toEqual([]);
});

/** The instants at which the clock of a zone is changed, to the second, by ICU's offset every 25 days. */
function changesOf(name: string): number[] {
  const offset = (instant: number) => wallClock(instant, name) - instant;
  const step = 25 * day;
  const changes: number[] = [];
  for (let low = first, before = offset(first); low < last; low += step) {
    const after = offset(low + step);
    if (after !== before) changes.push(firstChange((instant) => offset(instant) !== before, low, low + step));
    before = after;
  }
  return changes;
}

/** The first full second in which `holds` is true, between one where it is not and one where it is. */
function firstChange(holds: (instant: number) => boolean, from: number, to: number): number {
  const hour = firstWhere(holds, from, to, 3_600_000);
  // Few clocks are changed within an hour of UTC.
  return holds(hour - 1000) ? firstWhere(holds, hour - 3_600_000, hour, 1000) : hour;
}

/** The same in steps of so many milliseconds, of which `from` and `to` are multiples. */
function firstWhere(holds: (instant: number) => boolean, from: number, to: number, unit: number): number {
  let [low, high] = [from, to];
  while (high - low > unit) {
    const middle = low + Math.floor((high - low) / 2 / unit) * unit;
    if (holds(middle)) high = middle;
    else low = middle;
  }
  return high;
}

function minuteOfDay(instant: number, name: string): number {
  return Math.min(720, Math.floor((wallClock(instant, name) % day) / 60_000));
}

const named: [what: string, at: string, zone: string, minutes: number, day: string][] = [
  ['midnight', '2025-06-01T22:00:00.000Z', 'Europe/Paris', 0, '2025-06-02'],
  ['a millisecond before midnight', '2025-06-01T21:59:59.999Z', 'Europe/Paris', 0, '2025-06-01'],

  ['before the gap of spring, day from 02:30', '2025-03-30T00:59:59.999Z', 'Europe/Paris', 150, '2025-03-29'],
  ['after the gap, where 02:30 never was', '2025-03-30T01:00:00.000Z', 'Europe/Paris', 150, '2025-03-30'],
  ['02:30 of the longer autumn day', '2025-10-26T00:30:00.000Z', 'Europe/Paris', 150, '2025-10-26'],
  ['02:00 again: the day before', '2025-10-26T01:00:00.000Z', 'Europe/Paris', 150, '2025-10-25'],
  ['02:30 again', '2025-10-26T01:30:00.000Z', 'Europe/Paris', 150, '2025-10-26'],

  ['01:45 in Lord Howe summer', '2025-04-05T14:45:00.000Z', 'Australia/Lord_Howe', 105, '2025-04-06'],
  ['its clock goes back half an hour', '2025-04-05T15:00:00.000Z', 'Australia/Lord_Howe', 105, '2025-04-05'],
  ['01:45 again', '2025-04-05T15:15:00.000Z', 'Australia/Lord_Howe', 105, '2025-04-06'],
  ['before its gap', '2025-10-04T15:29:59.999Z', 'Australia/Lord_Howe', 135, '2025-10-04'],
  ['after its gap, 02:30', '2025-10-04T15:30:00.000Z', 'Australia/Lord_Howe', 135, '2025-10-05'],

  ['the last moment of 29 December', '2011-12-30T09:59:59.999Z', 'Pacific/Apia', 0, '2011-12-29'],
  ['Samoa steps over 30 December', '2011-12-30T10:00:00.000Z', 'Pacific/Apia', 0, '2011-12-31'],
  ['but for late risers', '2011-12-30T10:00:00.000Z', 'Pacific/Apia', 240, '2011-12-30'],
  ['its day from 04:00', '2011-12-30T14:00:00.000Z', 'Pacific/Apia', 240, '2011-12-31'],

  ['a leap day', '2024-02-29T23:59:59.999Z', 'UTC', 0, '2024-02-29'],
  ['the night after it', '2024-03-01T03:59:59.999Z', 'UTC', 240, '2024-02-29'],
  ['the same night without one', '2025-03-01T03:59:59.999Z', 'UTC', 240, '2025-02-28'],
  ['1900 had none', '1900-03-01T03:59:59.999Z', 'UTC', 240, '1900-02-28'],
  ['2000 had one', '2000-03-01T03:59:59.999Z', 'UTC', 240, '2000-02-29'],

  ['CET has summer time', '2025-07-01T22:30:00.000Z', 'CET', 0, '2025-07-02'],
  ['and winter time', '2025-01-01T22:30:00.000Z', 'CET', 0, '2025-01-01'],
  ['MET too', '2025-07-01T22:30:00.000Z', 'MET', 0, '2025-07-02'],
  ['EET too', '2025-07-01T21:30:00.000Z', 'EET', 0, '2025-07-02'],
  ['EET in winter', '2025-01-01T21:30:00.000Z', 'EET', 0, '2025-01-01'],
  ['WET too', '2025-07-01T23:30:00.000Z', 'WET', 0, '2025-07-02'],
  ['in any case of its letters', '2025-07-01T22:30:00.000Z', 'cet', 0, '2025-07-02'],

  ['day from 00:01, before', '2025-01-01T00:00:59.999Z', 'UTC', 1, '2024-12-31'],
  ['day from 00:01, at', '2025-01-01T00:01:00.000Z', 'UTC', 1, '2025-01-01'],
  ['day from 11:59, before', '2025-01-01T11:58:59.999Z', 'UTC', 719, '2024-12-31'],
  ['day from 11:59, at', '2025-01-01T11:59:00.000Z', 'UTC', 719, '2025-01-01'],
  ['day from noon, before', '2025-01-01T11:59:59.999Z', 'UTC', 720, '2024-12-31'],
  ['day from noon, at', '2025-01-01T12:00:00.000Z', 'UTC', 720, '2025-01-01'],
  ['the first to have the new year', '2024-12-31T10:00:00.000Z', 'Pacific/Kiritimati', 0, '2025-01-01'],
  ['the last to have the old one', '2025-01-01T10:59:59.999Z', 'Pacific/Pago_Pago', 0, '2024-12-31'],
  ['three quarters of an hour', '2025-06-01T18:15:00.000Z', 'Asia/Kathmandu', 0, '2025-06-02'],
];

test('through the door: gaps, overlaps, the missing day, leap days, edges', async () => {
  const anna = await person();
  for (const [what, at, timeZone, start, expected] of named) {
    const { status } = await anna.call('PATCH', '/me', { body: { day_start_minutes: start } });
    expect(status).toBe(200);
    const body = { text: what, at, time_zone: timeZone };
    const { json } = await anna.call('POST', '/entries', { body });
    expect({ what, day: json.local_day }).toEqual({ what, day: expected });
    expect(localDay(Date.parse(at), timeZone, start)).toBe(expected);
    const list = await anna.call('GET', `/entries?from=${expected}&to=${expected}&limit=100`);
    expect(list.json.entries.map((entry: { id: string }) => entry.id)).toContain(json.id);
  }
});

test('a change of the day’s start moves every entry to the day it has now', async () => {
  const anna = await person();
  await fc.assert(
    fc.asyncProperty(fc.array(anywhere, { minLength: 1, maxLength: 5 }), minutes, async (cases, start) => {
      const written = cases.filter((each) => each.instant < Date.now());
      const ids: string[] = [];
      for (const { instant, zone: timeZone } of written) {
        const body = { mood: 5, at: new Date(instant).toISOString(), time_zone: timeZone };
        ids.push((await anna.call('POST', '/entries', { body })).json.id);
      }
      await anna.call('PATCH', '/me', { body: { day_start_minutes: start } });
      for (const [index, { instant, zone: timeZone }] of written.entries()) {
        const { json } = await anna.call('GET', `/entries/${ids[index]}`);
        expect(json.local_day).toBe(localDay(instant, timeZone, start));
      }
    }),
    { numRuns: 30 },
  );
});
