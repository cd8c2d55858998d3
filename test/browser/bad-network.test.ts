import { randomInt } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Locator, Page, Route } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { seeded } from '../../bench/random.ts';
import { noBrowser } from './chromium.ts';
import { browserWorld, until, write } from './world.ts';

const seed = Number(process.env['FAULTS_SEED'] ?? randomInt(1_000_000));
const actions = Number(process.env['FAULTS_ACTIONS'] ?? 40);

describe.skipIf(noBrowser)(
  `a hasty writer on a bad network (FAULTS_SEED=${seed})`,
  { timeout: 300_000 },
  async () => {
    const world = noBrowser ? null! : await browserWorld();

    test('finds everything as they left it, and is asked about nothing', async () => {
      const anna = await world.person();
      const { page, context, settled } = await world.visit(anna);
      const random = seeded(seed);
      await page.route('**/api/v1/entries**', (route) => badly(route, random));
      const words = await actHastily(page, random);
      await page.unroute('**/api/v1/entries**');
      await until(async () => {
        await page.evaluate("dispatchEvent(new Event('online'))");
        return (await page.getByText(/will be sent later|not sent yet/).count()) === 0;
      });
      await settled();
      expect(await page.getByText('Changed in two places').count()).toBe(0);
      const sorted = [...words].sort();
      const { entries } = (await anna.call('GET', '/entries?limit=100')).json;
      expect(entries.map(({ text }: { text: string }) => text).sort()).toEqual(sorted);
      const shown = () => page.locator('li p.written').allTextContents();
      expect((await shown()).sort()).toEqual(sorted);
      // What is kept for reading without the server, then what the server has.
      await context.setOffline(true);
      await page.reload();
      await page.getByRole('heading', { name: 'Today' }).waitFor();
      await settled();
      expect((await shown()).sort()).toEqual(sorted);
      await context.setOffline(false);
      await page.reload();
      await until(async () => String((await shown()).sort()) === String(sorted));
    });
  },
);

/** Answers that come late, after a request that arrived or not, or not at all. */
async function badly(route: Route, random: () => number): Promise<void> {
  const [before, after, fate] = [random() * 300, random() * 300, random()];
  await sleep(before);
  try {
    if (fate < 0.15) {
      await route.abort('connectionreset');
      return;
    }
    const response = await route.fetch();
    await sleep(after);
    if (fate < 0.3) {
      await route.abort('connectionreset');
      return;
    }
    await route.fulfill({ response });
  } catch {
    // The page left meanwhile.
  }
}

/** Writes, changes, deletes and takes back, and gives the texts that shall be there then. */
async function actHastily(page: Page, random: () => number): Promise<string[]> {
  const words: string[] = [];
  let deleted: string | null = null;
  for (let n = 0; n < actions; n++) {
    const chance = random();
    const index = Math.floor(random() * words.length);
    const text = words[index];
    if (chance < 0.3 || text === undefined) {
      await write(page, `words ${n}.`);
      words.push(`words ${n}.`);
    } else if (chance < 0.55) {
      await change(itemOf(page, text), page, `words ${n}.`);
      words[index] = `words ${n}.`;
    } else if (chance < 0.75) {
      await press(itemOf(page, text).getByRole('button', { name: 'Delete' }));
      words.splice(index, 1);
      deleted = text;
    } else if (chance < 0.9 && deleted !== null) {
      await press(page.getByRole('button', { name: 'Undo' }));
      words.push(deleted);
      deleted = null;
    } else if (chance < 0.95) {
      await press(page.getByRole('link', { name: 'Timeline' }));
      await press(page.getByRole('link', { name: 'Today' }));
    } else {
      await page.evaluate("dispatchEvent(new Event('online'))");
    }
    if (random() < 0.5) await sleep(random() * 300);
  }
  return words;
}

function itemOf(page: Page, text: string): Locator {
  return page.locator('li', { has: page.getByText(text, { exact: true }) });
}

async function change(item: Locator, page: Page, into: string): Promise<void> {
  await press(item.getByRole('button', { name: 'Edit' }));
  const form = page.getByRole('form', { name: 'Edit entry' });
  await form.getByLabel('Text').fill(into);
  await form.getByLabel('Text').press('Control+Enter');
  await form.waitFor({ state: 'detached' });
}

/** By its event: lists that grow move what a hand would miss. */
function press(what: Locator): Promise<void> {
  return what.dispatchEvent('click', {}, { timeout: 10_000 });
}
