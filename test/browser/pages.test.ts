import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { demoYear } from '../../src/demo/year.ts';
import type { Person } from '../app.ts';
import { noBrowser } from './chromium.ts';
import { flaws, unreachable } from './flaws.ts';
import { browserWorld } from './world.ts';

/** What is done on a page before it is looked at; nothing where it is looked at as it opens. */
type Act = (page: Page) => Promise<void>;
const places = ['/', '/timeline', '/timeline?trash=true', '/year', '/insights', '/settings'];

const states: [path: string, what: string, act?: Act][] = [
  ['/', 'as it opens'],
  ['/', 'with all fields open', openFields],
  ['/timeline', 'as it opens'],
  ['/timeline', 'while an entry is changed', edit],
  ['/timeline?tag=run&q=river&mood_min=2', 'narrowed, the filters open', press('Filters')],
  ['/timeline?q=nothinglikeit', 'where nothing is found'],
  ['/timeline?trash=true', 'with an entry'],
  ['/year', 'as it opens'],
  ['/year', 'with numbers and a day', openDay],
  ['/insights', 'as it opens'],
  ['/insights', 'as tables', openTables],
  ['/settings', 'as it opens'],
  ['/nowhere', 'as it opens'],
];

describe.skipIf(noBrowser)('every page', { timeout: 300_000 }, async () => {
  const world = noBrowser ? null! : await browserWorld();
  let anna: Person;
  beforeAll(async () => {
    anna = await world.person();
    for (const body of demoYear(new Date(), 30)) await anna.call('POST', '/entries', { body });
    const { json: gone } = await anna.call('POST', '/entries', { body: { text: 'gone' } });
    await anna.call('DELETE', `/entries/${gone.id}`);
    await anna.call('POST', '/entries', {
      body: { text: 'Long run along the river.', mood: 7, tags: ['run'] },
    });
  });

  test('has no fault that axe finds, fits 320 pixels, and is reached by the Tab key whole', async () => {
    const { page, complaints, settled } = await world.visit(anna);
    for (const [path, what, act] of states) {
      await page.goto(path);
      await page.getByRole('heading', { level: 1 }).waitFor();
      await settled();
      await act?.(page);
      await settled();
      expect([path, what, await flaws(page)]).toEqual([path, what, []]);
      expect([path, what, await unreachable(page)]).toEqual([path, what, []]);
      expect([path, what, complaints]).toEqual([path, what, []]);
    }
  });

  test('neither has it where nothing is written yet, and says what to do', async () => {
    const { page, complaints, settled } = await world.visit(await world.person());
    const said = [
      'Nothing written today yet.',
      'Nothing here yet. What you write on Today is found here.',
      'The trash is empty.',
      '0 days written down.',
      'Nothing here yet. Write a few days and come back.',
      'No tokens.',
    ];
    for (const [index, path] of places.entries()) {
      await page.goto(path);
      await page.getByText(said[index] as string).waitFor();
      await settled();
      expect([path, await flaws(page)]).toEqual([path, []]);
      expect([path, await unreachable(page)]).toEqual([path, []]);
      expect([path, complaints]).toEqual([path, []]);
    }
  });

  test('opens at an address that names no day and no section', async () => {
    const { page, complaints, settled } = await world.visit(anna);
    for (const path of [
      '/timeline?from=2024-13-45',
      '/year?day=2024-13-45',
      '/insights?from=2024-02-30',
      '/settings#1',
    ]) {
      await page.goto(path);
      await page.getByRole('heading', { level: 1 }).waitFor();
      await settled();
      expect([path, complaints]).toEqual([path, []]);
    }
  });

  test('that could not be loaded is asked for again by a button', async () => {
    const { page } = await world.visit(anna, { serviceWorkers: 'block' });
    await page.route('**/assets/Timeline-*', (route) => route.abort('connectionrefused'));
    await page.getByRole('link', { name: 'Timeline' }).click();
    await page.getByText('This page could not be loaded.').waitFor();
    await page.unroute('**/assets/Timeline-*');
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.getByRole('heading', { level: 1, name: 'Timeline' }).waitFor();
  });

  test('of those who are not signed in, too', async () => {
    const { page, complaints } = await world.open();
    await page.getByLabel('E-mail').waitFor();
    expect(await flaws(page)).toEqual([]);
    expect(await unreachable(page)).toEqual([]);
    await page.getByRole('button', { name: 'New here? Make an account' }).click();
    expect(await flaws(page)).toEqual([]);
    expect(complaints).toEqual([]);
  });

  test('is reached by keys: g and a letter, n, /, ?', async () => {
    const { page } = await world.visit(anna);
    for (const [keys, name] of [
      ['gt', 'Timeline'],
      ['gy', String(new Date().getFullYear())],
      ['gi', 'Insights'],
      ['gs', 'Settings'],
      ['gd', 'Today'],
    ] as const) {
      await page.keyboard.type(keys);
      await page.getByRole('heading', { level: 1, name }).waitFor();
    }
    await page.keyboard.type('/');
    await page.locator('#search:focus').waitFor();
    await page.getByLabel('Search').blur();
    await page.keyboard.type('n');
    await page.locator('#new-entry:focus').waitFor();
    await page.getByRole('textbox', { name: 'Text' }).blur();
    await page.keyboard.type('?');
    await page.getByRole('heading', { name: 'Keys' }).waitFor();
    expect(await flaws(page)).toEqual([]);
    await page.keyboard.type('?');
    await page.getByRole('heading', { name: 'Keys' }).waitFor({ state: 'detached' });
  });

  test('asks no other place for anything', async () => {
    const { page, context, settled } = await world.open();
    const asked = new Set<string>();
    context.on('request', (request) => asked.add(new URL(request.url()).origin));
    await page.getByLabel('E-mail').fill(anna.email);
    await page.getByLabel('Password').fill(anna.password);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Today' }).waitFor();
    for (const path of places) {
      await page.goto(path);
      await settled();
    }
    expect([...asked]).toEqual([world.url]);
  });
});

function press(name: string): Act {
  return (page) => page.getByRole('button', { name, exact: true }).click();
}

async function openFields(page: Page): Promise<void> {
  await page.getByRole('radio', { name: /^7,/ }).check({ force: true });
  await page.getByLabel('tag', { exact: true }).fill('run');
  await page.getByRole('button', { name: 'Another time' }).click();
  await page.getByRole('button', { name: '+ measure' }).click();
  await page.getByLabel('Name, such as sleep hours').fill('coffee');
  await page.getByRole('button', { name: 'Add', exact: true }).click();
  await page.getByLabel('coffee', { exact: true }).fill('many');
  await page.getByText('Not a number: coffee.').waitFor();
}

async function edit(page: Page): Promise<void> {
  const item = page.locator('li', { hasText: 'Long run along the river.' }).first();
  await item.hover();
  await item.getByRole('button', { name: 'Edit' }).click();
  await page.getByRole('form', { name: 'Edit entry' }).waitFor();
}

async function openDay(page: Page): Promise<void> {
  await page.getByLabel('Show numbers').check();
  await page.locator('button.today').click();
  await page.getByRole('heading', { name: 'On this day' }).waitFor();
}

async function openTables(page: Page): Promise<void> {
  for (const table of await page.getByRole('button', { name: 'Table', exact: true }).all())
    await table.click();
  await expect.poll(() => page.getByRole('table').count()).toBe(6);
}
