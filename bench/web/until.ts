import type { Page } from 'playwright-core';

/** Waits until an expression holds in the page; by asking again, since the page's policy forbids it to compile any. */
export async function until(page: Page, expression: string): Promise<void> {
  for (let attempt = 0; attempt < 3000; attempt++) {
    if (await page.evaluate<boolean>(expression)) return;
    await page.waitForTimeout(20);
  }
  throw new Error(`it never came to pass: ${expression}`);
}
