import { describe, expect, test } from 'vitest';
import { noBrowser } from './chromium.ts';
import { flaws, unreachable } from './flaws.ts';
import { browserWorld, networkComplaint, until, write } from './world.ts';

describe.skipIf(noBrowser)('without the server', { timeout: 240_000 }, async () => {
  const world = noBrowser ? null! : await browserWorld();

  test('reads and writes offline, over a reload, and sends it once it is back', async () => {
    const anna = await world.person();
    await anna.call('POST', '/entries', { body: { text: 'written before' } });
    const { page, context, complaints } = await world.visit(anna);
    await page.getByText('written before').waitFor();
    await page.evaluate('navigator.serviceWorker.ready.then(() => true)');
    await page.reload();
    await page.getByText('written before').waitFor();

    await context.setOffline(true);
    await write(page, 'written on the train', 4);
    await page.getByText('not sent yet', { exact: true }).waitFor();
    await page.reload();
    await page.getByText('written on the train').waitFor();
    await page.getByText('written before').waitFor();
    await page.goto('/timeline');
    await page.getByText('Offline: this is the latest month').waitFor();
    await page.getByText('written before').waitFor();
    await page.locator('li', { hasText: 'written on the train' }).getByText('not sent yet').waitFor();
    expect(await flaws(page)).toEqual([]);
    const search = page.getByLabel('Search');
    // As the server reads it.
    for (const [typed, isFound] of [
      ['"before written"', false],
      ['BÉFORE written', true],
      ['written -before', false],
      ['general', true],
      ['train', false],
      ['train or before', true],
    ] as const) {
      await search.fill(typed);
      const before = page.locator('li', { hasText: 'written before' });
      await before.waitFor({ state: isFound ? 'visible' : 'detached' });
    }
    await search.fill('');
    expect((await anna.call('GET', '/entries')).json.entries).toHaveLength(1);

    await context.setOffline(false);
    // What was asked for in vain is asked for again by itself.
    await page.getByText('2 entries', { exact: true }).waitFor();
    await until(async () => (await anna.call('GET', '/entries')).json.entries.length === 2);
    const [sent] = (await anna.call('GET', '/entries')).json.entries;
    expect(sent).toMatchObject({ text: 'written on the train', mood: 4, version: 1 });
    expect(complaints.filter((each) => !networkComplaint.test(each))).toEqual([]);
  });

  test('can be installed', async () => {
    const { page, context } = await world.visit(await world.person());
    await page.evaluate('navigator.serviceWorker.ready.then(() => true)');
    const browser = await context.newCDPSession(page);
    const { errors, data } = await browser.send('Page.getAppManifest');
    expect(errors).toEqual([]);
    expect(JSON.parse(data ?? '')).toMatchObject({ name: 'Daymark', start_url: '/', display: 'standalone' });
    const { installabilityErrors } = await browser.send('Page.getInstallabilityErrors');
    // A window without a past is what the tests have, and nothing is ever installed from one.
    expect(installabilityErrors.filter(({ errorId }) => errorId !== 'in-incognito')).toEqual([]);
  });

  test.each([
    ['Keep yours', ['mine'], 3],
    ['Keep the other', ['theirs'], 2],
    ['Keep both', ['mine', 'theirs'], 2],
  ])('a conflict shows both: %s', async (choice, texts, version) => {
    const anna = await world.person();
    const { json: entry } = await anna.call('POST', '/entries', { body: { text: 'first' } });
    const { page, context } = await world.visit(anna);
    const item = page.locator('li', { hasText: 'first' });
    await item.hover();
    await item.getByRole('button', { name: 'Edit' }).click();
    await context.setOffline(true);
    await anna.call('PATCH', `/entries/${entry.id}`, { body: { text: 'theirs' } });
    const form = page.getByRole('form', { name: 'Edit entry' });
    await form.getByLabel('Text').fill('mine');
    await form.getByLabel('Text').press('Control+Enter');
    await page.locator('li', { hasText: 'mine' }).waitFor();
    await context.setOffline(false);
    const conflict = page.getByRole('alert', { name: 'Changed in two places' });
    await conflict.getByText('theirs').waitFor();
    await conflict.getByText('mine', { exact: true }).waitFor();
    if (choice === 'Keep both') {
      expect(await flaws(page)).toEqual([]);
      expect(await unreachable(page)).toEqual([]);
    }
    await conflict.getByRole('button', { name: choice }).click();
    await conflict.waitFor({ state: 'detached' });
    await until(async () => {
      const { entries } = (await anna.call('GET', '/entries')).json;
      return (
        JSON.stringify(entries.map((each: { text: string }) => each.text).sort()) === JSON.stringify(texts)
      );
    });
    expect((await anna.call('GET', `/entries/${entry.id}`)).json.version).toBe(version);
  });

  test('an answer that is lost is not sent twice, nor taken for a conflict', async () => {
    const anna = await world.person();
    const { page } = await world.visit(anna);
    let lost = 0;
    await page.route('**/api/v1/entries/*', async (route) => {
      if (route.request().method() !== 'PUT' || lost > 0) return route.continue();
      lost++;
      await route.fetch();
      return route.abort('connectionreset');
    });
    await write(page, 'said once');
    await page.getByText('not sent yet', { exact: true }).waitFor({ state: 'detached' });
    await until(async () => lost === 1);
    expect(await page.getByText('Changed in two places').count()).toBe(0);
    expect((await anna.call('GET', '/entries')).json.entries).toMatchObject([
      { text: 'said once', version: 1 },
    ]);
  });

  test('a session that ends in the middle of writing loses nothing', async () => {
    const anna = await world.person();
    const { page, complaints } = await world.visit(anna);
    const text = page.getByRole('form', { name: 'New entry' }).getByLabel('Text');
    await text.fill('half a sentence');
    const { sessions } = (await anna.call('GET', '/me/sessions')).json;
    for (const { id, current } of sessions) {
      if (current === false) await anna.call('DELETE', `/me/sessions/${id}`);
    }
    await page.reload();
    await page.getByText('You have been signed out.').waitFor();
    expect(await flaws(page)).toEqual([]);
    expect(await text.inputValue()).toBe('half a sentence');
    await text.fill('half a sentence, and the rest');
    await text.press('Control+Enter');
    await page.locator('li', { hasText: 'and the rest' }).waitFor();
    await page.getByLabel(`Password of ${anna.email}`).fill(anna.password);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await until(async () => (await anna.call('GET', '/entries')).json.entries.length === 1);
    expect((await anna.call('GET', '/entries')).json.entries[0].text).toBe('half a sentence, and the rest');
    expect(complaints.filter((each) => !networkComplaint.test(each))).toEqual([]);
  });

  test('a change that is being typed outlives the end of the session, scrolling away and a reload', async () => {
    const anna = await world.person();
    for (let i = 0; i < 100; i++)
      await anna.call('POST', '/entries', { body: { text: `entry ${i} of many` } });
    const { page } = await world.visit(anna);
    await page.goto('/timeline');
    const item = page.locator('li', { hasText: 'entry 99 of many' });
    await item.hover();
    await item.getByRole('button', { name: 'Edit' }).click();
    const text = page.getByRole('form', { name: 'Edit entry' }).getByLabel('Text');
    await text.fill('changed at length');
    await text.blur();
    await until(async () => {
      await page.evaluate('scrollTo(0, document.documentElement.scrollHeight)');
      return (await text.count()) === 0;
    });
    await page.evaluate('scrollTo(0, 0)');
    await text.waitFor();
    expect(await text.inputValue()).toBe('changed at length');
    const { sessions } = (await anna.call('GET', '/me/sessions')).json;
    for (const { id, current } of sessions) {
      if (current === false) await anna.call('DELETE', `/me/sessions/${id}`);
    }
    await page.reload();
    await page.getByLabel(`Password of ${anna.email}`).fill(anna.password);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByText('You have been signed out.').waitFor({ state: 'detached' });
    await page.getByText('100 entries').waitFor();
    expect(await text.inputValue()).toBe('changed at length');
    await text.press('Control+Enter');
    await until(async () => (await anna.call('GET', '/entries?limit=1')).json.entries[0].version === 2);
    expect((await anna.call('GET', '/entries?limit=1')).json.entries[0].text).toBe('changed at length');
  });

  test('says that the server cannot be reached only as long as it cannot', async () => {
    const { page } = await world.visit(await world.person());
    await page.route('**/api/v1/**', (route) => route.abort('connectionrefused'));
    await page.reload();
    await page.getByText('You are offline.').waitFor();
    await page.unroute('**/api/v1/**');
    await write(page, 'and on it goes');
    await page.getByText('You are offline.').waitFor({ state: 'detached' });
  });

  test('takes what stands in the place of the server for no answer of it', async () => {
    const { page, complaints } = await world.visit(await world.person());
    await page.route('**/api/v1/**', (route) =>
      route.fulfill({ contentType: 'text/html', body: '<title>Welcome to our hotel</title>' }),
    );
    await page.reload();
    await page.getByText('You are offline.').waitFor();
    await page.unroute('**/api/v1/**');
    await page.getByText('Nothing written today yet.').waitFor();
    expect(complaints).toEqual([]);
  });

  test('signing out clears what the browser kept', async () => {
    const anna = await world.person();
    const { page, context } = await world.visit(anna);
    await write(page, 'for nobody else');
    await page.goto('/settings');
    await page.getByRole('button', { name: 'Sign out here' }).click();
    await page.getByLabel('E-mail').waitFor();
    await page.waitForLoadState();
    await page.evaluate('navigator.serviceWorker.ready.then(() => true)');
    expect(await page.evaluate('Object.keys(localStorage).length')).toBe(0);
    await context.setOffline(true);
    await page.reload();
    await page.getByLabel('E-mail').waitFor();
    expect(await page.content()).not.toContain('for nobody else');
    const kept = `new Promise((resolve) => {
      const asked = indexedDB.open('daymark');
      asked.onsuccess = () => resolve([...asked.result.objectStoreNames].length === 0 ? 0 : new Promise((counted) => {
        const count = asked.result.transaction('entries').objectStore('entries').count();
        count.onsuccess = () => counted(count.result);
      }));
    })`;
    expect(await page.evaluate(kept)).toBe(0);
  });

  test('two tabs: what one writes the other shows, and each keeps its own draft', async () => {
    const anna = await world.person();
    const { page, context, complaints } = await world.visit(anna);
    const other = await context.newPage();
    await other.goto('/');
    await other.getByRole('heading', { name: 'Today' }).waitFor();
    await other.getByRole('form', { name: 'New entry' }).getByLabel('Text').fill('in the other tab');
    await write(page, 'in the first tab');
    await other.locator('li', { hasText: 'in the first tab' }).waitFor();
    await other.reload();
    const draft = other.getByRole('form', { name: 'New entry' }).getByLabel('Text');
    await other.locator('li', { hasText: 'in the first tab' }).waitFor();
    expect(await draft.inputValue()).toBe('in the other tab');
    expect(await page.getByRole('form', { name: 'New entry' }).getByLabel('Text').inputValue()).toBe('');
    expect(complaints).toEqual([]);
  });
});
