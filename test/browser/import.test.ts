import type { Route } from 'playwright-core';
import { afterAll, describe, expect, test } from 'vitest';
import { runJobs } from '../../src/jobs/run.ts';
import { transferJobs } from '../../src/transfer/jobs.ts';
import { announceImport } from '../../src/webhooks/announce.ts';
import { noBrowser } from './chromium.ts';
import { flaws } from './flaws.ts';
import { browserWorld, gate, until } from './world.ts';

const daylio = `full_date,date,weekday,time,mood,activities,note_title,note
2026-05-30,30 May,Saturday,6:50 pm,rad,friends | gaming,,Awesome
2026-05-29,29 May,Friday,10:04 am,meh,work,,A day like others
2026-05-28,28 May,Thursday,9:00 pm,"bliss, of sorts",,,Custom mood
`;

const problem = 'application/problem+json';
const cancelled = { state: 'cancelled' };
const halfway = { state: 'running', done: 1, total: 3 };

describe.skipIf(noBrowser)('a Daylio file', { timeout: 240_000 }, async () => {
  const world = noBrowser ? null! : await browserWorld();
  if (!noBrowser) {
    const { db, deps, database } = world;
    const handlers = transferJobs(db, announceImport);
    const jobs = runJobs({ connection: database.connection, handlers, schedules: [], log: deps.log });
    afterAll(() => jobs.stop(5000));
  }

  test('is looked at, its moods are mapped, it comes in, and goes again', async () => {
    const anna = await world.person();
    const { page, complaints } = await world.visit(anna);
    await page.getByRole('link', { name: 'Settings' }).click();
    const file = { name: 'daylio_export.csv', mimeType: 'text/csv', buffer: Buffer.from(daylio) };
    await page.getByLabel('File').setInputFiles(file);
    // As if the file were so long that somebody looks while it is read.
    const read = async (route: Route) => {
      const response = await route.fetch();
      const state = (await response.json()) as object;
      await route.fulfill({ response, json: { ...state, ...halfway } });
    };
    await page.route('**/api/v1/imports/*', read);
    await page.getByRole('button', { name: 'Look what is in it' }).click();
    await page.getByText('1 of 3 entries').waitFor();
    await page.getByRole('progressbar', { name: 'Import' }).waitFor();
    await page.unroute('**/api/v1/imports/*', read);
    await page.getByText('3 entries in the file: 2 new').waitFor();
    expect(await flaws(page)).toEqual([]);
    await page.getByLabel('Mood for “bliss, of sorts”').selectOption('10');
    await page.getByRole('button', { name: 'Look again' }).click();
    await page.getByRole('button', { name: 'Import 3 entries' }).click();
    await page.getByText('3 entries imported').first().waitFor();
    expect(
      (await anna.call('GET', '/entries')).json.entries.map(({ mood }: { mood: number }) => mood),
    ).toEqual([10, 6, 10]);
    await page.getByRole('button', { name: 'Undo this import' }).first().click();
    // Told once it is so, and not before.
    await page.getByText('undone', { exact: true }).waitFor();
    expect((await anna.call('GET', '/entries')).json.entries).toEqual([]);
    expect(complaints).toEqual([]);
  });

  test('that is chosen while another is looked at is not taken for that one', async () => {
    const { page } = await world.visit(await world.person());
    await page.goto('/settings');
    const file = (name: string, rows: number) => ({
      name,
      mimeType: 'text/csv',
      buffer: Buffer.from(`date,mood\n${'2026-01-01,5\n'.repeat(rows)}`),
    });
    let asked = 0;
    const chosen = gate();
    await page.route('**/api/v1/imports/*', async (route) => {
      asked++;
      await chosen.opened;
      return route.continue();
    });
    await page.getByLabel('File').setInputFiles(file('a.csv', 2));
    const look = page.getByRole('button', { name: 'Look what is in it' });
    await look.click();
    await until(async () => asked === 1);
    await page.getByLabel('File').setInputFiles(file('b.csv', 1));
    chosen.go();
    await until(() => look.isEnabled());
    expect(await page.getByRole('button', { name: /^Import \d/ }).count()).toBe(0);
    await look.click();
    await page.getByRole('button', { name: 'Import 1 entry' }).waitFor();
  });

  test('whose look is cancelled shows no preview, and one that meets a limit is followed on', async () => {
    const { page } = await world.visit(await world.person());
    await page.goto('/settings');
    const file = { name: 'daylio_export.csv', mimeType: 'text/csv', buffer: Buffer.from(daylio) };
    await page.getByLabel('File').setInputFiles(file);
    let asked = 0;
    await page.route('**/api/v1/imports/*', async (route) => {
      if (route.request().method() === 'DELETE') return route.fulfill({ status: 202, json: cancelled });
      // A limit is met once, and then somebody cancels.
      if (asked++ === 0) return route.fulfill({ status: 429, json: {}, contentType: problem });
      const response = await route.fetch();
      const state = (await response.json()) as object;
      return route.fulfill({ response, json: { ...state, ...(asked < 4 ? halfway : cancelled) } });
    });
    await page.getByRole('button', { name: 'Look what is in it' }).click();
    await page.getByText('1 of 3 entries').waitFor();
    await page.getByRole('button', { name: 'Cancel' }).click();
    await page.getByText('1 of 3 entries').waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Look what is in it' }).waitFor();
    expect(await page.getByRole('button', { name: /^Import / }).count()).toBe(0);
  });

  test('that is none is refused with a reason', async () => {
    const { page } = await world.visit(await world.person());
    await page.goto('/settings');
    const file = {
      name: 'holiday.jpg',
      mimeType: 'image/jpeg',
      buffer: Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0]),
    };
    await page.getByLabel('File').setInputFiles(file);
    await page.getByRole('button', { name: 'Look what is in it' }).click();
    const section = page.getByRole('region', { name: 'Import' });
    await section.getByRole('alert').waitFor();
    expect((await section.getByRole('alert').innerText()).length).toBeGreaterThan(20);
    expect(await section.getByRole('button', { name: /^Import / }).count()).toBe(0);
  });
});
