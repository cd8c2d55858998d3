import { setTimeout as sleep } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { noBrowser } from './chromium.ts';
import { browserWorld, gate, until, write } from './world.ts';

describe.skipIf(noBrowser)('what waits to be sent', { timeout: 240_000 }, async () => {
  const world = noBrowser ? null! : await browserWorld();

  test('is neither sent nor shown for somebody else who signs in on the same browser', async () => {
    const [anna, ben] = [await world.person(), await world.person()];
    const { page, settled } = await world.visit(anna);
    await page.route('**/api/v1/entries/*', (route) => route.abort('connectionrefused'));
    await write(page, 'of Anna alone');
    await page.getByText('1 entry will be sent later.').waitFor();
    await page.getByRole('form', { name: 'New entry' }).getByLabel('Text').fill('a draft of Anna');
    const { email, password } = ben;
    const headers = { 'sec-fetch-site': 'same-origin' };
    const login = await page.request.post('/api/v1/auth/login', { data: { email, password }, headers });
    expect(login.status()).toBe(200);
    await page.unroute('**/api/v1/entries/*');
    // Long enough for what waits to be tried again.
    await page.evaluate("dispatchEvent(new Event('online'))");
    await sleep(1000);
    for (const person of [anna, ben]) expect((await person.call('GET', '/entries')).json.entries).toEqual([]);
    await page.reload();
    await page.getByText('Nothing written today yet.').waitFor();
    await settled();
    await page.goto('/settings');
    await page.getByText(email).first().waitFor();
    await page.goto('/');
    await page.getByText('Nothing written today yet.').waitFor();
    expect(await page.getByRole('form', { name: 'New entry' }).getByLabel('Text').inputValue()).toBe('');
    for (const person of [anna, ben]) expect((await person.call('GET', '/entries')).json.entries).toEqual([]);
  });

  test('is shown on its day in the year, too', async () => {
    const { page } = await world.visit(await world.person());
    await page.route('**/api/v1/entries/*', (route) => route.abort('connectionrefused'));
    await write(page, 'not sent so far');
    await page.getByRole('link', { name: 'Year' }).click();
    await page.locator('button.today').click();
    const item = page.locator('section li', { hasText: 'not sent so far' });
    await item.getByText('not sent yet').waitFor();
  });

  test('a page that waits at the door goes in when another one does', async () => {
    const { page, context } = await world.open();
    const other = await context.newPage();
    await other.goto('/');
    await other.getByLabel('E-mail').waitFor();
    const { email, password } = await world.person();
    await page.getByLabel('E-mail').fill(email);
    await page.getByLabel('Password').fill(password);
    await page.getByRole('button', { name: 'Sign in', exact: true }).click();
    await other.getByRole('heading', { name: 'Today' }).waitFor();
  });

  test('a new entry that arrived while its answer was lost is deleted, and stays so', async () => {
    const anna = await world.person();
    const { page } = await world.visit(anna);
    let arrived = 0;
    await page.route('**/api/v1/entries/*', async (route) => {
      if (arrived++ === 0) await route.fetch();
      return route.abort('connectionreset');
    });
    await write(page, 'not meant');
    await until(async () => (await anna.call('GET', '/entries')).json.entries.length === 1);
    await remove(page, 'not meant');
    await page.unroute('**/api/v1/entries/*');
    await until(async () => (await anna.call('GET', '/entries')).json.entries.length === 0);
    await page.reload();
    await page.getByText('Nothing written today yet.').waitFor();
  });

  test('a change made offline outlives being deleted and taken back', async () => {
    const anna = await world.person();
    await anna.call('POST', '/entries', { body: { text: 'as it was' } });
    const { page, context } = await world.visit(anna);
    await page.locator('li', { hasText: 'as it was' }).waitFor();
    await context.setOffline(true);
    await change(page, 'as it was', 'as it shall be');
    await page.locator('li', { hasText: 'as it shall be' }).waitFor();
    await remove(page, 'as it shall be');
    await page.getByRole('button', { name: 'Undo' }).click();
    await page.locator('li', { hasText: 'as it shall be' }).waitFor();
    await context.setOffline(false);
    const entry = async () => (await anna.call('GET', '/entries')).json.entries[0];
    await until(async () => (await entry()).version === 2);
    expect((await entry()).text).toBe('as it shall be');
  });

  test('a changed entry is deleted whose change had arrived while its answer was lost', async () => {
    const anna = await world.person();
    await anna.call('POST', '/entries', { body: { text: 'as it was' } });
    const { page } = await world.visit(anna);
    let arrived = 0;
    await page.route('**/api/v1/entries/*', async (route) => {
      if (arrived++ === 0) await route.fetch();
      return route.abort('connectionreset');
    });
    await change(page, 'as it was', 'as it shall be');
    await until(async () => (await anna.call('GET', '/entries')).json.entries[0].version === 2);
    await remove(page, 'as it shall be');
    await page.unroute('**/api/v1/entries/*');
    await until(async () => (await anna.call('GET', '/entries')).json.entries.length === 0);
    expect(await page.getByText('Changed in two places').count()).toBe(0);
  });

  test('what is written while the day is on its way stays on it, and is here without the server', async () => {
    const anna = await world.person();
    const { page, context, settled } = await world.visit(anna);
    await settled();
    let isLate = true;
    let late = 0;
    const written = gate();
    await page.route('**/api/v1/entries?*', async (route) => {
      const response = await route.fetch();
      if (isLate) late++;
      if (isLate) await written.opened;
      await route.fulfill({ response });
    });
    await page.reload();
    await page.getByRole('heading', { name: 'Today' }).waitFor();
    await until(async () => late >= 2);
    await write(page, 'faster than the list');
    await until(async () => (await anna.call('GET', '/entries')).json.entries.length === 1);
    await page.getByText('not sent yet').waitFor({ state: 'detached' });
    isLate = false;
    written.go();
    await settled();
    await page.unroute('**/api/v1/entries?*');
    const item = page.locator('li', { hasText: 'faster than the list' });
    await item.waitFor();
    await context.setOffline(true);
    await page.reload();
    await item.waitFor();
  });

  test('a change that another tab keeps while the answer to the one before is noted is sent too', async () => {
    const anna = await world.person();
    const { page } = await world.visit(anna);
    let asked = 0;
    const changed = gate();
    await page.route('**/api/v1/entries/*', async (route) => {
      if (asked++ === 0) await changed.opened;
      await route.continue();
    });
    await write(page, 'first words');
    await until(async () => asked === 1);
    // What another tab does comes between two transactions of this one: just before its next.
    await page.evaluate(`{
      const { transaction } = IDBDatabase.prototype;
      IDBDatabase.prototype.transaction = function (...args) {
        if (args[1] === 'readwrite' && [args[0]].flat().includes('outbox')) {
          IDBDatabase.prototype.transaction = transaction;
          const outbox = transaction.call(this, 'outbox', 'readwrite').objectStore('outbox');
          outbox.getAll().onsuccess = ({ target: { result: [item] } }) => {
            const text = 'second words';
            const { queued, written, shown } = item;
            outbox.put({ ...item, queued: queued + 1, written: { ...written, text }, shown: { ...shown, text } });
          };
        }
        return transaction.apply(this, args);
      };
    }`);
    changed.go();
    const text = async () => (await anna.call('GET', '/entries')).json.entries[0]?.text;
    await until(async () => (await text()) === 'second words');
    await page.locator('li', { hasText: 'second words' }).waitFor();
  });

  test('a save that is pressed twice is one entry', async () => {
    const anna = await world.person();
    const { page, settled } = await world.visit(anna);
    await page.getByRole('form', { name: 'New entry' }).getByLabel('Text').fill('said once');
    await page.evaluate(`{
      const form = document.querySelector('#new-entry').form;
      form.requestSubmit();
      form.requestSubmit();
    }`);
    await page.locator('li', { hasText: 'said once' }).first().waitFor();
    await settled();
    expect(await page.locator('li', { hasText: 'said once' }).count()).toBe(1);
    expect((await anna.call('GET', '/entries')).json.entries).toHaveLength(1);
  });

  test('a browser that cannot keep what was written says so, and leaves it in the form', async () => {
    const anna = await world.person();
    await anna.call('POST', '/entries', { body: { text: 'as it was' } });
    const { page } = await world.visit(anna);
    await page.locator('li', { hasText: 'as it was' }).waitFor();
    await page.evaluate(`IDBObjectStore.prototype.put = () => {
      throw new DOMException('full', 'QuotaExceededError');
    }`);
    await change(page, 'as it was', 'as it shall be');
    const form = page.getByRole('form', { name: 'Edit entry' });
    await form.getByText('This browser could not keep it').waitFor();
    await page.reload();
    expect(await form.getByLabel('Text').inputValue()).toBe('as it shall be');
  });

  test('nobody is signed out by a server that was not reached', async () => {
    const anna = await world.person();
    const { page, context } = await world.visit(anna);
    await page.goto('/settings');
    await page.getByRole('button', { name: 'Sign out there' }).waitFor();
    await context.setOffline(true);
    await page.getByRole('button', { name: 'Sign out here' }).click();
    await page.getByRole('alert').getByText('This needs the server').waitFor();
    expect(page.url()).toContain('/settings');
  });
});

async function remove(page: Page, text: string): Promise<void> {
  const item = page.locator('li', { hasText: text });
  await item.hover();
  await item.getByRole('button', { name: 'Delete' }).click();
  await item.waitFor({ state: 'detached' });
}

async function change(page: Page, text: string, into: string): Promise<void> {
  const item = page.locator('li', { hasText: text });
  await item.hover();
  await item.getByRole('button', { name: 'Edit' }).click();
  const form = page.getByRole('form', { name: 'Edit entry' });
  await form.getByLabel('Text').fill(into);
  await form.getByLabel('Text').press('Control+Enter');
}
