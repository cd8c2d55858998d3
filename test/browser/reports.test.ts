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
  }, 60_000);

  test('a year is walked by arrows, and a day opens its entries', async () => {
    const { page, complaints } = await world.visit(anna);
    const { entries } = (await anna.call('GET', '/entries?limit=1&mood_min=1')).json;
    const { local_day: day } = entries[0];
    await page.goto(`/year?year=${day.slice(0, 4)}`);
    const cell = page.locator(`[data-day="${day}"]`);
    await expect.poll(() => cell.getAttribute('aria-label')).toMatch(/: \d\.\d from \d/);
    await cell.focus();
    await page.keyboard.press('ArrowLeft');
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'On this day' }).waitFor();
    await page.locator('section li time').first().waitFor();
    expect(page.url()).toContain(`day=${day}`);
    expect(complaints).toEqual([]);
  });

  test('insights begin with a sentence, end with their rule, and each chart has a table', async () => {
    const { page, complaints } = await world.visit(anna);
    await page.goto('/insights');
    await page.getByText(/^Your days since .+ averaged \d\.\d/).waitFor();
    await page.getByText(/Averages count each day once\. \d+ of 90 days logged\./).waitFor();
    await page.getByRole('heading', { name: 'What goes with your mood' }).waitFor();
    for (const table of await page.getByRole('button', { name: 'Table' }).all()) await table.click();
    await until(async () => (await page.getByRole('table').count()) >= 6);
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

  test.each([
    ['Save SVG', /^mood-over-time.*\.svg$/],
    ['Save PNG', /^mood-over-time.*\.png$/],
  ])('a chart is saved: %s', async (button, name) => {
    const { page, complaints } = await world.visit(anna);
    await page.goto('/insights');
    await page.getByRole('heading', { name: 'Mood over time' }).waitFor();
    const downloading = page.waitForEvent('download');
    await page.getByRole('button', { name: button }).first().click();
    expect((await downloading).suggestedFilename()).toMatch(name);
    expect(complaints).toEqual([]);
  });
});
