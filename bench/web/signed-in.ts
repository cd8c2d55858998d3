import type { Browser, Page } from 'playwright-core';

/** Makes an account through the page and gives it with its id; the page's window is a laptop's. */
export async function signedIn(browser: Browser, baseURL: string): Promise<{ page: Page; id: string }> {
  const context = await browser.newContext({
    baseURL,
    locale: 'en-GB',
    viewport: { width: 1440, height: 900 },
  });
  const page = await context.newPage();
  page.setDefaultTimeout(60_000);
  await page.goto('/');
  await page.getByRole('button', { name: 'New here? Make an account' }).click();
  await page.getByLabel('E-mail').fill('bench@example.org');
  await page.getByLabel('Password').fill('a long sentence of mine');
  await page.getByRole('button', { name: 'Make an account', exact: true }).click();
  await page.getByRole('heading', { name: 'Today' }).waitFor();
  await page.evaluate('navigator.serviceWorker.ready.then(() => true)');
  const id = await page.evaluate<string>(
    `fetch('/api/v1/me').then((answer) => answer.json()).then((me) => me.id)`,
  );
  return { page, id };
}
