import { setTimeout as sleep } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { noBrowser } from './chromium.ts';
import { browserWorld, gate, until } from './world.ts';

describe.skipIf(noBrowser)('what comes later than what it belongs to', { timeout: 240_000 }, async () => {
  const world = noBrowser ? null! : await browserWorld();

  test('a list that arrives after its reader signed out is not there for who signs in next', async () => {
    const [anna, ben] = [await world.person(), await world.person()];
    await anna.call('POST', '/entries', { body: { text: 'of Anna alone' } });
    const { page } = await world.visit(anna, { serviceWorkers: 'block' });
    const [late, bens] = [gate(), gate()];
    let held = 0;
    let isAnna = true;
    await page.route('**/api/v1/entries?*', async (route) => {
      if (!isAnna) {
        await bens.opened;
        return route.continue();
      }
      const response = await route.fetch();
      held++;
      await late.opened;
      return route.fulfill({ response }).catch(() => undefined);
    });
    await page.reload();
    await until(async () => held >= 2);
    await page.getByRole('link', { name: 'Settings' }).click();
    // The page that is left lives on until the next one comes.
    await page.route(
      (url) => url.pathname === '/',
      async (route) => {
        await sleep(500);
        return route.continue();
      },
    );
    const out = page.waitForResponse('**/api/v1/auth/logout');
    await page.getByRole('button', { name: 'Sign out here' }).click();
    await out;
    late.go();
    isAnna = false;
    await page.getByLabel('E-mail').fill(ben.email);
    await page.getByLabel('Password').fill(ben.password);
    await page.getByRole('button', { name: 'Sign in', exact: true }).click();
    await page.getByRole('heading', { name: 'Today' }).waitFor();
    await sleep(500);
    const shown = await page.locator('main').innerText();
    bens.go();
    expect(shown).not.toContain('of Anna alone');
  });

  test('a second change begun before the first had arrived is no conflict', async () => {
    const anna = await world.person();
    await anna.call('POST', '/entries', { body: { text: 'as it was' } });
    const { page } = await world.visit(anna);
    const put = gate();
    let asked = 0;
    await page.route('**/api/v1/entries/*', async (route) => {
      if (asked++ === 0) await put.opened;
      return route.continue();
    });
    await change(page, 'as it was', 'second');
    const again = await edit(page, 'second');
    put.go();
    const entry = async () => (await anna.call('GET', '/entries')).json.entries[0];
    await until(async () => (await entry()).version === 2);
    await page.getByText('not sent yet').waitFor({ state: 'detached' });
    await again.fill('third');
    await again.press('Control+Enter');
    await until(async () => (await entry()).text === 'third');
    expect(await page.getByText('Changed in two places').count()).toBe(0);
  });

  test('what somebody else changes once the first has arrived is one', async () => {
    const anna = await world.person();
    const { json } = await anna.call('POST', '/entries', { body: { text: 'as it was' } });
    const { page, settled } = await world.visit(anna);
    const put = gate();
    await page.route('**/api/v1/entries/*', async (route) => {
      await put.opened;
      return route.continue();
    });
    await change(page, 'as it was', 'second');
    const again = await edit(page, 'second');
    put.go();
    await until(async () => (await anna.call('GET', '/entries')).json.entries[0].version === 2);
    await settled();
    await anna.call('PATCH', `/entries/${json.id}`, { body: { text: 'by somebody else' } });
    await again.fill('third');
    await again.press('Control+Enter');
    await page.getByText('Changed in two places').waitFor();
  });

  test('a deletion that had arrived is taken back with the change that was made before it', async () => {
    const anna = await world.person();
    await anna.call('POST', '/entries', { body: { text: 'as it was' } });
    const { page, context, settled } = await world.visit(anna);
    await page.locator('li', { hasText: 'as it was' }).waitFor();
    await context.setOffline(true);
    await change(page, 'as it was', 'as it shall be');
    const item = page.locator('li', { hasText: 'as it shall be' });
    await item.hover();
    await item.getByRole('button', { name: 'Delete' }).click();
    await item.waitFor({ state: 'detached' });
    await context.setOffline(false);
    const entries = async () => (await anna.call('GET', '/entries')).json.entries;
    await until(async () => (await entries()).length === 0);
    await settled();
    await page.getByRole('button', { name: 'Undo' }).click();
    await until(async () => (await entries())[0]?.text === 'as it shall be');
  });

  test('an older year does not overwrite a newer one, nor a failed answer what is shown', async () => {
    const anna = await world.person();
    const { json: entry } = await anna.call('POST', '/entries', { body: { text: 'words', mood: 3 } });
    const { page, context, settled } = await world.visit(anna);
    await page.goto(`/year?day=${entry.local_day}`);
    await page.locator('section li', { hasText: 'words' }).waitFor();
    await settled();
    const [first, fetched] = [gate(), gate()];
    let asked = 0;
    await page.route('**/api/v1/insights/calendar?*', async (route) => {
      const mine = ++asked;
      const response = await route.fetch();
      if (mine === 1) {
        fetched.go();
        await first.opened;
      }
      await route.fulfill({ response });
    });
    await page.route('**/api/v1/entries/*', async (route) => {
      await fetched.opened;
      return route.continue();
    });
    const text = await edit(page, 'words');
    await page
      .getByRole('form', { name: 'Edit entry' })
      .getByRole('radio', { name: /^9,/ })
      .check({ force: true });
    await text.press('Control+Enter');
    const cell = page.locator(`[data-day="${entry.local_day}"]`);
    const label = async () => (await cell.getAttribute('aria-label')) ?? '';
    await until(async () => (await label()).includes(': 9.0'));
    first.go();
    await settled();
    expect(await label()).toContain(': 9.0');
    await page.unrouteAll();
    await context.setOffline(true);
    await change(page, 'words', 'more words');
    await page.getByRole('alert').first().waitFor();
    expect(await label()).toContain(': 9.0');
  });

  test('keys of an input method do not end a change', async () => {
    const anna = await world.person();
    await anna.call('POST', '/entries', { body: { text: 'as it was' } });
    const { page } = await world.visit(anna);
    const text = await edit(page, 'as it was');
    await text.fill('long words');
    const devtools = await page.context().newCDPSession(page);
    await text.focus();
    const composed = { text: 'にほ', selectionStart: 2, selectionEnd: 2 };
    await devtools.send('Input.imeSetComposition', composed);
    await page.keyboard.press('Escape');
    await sleep(300);
    expect(await text.count()).toBe(1);
  });

  test('All does not bring back who has left before the first day is known', async () => {
    const { page, settled } = await world.visit(await world.person());
    await page.getByRole('link', { name: 'Insights' }).click();
    await settled();
    const answer = gate();
    let asked = 0;
    await page.route('**/api/v1/**', async (route) => {
      asked++;
      await answer.opened;
      return route.continue();
    });
    await page.getByRole('button', { name: 'All', exact: true }).click();
    await until(async () => asked > 0);
    await page.getByRole('link', { name: 'Today' }).click();
    answer.go();
    await settled();
    expect(new URL(page.url()).pathname).toBe('/');
  });
});

/** Opens an entry to be changed, and gives the field of its text. */
async function edit(page: Page, text: string) {
  const item = page.locator('li', { hasText: text });
  await item.hover();
  await item.getByRole('button', { name: 'Edit' }).click();
  return page.getByRole('form', { name: 'Edit entry' }).getByLabel('Text');
}

async function change(page: Page, text: string, into: string): Promise<void> {
  const field = await edit(page, text);
  await field.fill(into);
  await field.press('Control+Enter');
}
