import type { Browser, Page } from 'playwright-core';
import { median } from '../measure.ts';
import { tasksOf } from './traced.ts';
import { until } from './until.ts';

const slowdown = 4;

// Noted by the page itself: when the field for a new entry stands and a frame with it was drawn, and the end of the
// last task over 50 ms.
const watch = `{
  globalThis.seen = { field: null, settled: 0 };
  new PerformanceObserver((list) => {
    for (const { startTime, duration } of list.getEntries()) seen.settled = startTime + duration;
  }).observe({ type: 'longtask', buffered: true });
  const look = () => {
    if (document.getElementById('new-entry') === null) requestAnimationFrame(look);
    else requestAnimationFrame(() => setTimeout(() => (seen.field = performance.now())));
  };
  requestAnimationFrame(look);
}`;

export interface Interactive {
  /** When the field for a new entry stood and was drawn. */
  field: number;
  /** When the last task over 50 ms had ended, or the field stood if that was later. */
  settled: number;
  /** CPU of the page's own thread, slowed as it is, for all of the load: what it takes on a machine with nothing else to do. */
  cpu: number;
}

/** Opens Today again and again with a slow CPU; gives the medians in milliseconds, times since the navigation began. */
export async function interactive(
  browser: Browser,
  page: Page,
  from: 'network' | 'service worker',
  rounds: number,
): Promise<Interactive> {
  const cdp = await page.context().newCDPSession(page);
  await cdp.send('Network.enable');
  await cdp.send('Network.setCacheDisabled', { cacheDisabled: from === 'network' });
  await cdp.send('Network.setBypassServiceWorker', { bypass: from === 'network' });
  await cdp.send('Page.enable');
  await cdp.send('Emulation.setCPUThrottlingRate', { rate: slowdown });
  const { identifier } = await cdp.send('Page.addScriptToEvaluateOnNewDocument', { source: watch });
  const seen: Interactive[] = [];
  for (let round = 0; round < rounds; round++) {
    const tasks = await tasksOf(browser, page, async () => {
      await page.goto('/');
      await until(page, 'globalThis.seen.field !== null');
      await page.waitForLoadState('networkidle');
    });
    await page.keyboard.press('n');
    await page.keyboard.type('k');
    await until(page, `document.getElementById('new-entry').value.endsWith('k')`);
    const { field, settled } = await page.evaluate<Interactive>('globalThis.seen');
    const cpu = tasks.reduce((sum, each) => sum + each, 0);
    seen.push({ field, settled: Math.max(field, settled), cpu });
  }
  await cdp.send('Page.removeScriptToEvaluateOnNewDocument', { identifier });
  await cdp.send('Emulation.setCPUThrottlingRate', { rate: 1 });
  await cdp.detach();
  const middle = (name: keyof Interactive) => Math.round(median(seen.map((each) => each[name])));
  return { field: middle('field'), settled: middle('settled'), cpu: middle('cpu') };
}
