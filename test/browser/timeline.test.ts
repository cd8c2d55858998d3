import type { BrowserContext, Page } from 'playwright-core';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Person } from '../app.ts';
import { noBrowser } from './chromium.ts';
import { writeMany } from './many-entries.ts';
import { browserWorld, gate, until, write } from './world.ts';

const many = 20_000;

/** Keeps the calls of a page to a place until they are let go. */
async function held(page: Page, place: string): Promise<{ asked(): number; go(): void }> {
  const { opened, go } = gate();
  let asked = 0;
  await page.route(place, async (route) => {
    asked++;
    await opened;
    await route.continue();
  });
  return { asked: () => asked, go };
}

async function anotherTab(context: BrowserContext): Promise<Page> {
  const page = await context.newPage();
  await page.goto('/');
  await page.getByRole('heading', { name: 'Today' }).waitFor();
  return page;
}

describe.skipIf(noBrowser)('a writer with 20,000 entries', { timeout: 300_000 }, async () => {
  const world = noBrowser ? null! : await browserWorld();
  let anna: Person;
  beforeAll(async () => {
    anna = await world.person();
    await writeMany(world.database.connection, anna.id, many);
  }, 180_000);

  test('scrolls on and on while the page stays small', async () => {
    const { page, complaints } = await world.visit(anna);
    await page.goto('/timeline');
    await page.getByText('20,000 entries').waitFor();
    for (let round = 0; round < 20; round++) {
      const height = await page.evaluate('document.documentElement.scrollHeight');
      await page.evaluate('scrollTo(0, document.documentElement.scrollHeight)');
      const grown = `document.documentElement.scrollHeight > ${String(height)}`;
      await until(() => page.evaluate<boolean>(grown));
    }
    const drawn = await page.locator('time').count();
    expect(drawn).toBeGreaterThan(10);
    expect(drawn).toBeLessThan(400);
    // What was left behind is drawn again when somebody comes back.
    await page.evaluate('scrollTo(0, 0)');
    await page.locator('time').first().waitFor();
    expect(await page.evaluate('document.documentElement.scrollHeight')).toBeGreaterThan(20_000);
    expect(complaints).toEqual([]);
  });

  test('searches as it is typed, with marks, in the address', async () => {
    const { page, complaints } = await world.visit(anna);
    await page.goto('/timeline');
    await page.getByText('20,000 entries').waitFor();
    await page.keyboard.press('/');
    await page.keyboard.type('lighthouse', { delay: 60 });
    await page.getByText('200 entries').waitFor();
    await page.locator('mark', { hasText: 'lighthouse' }).first().waitFor();
    expect(new URL(page.url()).search).toBe('?q=lighthouse');
    await page.goBack();
    await page.getByText('20,000 entries').waitFor();
    expect(await page.getByLabel('Search').inputValue()).toBe('');
    expect(complaints).toEqual([]);
  });

  test('narrows by filters that stand in the address as chips that can be taken off', async () => {
    const { page, complaints } = await world.visit(anna);
    await page.goto('/timeline?tag=run&tag=run&mood_min=10&q=lighthouse');
    // Every hundredth entry tells of it, and has the lowest mood.
    await page.getByText('0 entries', { exact: true }).waitFor();
    await page.getByRole('button', { name: 'Remove the filter mood 10 or more' }).click();
    await page.getByRole('button', { name: 'Filters' }).click();
    await page.getByLabel('Mood from').selectOption('9');
    await until(async () => new URL(page.url()).searchParams.get('mood_min') === '9');
    await page.goBack();
    await until(async () => new URL(page.url()).searchParams.get('mood_min') === null);
    await page.getByRole('button', { name: 'Remove the filter #run' }).click();
    await until(async () => new URL(page.url()).search === '?q=lighthouse');
    await page.getByText('200 entries', { exact: true }).waitFor();
    expect(complaints).toEqual([]);
  });

  test('comes back to a list that knows what was written meanwhile', async () => {
    const ben = await world.person();
    for (let i = 0; i < 30; i++) await ben.call('POST', '/entries', { body: { text: `entry ${i}` } });
    const { page } = await world.visit(ben);
    await page.getByRole('link', { name: 'Timeline' }).click();
    await page.getByText('30 entries').waitFor();
    await page.evaluate(`new Promise((done) => {
      addEventListener('scrollend', done);
      scrollTo(0, 200);
    })`);
    await page.getByRole('link', { name: 'Today' }).click();
    await write(page, 'the latest of all');
    await page.getByRole('link', { name: 'Timeline' }).click();
    await page.getByText('31 entries').waitFor();
    await page.locator('li', { hasText: 'the latest of all' }).waitFor();
  });

  test('shows what is written in another tab while the next page is on its way', async () => {
    const ben = await world.person();
    for (let i = 0; i < 60; i++) await ben.call('POST', '/entries', { body: { text: `entry ${i}` } });
    const { page, context } = await world.visit(ben);
    const other = await anotherTab(context);
    const pages = await held(page, '**/api/v1/entries?*cursor=*');
    await page.getByRole('link', { name: 'Timeline' }).click();
    await page.getByText('60 entries').waitFor();
    await page.evaluate('scrollTo(0, document.documentElement.scrollHeight)');
    await until(async () => pages.asked() === 1);
    await write(other, 'written meanwhile');
    pages.go();
    await page.getByText('This is where it begins.').waitFor();
    await page.getByText('61 entries').waitFor();
    await page.evaluate('scrollTo(0, 0)');
    await page.locator('li', { hasText: 'written meanwhile' }).waitFor();
  });

  test('counts what is on its way to the server while a page comes that does not know of it', async () => {
    const ben = await world.person();
    for (let i = 0; i < 60; i++) await ben.call('POST', '/entries', { body: { text: `entry ${i}` } });
    const { page, context } = await world.visit(ben);
    const other = await anotherTab(context);
    const pages = await held(page, '**/api/v1/entries?*cursor=*');
    const writes = await held(other, '**/api/v1/entries/*');
    await page.getByRole('link', { name: 'Timeline' }).click();
    await page.getByText('60 entries').waitFor();
    await page.evaluate('scrollTo(0, document.documentElement.scrollHeight)');
    await until(async () => pages.asked() === 1);
    await write(other, 'written meanwhile');
    await until(async () => writes.asked() === 1);
    pages.go();
    await page.getByText('This is where it begins.').waitFor();
    await page.getByText('61 entries').waitFor();
    writes.go();
    await until(async () => (await ben.call('GET', '/entries?total=true&limit=1')).json.total === 61);
    // What is counted then stays: the acknowledgement is no second entry, and no entry less.
    await page.waitForTimeout(1000);
    await page.getByText('61 entries').waitFor();
  });

  test('counts an entry that is older than all that is loaded', async () => {
    const ben = await world.person();
    for (let i = 0; i < 60; i++) await ben.call('POST', '/entries', { body: { text: `entry ${i}` } });
    const { page } = await world.visit(ben);
    await page.route('**/api/v1/entries?*cursor=*', () => {});
    await page.getByRole('link', { name: 'Timeline' }).click();
    await page.getByText('60 entries').waitFor();
    const other = await anotherTab(page.context());
    const form = other.getByRole('form', { name: 'New entry' });
    await form.getByRole('button', { name: 'Another time' }).click();
    await form.getByLabel('When').fill('2020-01-02T06:30');
    await form.getByLabel('When').dispatchEvent('change');
    await form.getByLabel('Text').fill('long ago');
    await form.getByLabel('Text').press('Control+Enter');
    await until(async () => (await ben.call('GET', '/entries?total=true&limit=1')).json.total === 61);
    await page.waitForTimeout(1000);
    await page.getByText('61 entries').waitFor();
  });

  test('shows three lines of what is long, then more', async () => {
    const ben = await world.person();
    const text = Array.from({ length: 12 }, (_, line) => `line ${line}`).join('\n');
    await ben.call('POST', '/entries', { body: { text } });
    const { page } = await world.visit(ben);
    await page.goto('/timeline');
    const written = page.locator('p.written', { hasText: 'line 0' });
    await written.waitFor();
    const cut = (await written.boundingBox())!.height;
    await page.getByRole('button', { name: 'More' }).click();
    await page.getByRole('button', { name: 'Less' }).waitFor();
    expect((await written.boundingBox())!.height).toBeGreaterThan(3 * cut);
  });

  test('finds in the trash what was deleted, and brings it back', async () => {
    const ben = await world.person();
    const { json: entry } = await ben.call('POST', '/entries', { body: { text: 'thrown away' } });
    await ben.call('DELETE', `/entries/${entry.id}`);
    const { page } = await world.visit(ben);
    await page.goto('/timeline');
    await page.getByText('Nothing here yet.').waitFor();
    await page.goto('/timeline?trash=true');
    await page.getByText('thrown away').waitFor();
    await page.getByRole('button', { name: 'Bring back' }).click();
    await page.getByText('The trash is empty.').waitFor();
    await page.goto('/timeline?trash=true&mood_min=3');
    await page.getByText('Nothing found.').waitFor();
    await until(async () => (await ben.call('GET', `/entries/${entry.id}`)).status === 200);
  });
});
