import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { demoYear } from '../../src/demo/year.ts';
import type { Person } from '../app.ts';
import { noBrowser } from './chromium.ts';
import { browserWorld } from './world.ts';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const pages = [
  '/',
  '/timeline',
  '/timeline?tag=run&q=river',
  '/timeline?trash=true',
  '/year',
  '/insights',
  '/settings',
  '/nowhere',
];

interface AxeResults {
  violations: { id: string; nodes: { html: string; failureSummary: string }[] }[];
}

async function violations(page: Page): Promise<string[]> {
  await page.evaluate(axe);
  const results = await page.evaluate<AxeResults>('axe.run()');
  return results.violations.flatMap(({ id, nodes }) =>
    nodes.map((node) => `${id}: ${node.html} ${node.failureSummary}`),
  );
}

describe.skipIf(noBrowser)('every page', { timeout: 300_000 }, async () => {
  const world = noBrowser ? null! : await browserWorld();
  let anna: Person;
  beforeAll(async () => {
    anna = await world.person();
    for (const body of demoYear(new Date(), 60)) await anna.call('POST', '/entries', { body });
    const { json: gone } = await anna.call('POST', '/entries', { body: { text: 'gone' } });
    await anna.call('DELETE', `/entries/${gone.id}`);
  });

  for (const colorScheme of ['light', 'dark'] as const) {
    test(`has no fault that axe finds, nor a complaint of the browser, ${colorScheme}`, async () => {
      const { page, complaints } = await world.visit(anna, { colorScheme });
      for (const path of pages) {
        await page.goto(path);
        await page.getByRole('heading', { level: 1 }).waitFor();
        await page.waitForLoadState('networkidle');
        expect([path, await violations(page)]).toEqual([path, []]);
        expect([path, complaints]).toEqual([path, []]);
      }
    });
  }

  test('of those who are not signed in, too', async () => {
    const { page, complaints } = await world.open();
    await page.getByLabel('E-mail').waitFor();
    expect(await violations(page)).toEqual([]);
    await page.getByRole('button', { name: 'New here? Make an account' }).click();
    expect(await violations(page)).toEqual([]);
    expect(complaints).toEqual([]);
  });

  test.each([320, 360, 768, 1440])('fits %i pixels without scrolling sideways', async (width) => {
    const { page } = await world.visit(anna, { viewport: { width, height: 700 } });
    for (const path of pages) {
      await page.goto(path);
      await page.getByRole('heading', { level: 1 }).waitFor();
      await page.waitForLoadState('networkidle');
      const over = 'document.documentElement.scrollWidth - document.documentElement.clientWidth';
      expect(await page.evaluate(over), path).toBeLessThanOrEqual(0);
    }
  });

  test.each(['/', '/timeline', '/settings'])(
    'lets the Tab key reach whatever can be pressed: %s',
    async (path) => {
      const { page } = await world.visit(anna);
      await page.goto(path);
      await page.waitForLoadState('networkidle');
      const reachable = `[...document.querySelectorAll('a[href], button, input, select, textarea')].filter((each) =>
      each.checkVisibility({ visibilityProperty: true }) && !each.disabled && each.type !== 'hidden')`;
      const all = await page.evaluate<number>(`globalThis.missing = new Set(${reachable}.map((each) =>
      each.type === 'radio' ? each.closest('fieldset') : each)), globalThis.missing.size`);
      await page.evaluate(`document.addEventListener('focusin', ({ target }) => {
      globalThis.missing.delete(target); globalThis.missing.delete(target.closest('fieldset:has([type=radio])')); })`);
      for (let press = 0; press < 2 * all + 20; press++) await page.keyboard.press('Tab');
      expect(await page.evaluate(`[...globalThis.missing].map((each) => each.outerHTML)`)).toEqual([]);
    },
  );

  test('is reached by keys: g and a letter, n, /, ?', async () => {
    const { page } = await world.visit(anna);
    for (const [keys, name] of [
      ['gt', 'Timeline'],
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
  });

  test('asks no other place for anything', async () => {
    const { page, context } = await world.open();
    const asked = new Set<string>();
    context.on('request', (request) => asked.add(new URL(request.url()).origin));
    await page.getByLabel('E-mail').fill(anna.email);
    await page.getByLabel('Password').fill(anna.password);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Today' }).waitFor();
    for (const path of pages) await page.goto(path, { waitUntil: 'networkidle' });
    expect([...asked]).toEqual([world.url]);
  });
});
