import { describe, expect, test } from 'vitest';
import { noBrowser } from './chromium.ts';
import { flaws } from './flaws.ts';
import { browserWorld, until, write } from './world.ts';

describe.skipIf(noBrowser)('a newcomer', { timeout: 240_000 }, async () => {
  const world = noBrowser ? null! : await browserWorld();

  test('registers, is welcomed, writes, edits in place, deletes and takes it back', async () => {
    const { page, complaints } = await world.open();
    await page.getByRole('button', { name: 'New here? Make an account' }).click();
    await page.getByLabel('E-mail').fill('newcomer@example.org');
    await page.getByLabel('Password').fill('a long sentence of mine');
    await page.getByRole('button', { name: 'Make an account', exact: true }).click();
    await page.getByRole('link', { name: 'Bring entries along' }).waitFor();
    await page.getByText('Nothing written today yet.').waitFor();
    expect(await flaws(page)).toEqual([]);

    await write(page, 'Long run along the river.', 7);
    const item = page.locator('li', { hasText: 'Long run' });
    await item.hover();
    await item.getByRole('button', { name: 'Edit' }).click();
    await page.getByRole('form', { name: 'Edit entry' }).getByLabel('Text').fill('A short run.');
    await page.getByRole('form', { name: 'Edit entry' }).getByRole('button', { name: 'Save' }).click();
    const edited = page.locator('li', { hasText: 'A short run.' });
    await edited.waitFor();
    await edited.hover();
    await edited.getByRole('button', { name: 'Delete' }).click();
    await edited.waitFor({ state: 'detached' });
    expect(await flaws(page)).toEqual([]);
    // The focus was on what is gone: it waits where the next key takes that back.
    await page.locator('button:focus', { hasText: 'Undo' }).waitFor();
    await page.keyboard.press('Enter');
    await edited.waitFor();
    await page.reload();
    await edited.waitFor();
    expect(complaints).toEqual([]);
  });

  test('writes by finger on a phone', async () => {
    const anna = await world.person();
    const phone = { hasTouch: true, isMobile: true, viewport: { width: 360, height: 640 } };
    const { page, complaints } = await world.visit(anna, phone);
    const mood = page.getByRole('radio', { name: /^8,/ });
    await mood.tap();
    expect(await mood.isChecked()).toBe(true);
    await page.getByRole('form', { name: 'New entry' }).getByLabel('Text').fill('By finger.');
    await page.getByRole('button', { name: 'Save' }).tap();
    const item = page.locator('li', { hasText: 'By finger.' });
    await item.getByRole('button', { name: 'Delete' }).tap();
    await page.getByRole('button', { name: 'Undo' }).tap();
    await item.waitFor();
    await until(async () => (await anna.call('GET', '/entries')).json.entries[0]?.mood === 8);
    expect(complaints).toEqual([]);
  });

  test('looks around with invented days, and has them taken away again', async () => {
    const { page, complaints } = await world.open();
    await page.getByRole('button', { name: 'New here? Make an account' }).click();
    await page.getByLabel('E-mail').fill('curious@example.org');
    await page.getByLabel('Password').fill('a long sentence of mine');
    await page.getByRole('button', { name: 'Make an account', exact: true }).click();
    await page.getByRole('button', { name: 'Look around with invented days' }).click();
    await page.getByText(/^\d+ entries tagged #demo written\./).waitFor();
    await page.getByRole('link', { name: 'Insights' }).click();
    await page.getByText(/^Your days since .+ averaged \d\.\d/).waitFor();
    await page.getByRole('link', { name: 'Settings' }).click();
    await page.getByRole('button', { name: 'Remove invented days' }).click();
    await page.getByText(/^\d+ entries moved to the trash\./).waitFor();
    await page.getByRole('link', { name: 'Timeline' }).click();
    await page.getByText('Nothing here yet.').waitFor();
    expect(complaints).toEqual([]);
  });

  test('completes from words of their own, and reads dates and numbers as their browser writes them', async () => {
    const anna = await world.person();
    const body = { text: 'Gelaufen.', mood: 7, tags: ['laufen'], category: 'arbeit', measures: { km: 7.5 } };
    await anna.call('POST', '/entries', { body: { ...body, at: '2025-03-04T12:00:00Z' } });
    const { page } = await world.visit(anna, { locale: 'de-DE' });
    await page.getByRole('button', { name: 'Add #laufen' }).click();
    await page.getByRole('button', { name: 'Add km' }).click();
    await page.getByLabel('km', { exact: true }).fill('8,25');
    expect(await page.locator('datalist option[value=arbeit]').count()).toBe(1);
    await page.getByRole('form', { name: 'New entry' }).getByLabel('Text').press('Control+Enter');
    await page.getByText('km 8,25').waitFor();
    await page.getByRole('link', { name: 'Timeline' }).click();
    await page.getByRole('heading', { name: 'Di., 4. März 2025' }).waitFor();
  });

  test('sets mood, category, tags, measures and another time by keys alone', async () => {
    const anna = await world.person();
    await anna.call('PATCH', '/me', { body: { time_zone: 'Europe/Berlin' } });
    const { page, complaints } = await world.visit(anna);
    await page.getByRole('radio', { name: /^5,/ }).focus();
    await page.keyboard.press('Space');
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowRight');
    await page.getByText('fairly good').waitFor();
    await page.keyboard.press('Tab');
    await page.keyboard.type('By keys alone.');
    await page.keyboard.press('Tab');
    await page.keyboard.type('work');
    await page.keyboard.press('Tab');
    await page.keyboard.type('run,friends');
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: '+ measure' }).press('Enter');
    await page.getByLabel('Name, such as sleep hours').fill('Sleep hours');
    await page.getByRole('button', { name: 'Add', exact: true }).press('Enter');
    await page.getByLabel('sleep_hours', { exact: true }).fill('7,5');
    await page.getByRole('button', { name: '+ measure' }).press('Enter');
    await page.getByLabel('Name, such as sleep hours').fill('alcohol');
    await page.getByLabel('yes or no').press('Space');
    await page.getByRole('button', { name: 'Add', exact: true }).press('Enter');
    await page.getByRole('switch', { name: 'alcohol' }).press('Space');
    await page.getByRole('button', { name: 'Another time' }).press('Enter');
    await page.getByLabel('Time zone').fill('Europe/Lisbon');
    await page.getByLabel('When').fill('2026-03-01T06:30');
    await page.keyboard.press('Control+Enter');
    await page.getByText('Saved under').waitFor();
    await until(async () => (await anna.call('GET', '/entries')).json.entries.length === 1);
    expect((await anna.call('GET', '/entries')).json.entries[0]).toMatchObject({
      text: 'By keys alone.',
      mood: 7,
      category: 'work',
      tags: ['run', 'friends'],
      measures: { sleep_hours: 7.5, alcohol: false },
      at: '2026-03-01T06:30:00.000Z',
      time_zone: 'Europe/Lisbon',
    });
    expect(complaints).toEqual([]);
  });

  test('finds the next day on a page that stayed open over night, and the draft still in it', async () => {
    const { page } = await world.visit(await world.person());
    await write(page, 'yesterday by then', 6);
    const text = page.getByRole('form', { name: 'New entry' }).getByLabel('Text');
    await text.fill('still being written');
    await page.clock.install({ time: Date.now() });
    await page.reload();
    await page.locator('li', { hasText: 'yesterday by then' }).waitFor();
    await page.clock.fastForward('24:00:00');
    await page.getByText('Nothing written today yet.').waitFor();
    expect(await text.inputValue()).toBe('still being written');
  });

  test('is left alone while they write, when the offer to take a deletion back ends', async () => {
    const { page } = await world.visit(await world.person());
    await write(page, 'not meant');
    await page.clock.install({ time: Date.now() });
    await page.reload();
    const item = page.locator('li', { hasText: 'not meant' });
    await item.hover();
    await item.getByRole('button', { name: 'Delete' }).click();
    await page.locator('button:focus', { hasText: 'Undo' }).waitFor();
    const text = page.getByRole('form', { name: 'New entry' }).getByLabel('Text');
    await text.fill('the next');
    await page.clock.fastForward(21_000);
    await page.getByText('Moved to the trash.').waitFor({ state: 'detached' });
    await page.keyboard.type(' one');
    expect(await text.inputValue()).toBe('the next one');
  });

  test('is told what is missing, and that a number is none', async () => {
    const { page } = await world.visit(await world.person());
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Pick a mood, write something, or note a measure.').waitFor();
    await page.getByRole('button', { name: '+ measure' }).click();
    await page.getByLabel('Name, such as sleep hours').fill('coffee');
    await page.getByRole('button', { name: 'Add', exact: true }).click();
    await page.getByLabel('coffee', { exact: true }).fill('many');
    await page.getByText('Not a number: coffee.').waitFor();
  });
});
