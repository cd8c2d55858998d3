import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const widths = [320, 360, 768, 1440];
const overflow = 'document.documentElement.scrollWidth - document.documentElement.clientWidth';

interface AxeResults {
  violations: { id: string; nodes: { html: string; failureSummary: string }[] }[];
}

/**
 * What is wrong with a page as it stands: what axe finds, in light and, as far as colours go, in dark; whether it
 * scrolls sideways at the widths of phones, tablets and laptops. Leaves the page as it was, in light.
 */
export async function flaws(page: Page): Promise<string[]> {
  await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' });
  await page.evaluate(axe);
  const light = await violations(page, 'axe.run()');
  await page.emulateMedia({ colorScheme: 'dark', reducedMotion: 'reduce' });
  const dark = await violations(page, `axe.run({ runOnly: ['color-contrast', 'link-in-text-block'] })`);
  await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' });
  return [...light, ...dark.map((each) => `dark: ${each}`), ...(await tooWide(page))];
}

async function violations(page: Page, run: string): Promise<string[]> {
  const { violations: found } = await page.evaluate<AxeResults>(run);
  return found.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.html} ${node.failureSummary}`));
}

async function tooWide(page: Page): Promise<string[]> {
  const before = page.viewportSize();
  const found: string[] = [];
  for (const width of widths) {
    await page.setViewportSize({ width, height: 700 });
    await page.evaluate('new Promise((done) => requestAnimationFrame(() => setTimeout(done)))');
    const over = await page.evaluate<number>(overflow);
    if (over > 0) found.push(`${over} pixels wider than a window of ${width}`);
  }
  if (before !== null) await page.setViewportSize(before);
  return found;
}

// A group of radio buttons and a grid are one stop each; arrows go on from there.
const stops = `[...document.querySelectorAll('a[href], button, input, select, textarea, summary, [tabindex="0"]')]
  .filter((each) => each.checkVisibility({ visibilityProperty: true }) && !each.disabled)
  .map((each) => each.type === 'radio' ? each.closest('fieldset') : each.closest('[role=grid]') ?? each)`;

/** What can be pressed or filled in on a page and is not reached by the Tab key from its top. */
export async function unreachable(page: Page): Promise<string[]> {
  const count = await page.evaluate<number>(`{
    document.activeElement?.blur();
    globalThis.missing = new Set(${stops});
    document.addEventListener('focusin', ({ target }) => {
      for (const each of [target, target.closest('[role=grid]'), target.closest('fieldset:has([type=radio])')])
        globalThis.missing.delete(each);
    });
    globalThis.missing.size;
  }`);
  if (count === 0) throw new Error('there is nothing to reach');
  // The parts of a date are a stop each.
  for (let press = 0; press < 4 * count + 20; press += 10) {
    for (let each = 0; each < 10; each++) await page.keyboard.press('Tab');
    if ((await page.evaluate('globalThis.missing.size')) === 0) return [];
  }
  return page.evaluate<string[]>('[...globalThis.missing].map((each) => each.outerHTML)');
}
