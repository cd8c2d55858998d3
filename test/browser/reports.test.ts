import { readFileSync } from 'node:fs';
import type { Locator, Page } from 'playwright-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { demoYear } from '../../src/demo/year.ts';
import type { Person } from '../app.ts';
import { noBrowser } from './chromium.ts';
import { browserWorld, until } from './world.ts';

describe.skipIf(noBrowser)('looking back', { timeout: 240_000 }, async () => {
  const world = noBrowser ? null! : await browserWorld();
  let anna: Person;
  beforeAll(async () => {
    anna = await world.person();
    for (const body of demoYear(new Date(), 200)) await anna.call('POST', '/entries', { body });
  });

  test('a year is walked by arrows, and a day opens its entries', async () => {
    const { page, complaints } = await world.visit(anna);
    const { entries } = (await anna.call('GET', '/entries?limit=1&mood_min=1')).json;
    const { local_day: day } = entries[0];
    const yearBefore = `${Number(day.slice(0, 4)) - 1}${day.slice(4)}`;
    await anna.call('POST', '/entries', { body: { text: 'a year before', at: `${yearBefore}T12:00:00Z` } });
    await page.goto(`/year?year=${day.slice(0, 4)}`);
    const cell = page.locator(`[data-day="${day}"]`);
    await expect.poll(() => cell.getAttribute('aria-label')).toMatch(/: \d\.\d from \d/);
    await cell.focus();
    await page.keyboard.press('ArrowLeft');
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'On this day' }).waitFor();
    await page.locator('section li time').first().waitFor();
    await page.getByText('a year before').waitFor();
    expect(page.url()).toContain(`day=${day}`);
    expect(complaints).toEqual([]);
  });

  test('insights begin with a sentence, end with their rule, and each chart has a table', async () => {
    const { page, complaints } = await world.visit(anna);
    await page.goto('/insights');
    await page.getByText(/^Your days since .+ averaged \d\.\d/).waitFor();
    const rule = page.getByText(/Averages count each day once\. \d+ of 90 days logged\./);
    await rule.waitFor();
    // Whatever is looked at, it is in sight.
    const { y } = (await rule.boundingBox())!;
    expect(y).toBeGreaterThan(0);
    expect(y).toBeLessThan(page.viewportSize()!.height);
    await page.getByRole('heading', { name: 'What goes with your mood' }).waitFor();
    for (const table of await page.getByRole('button', { name: 'Table' }).all()) await table.click();
    await until(async () => (await page.getByRole('table').count()) >= 6);
    expect(complaints).toEqual([]);
  });

  test('what is not known yet says what is missing, and a level that changed is marked on the line', async () => {
    const ben = await world.person();
    const day = 86_400_000;
    for (let back = 80; back > 0; back--) {
      const mood = (back > 40 ? 4 : 8) + (back % 2);
      const tags = back <= 6 ? ['run'] : [];
      const at = new Date(Date.now() - back * day).toISOString();
      await ben.call('POST', '/entries', { body: { mood, tags, at } });
    }
    const { page, complaints, settled } = await world.visit(ben);
    await page.goto('/insights');
    await page.getByRole('heading', { name: 'Not enough data yet' }).waitFor();
    await page.getByText('#run: 4 more days with run').waitFor();
    await page.getByText(/^From \d+ \w+ \d{4}: 4\.\d to 8\.\d$/).waitFor();
    expect(await page.locator('line.shift').count()).toBe(1);
    await settled();
    expect(complaints).toEqual([]);
  });

  test('a measure that counts in thousands shows an effect per unit that is not rounded to nothing', async () => {
    const ben = await world.person();
    const day = 86_400_000;
    for (let back = 60; back > 0; back--) {
      const mood = 3 + ((back * 7) % 6);
      const at = new Date(Date.now() - back * day).toISOString();
      await ben.call('POST', '/entries', { body: { mood, measures: { steps: 1500 * mood }, at } });
    }
    const { page, complaints } = await world.visit(ben);
    await page.goto('/insights');
    const effects = page.getByRole('region', { name: 'What goes with your mood' });
    await effects.getByText(/^\+0\.000\d+ \(\+0\.000\d+ to \+0\.000\d+\) per unit$/).waitFor();
    expect(complaints).toEqual([]);
  });

  test('a range is chosen by a button or by dragging, and stands in the address', async () => {
    const { page } = await world.visit(anna);
    await page.goto('/insights');
    await page.getByRole('button', { name: '30 days' }).click();
    await page.getByText(/of 30 days logged/).waitFor();
    await page.getByRole('button', { name: '90 days' }).click();
    await page.getByText(/of 90 days logged/).waitFor();
    const line = page.getByRole('img', { name: 'Mood over time' });
    await line.scrollIntoViewIfNeeded();
    const box = (await line.boundingBox())!;
    await page.mouse.move(box.x + box.width * 0.3, box.y + 100);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width * 0.6, box.y + 100, { steps: 4 });
    await page.mouse.up();
    await page.getByText(/of (2[5-9]|3\d) days logged/).waitFor();
    await page.goBack();
    await page.getByText(/of 90 days logged/).waitFor();
  });

  test('a range that is dragged to the right edge ends with the last day, whatever a point stands for', async () => {
    const { page } = await world.visit(anna);
    const { json: me } = await anna.call('GET', '/insights/summary');
    const to = String(me.rule.to);
    const from = `${Number(to.slice(0, 4)) - 1}-01-01`;
    await page.goto(`/insights?from=${from}&to=${to}`);
    const line = page.getByRole('img', { name: 'Mood over time' });
    await line.scrollIntoViewIfNeeded();
    const box = (await line.boundingBox())!;
    await page.mouse.move(box.x + box.width * 0.5, box.y + 100);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width - 1, box.y + 100, { steps: 4 });
    await page.mouse.up();
    await until(async () => new URL(page.url()).searchParams.get('from') !== from);
    expect(new URL(page.url()).searchParams.get('to')).toBe(to);
    // A range that is over is named by both of its ends.
    const yesterday = new Date(Date.parse(to) - 86_400_000).toISOString().slice(0, 10);
    await page.goto(`/insights?from=${from}&to=${yesterday}`);
    await page.getByText(/^Your days from .+ to .+ averaged \d\.\d/).waitFor();
  });

  test('charts are saved as pictures, what goes with the mood whole', async () => {
    const { page, complaints, settled } = await world.visit(anna);
    await page.goto('/insights');
    const effects = page.getByRole('region', { name: 'What goes with your mood' });
    await effects.locator('summary').click();
    await settled();
    const line = page.getByRole('region', { name: /^Mood over time/ });
    const drawing = await saved(page, line, 'Save SVG', /^mood-over-time.*\.svg$/);
    expect(drawing).toMatch(/^<svg[^>]+viewBox=[^]*<path [^>]*stroke="(?!none)[^]*<\/svg>$/);
    const picture = await saved(page, line, 'Save PNG', /^mood-over-time.*\.png$/);
    expect(picture).toMatch(/^.PNG\r\n.{5,}IHDR[^]+IEND/s);
    const whole = await saved(page, effects, 'Save SVG', /^what-goes-with.*\.svg$/);
    const names = await effects.locator('svg g text:first-of-type').allTextContents();
    expect(names.length).toBeGreaterThan(3);
    for (const name of names) expect(whole).toContain(`>${name}</text>`);
    expect(whole.match(/<svg/g)).toHaveLength(1 + (await effects.locator('svg').count()));
    expect(complaints).toEqual([]);
  });
});

/** Saves a chart by a button and gives the file, byte by byte, if it has the name. */
async function saved(page: Page, chart: Locator, button: string, name: RegExp): Promise<string> {
  const downloading = page.waitForEvent('download');
  await chart.getByRole('button', { name: button }).click();
  const download = await downloading;
  expect(download.suggestedFilename()).toMatch(name);
  return readFileSync(await download.path(), 'latin1');
}
