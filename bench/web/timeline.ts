import type { Browser, Page } from 'playwright-core';
import { traced, type Traced } from './traced.ts';
import { until } from './until.ts';

const scrollMs = 5000;
const keyMs = 90;
const deep = 20_000;
const elements = `document.getElementsByTagName('*').length`;

type Seen = Traced & { told: string };

/** Types two words into the search, key by key, as fast as people do who type well. */
export async function search(browser: Browser, page: Page): Promise<Seen> {
  await open(page);
  const seen = await traced(browser, page, async () => {
    await page.keyboard.press('/');
    await page.locator('#search:focus').waitFor();
    await page.keyboard.type('lighthouse train', { delay: keyMs });
    await page.locator('mark', { hasText: 'train' }).first().waitFor();
  });
  return { ...seen, told: await page.locator('.count').innerText() };
}

/** Turns the wheel as far and as often as it goes. */
export async function scroll(browser: Browser, page: Page): Promise<Seen> {
  await open(page);
  return scrolled(browser, page);
}

/** The same where very much is loaded already. */
export async function scrollDeep(browser: Browser, page: Page): Promise<Seen> {
  await open(page);
  for (let loaded = 40; loaded < deep; loaded += 40) {
    const height = await page.evaluate<number>('document.documentElement.scrollHeight');
    await page.evaluate('scrollTo(0, document.documentElement.scrollHeight)');
    await until(page, `document.documentElement.scrollHeight > ${height}`);
  }
  return scrolled(browser, page);
}

async function scrolled(browser: Browser, page: Page): Promise<Seen> {
  let most = 0;
  const before = await page.evaluate<number>('scrollY');
  await page.mouse.move(600, 500);
  const seen = await traced(browser, page, async () => {
    const end = performance.now() + scrollMs;
    while (performance.now() < end) {
      await page.mouse.wheel(0, 900);
      most = Math.max(most, await page.evaluate<number>(elements));
    }
  });
  const far = (await page.evaluate<number>('scrollY')) - before;
  return { ...seen, told: `${Math.round(far)} px, at most ${most} elements` };
}

async function open(page: Page): Promise<void> {
  await page.goto('/timeline');
  await page.getByText(/^[\d,]+ entries$/).waitFor();
  await page.waitForLoadState('networkidle');
}
