import type { Browser, Page } from 'playwright-core';

/** What the page's own thread did meanwhile. */
export interface Traced {
  /** Tasks over 50 ms as the browser counts them (`longtask`): with what other programs took of the machine. */
  longTasks: number[];
  /** CPU milliseconds of the longest task: what the page itself took, however busy the machine is. */
  longestCpu: number;
}

interface TraceEvent {
  name: string;
  ph: string;
  pid: number;
  tid: number;
  tdur?: number;
  args: { name?: string };
}

const categories = ['toplevel', '__metadata'];

/** Does something with a page and gives what its main thread was busy with. */
export async function traced(browser: Browser, page: Page, act: () => Promise<void>): Promise<Traced> {
  await page.evaluate(`{
    globalThis.longTasks = [];
    globalThis.observing?.disconnect();
    globalThis.observing = new PerformanceObserver((list) =>
      globalThis.longTasks.push(...list.getEntries().map((entry) => Math.round(entry.duration))));
    globalThis.observing.observe({ type: 'longtask' });
  }`);
  const tasks = await tasksOf(browser, page, act);
  const longTasks = await page.evaluate<number[]>('globalThis.longTasks');
  return { longTasks, longestCpu: Math.round(Math.max(...tasks)) };
}

/** CPU milliseconds of each task of the page's main thread while something is done with it. */
export async function tasksOf(browser: Browser, page: Page, act: () => Promise<void>): Promise<number[]> {
  await browser.startTracing(page, { categories });
  await act();
  const { traceEvents: events } = JSON.parse(String(await browser.stopTracing())) as {
    traceEvents: TraceEvent[];
  };
  const key = ({ pid, tid }: TraceEvent) => `${pid} ${tid}`;
  const pages = new Set(
    events.filter(({ name, args }) => name === 'thread_name' && args.name === 'CrRendererMain').map(key),
  );
  const tasks = events.filter((each) => each.name.endsWith('RunTask') && pages.has(key(each)));
  if (tasks.length === 0) throw new Error('the trace names no task of a page');
  return tasks.map(({ tdur = 0 }) => tdur / 1000);
}
