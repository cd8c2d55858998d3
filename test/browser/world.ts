import type { AddressInfo } from 'node:net';
import type { Browser, BrowserContext, BrowserContextOptions, Page, Request } from 'playwright-core';
import { afterEach, expect } from 'vitest';
import { testApp, type Person, type TestApp } from '../app.ts';
import { freePort } from '../free-port.ts';
import { buildWebApp } from './built.ts';
import { homeName, sharedBrowser } from './chromium.ts';

export interface World extends TestApp {
  url: string;
  /** Where this installation's pages are looked at: a browser without a past. */
  open(options?: BrowserContextOptions): Promise<Visit>;
  /** The same, signed in as somebody by their own hand. */
  visit(person: Person, options?: BrowserContextOptions): Promise<Visit>;
}

export interface Visit {
  context: BrowserContext;
  page: Page;
  /** What a browser complained about: errors on the console, exceptions, breaches of the policy. */
  complaints: string[];
  /** Waits until nothing is asked of the server any more, and what it answered is drawn. */
  settled(): Promise<void>;
}

/** What a browser always logs about an answer that was refused or never came; the journeys that mean to cause one drop it. */
export const networkComplaint = /Failed to load resource|ERR_INTERNET_DISCONNECTED/;

/** A server with the web app as it is built for people, and a browser; `base` where it is not only for the browser. */
export async function browserWorld(base?: TestApp): Promise<World> {
  const [webApp, browser] = await Promise.all([buildWebApp(), sharedBrowser()]);
  const served = base ?? (await testApp({ webApp }));
  await served.app.listen({ host: '127.0.0.1', port: 0 });
  return lookedAt(served, browser, `http://127.0.0.1:${portOf(served)}`);
}

/** The same, as a home network has it: by plain http, under a name that is not this machine's own. */
export async function homeWorld(): Promise<World> {
  const [webApp, browser, port] = await Promise.all([buildWebApp(), sharedBrowser(), freePort()]);
  const url = `http://${homeName}:${port}`;
  const served = await testApp({ webApp, publicUrl: url });
  await served.app.listen({ host: '127.0.0.1', port });
  return lookedAt(served, browser, url);
}

function lookedAt(served: TestApp, browser: Browser, url: string): World {
  const visits: Visit[] = [];
  afterEach(async () => {
    await Promise.all(visits.splice(0).map(({ context }) => context.close()));
  });
  const open = async (options?: BrowserContextOptions) => {
    const opened = await openPage(browser, url, options);
    visits.push(opened);
    return opened;
  };
  const visit = async (person: Person, options?: BrowserContextOptions) => {
    const opened = await open(options);
    await signIn(opened.page, person);
    return opened;
  };
  return { ...served, url, open, visit };
}

async function openPage(
  browser: Browser,
  baseURL: string,
  options: BrowserContextOptions = {},
): Promise<Visit> {
  const zone = { locale: 'en-GB', timezoneId: 'Europe/Berlin' };
  const context = await browser.newContext({ baseURL, ...zone, ...options });
  const complaints: string[] = [];
  const asked = new Set<Request>();
  context.on('request', (request) => asked.add(request));
  context.on('requestfinished', (request) => asked.delete(request));
  context.on('requestfailed', (request) => asked.delete(request));
  context.on('page', (page) => listen(page, complaints));
  const page = await context.newPage();
  page.setDefaultTimeout(60_000);
  await page.goto('/');
  const settled = async () => {
    // Twice: an answer may be what asks the next question.
    for (let calm = 0; calm < 2; calm = asked.size === 0 ? calm + 1 : 0) {
      await page.evaluate('new Promise((done) => requestAnimationFrame(() => setTimeout(done)))');
    }
  };
  return { context, page, complaints, settled };
}

function portOf({ app }: TestApp): number {
  return (app.server.address() as AddressInfo).port;
}

function listen(page: Page, complaints: string[]): void {
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
}

async function signIn(page: Page, { email, password }: Person): Promise<void> {
  await page.getByLabel('E-mail').fill(email);
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await page.getByRole('heading', { name: 'Today' }).waitFor();
}

/** Writes into the composer and saves by its key. */
export async function write(page: Page, text: string, mood?: number): Promise<void> {
  const form = page.getByRole('form', { name: 'New entry' });
  if (mood !== undefined)
    await form.getByRole('radio', { name: new RegExp(`^${mood},`) }).check({ force: true });
  await form.getByLabel('Text').fill(text);
  await form.getByLabel('Text').press('Control+Enter');
  await page.locator('li', { hasText: text }).waitFor();
}

/** Waits until a condition outside the browser holds. */
export async function until(check: () => Promise<boolean>): Promise<void> {
  await expect.poll(check, { timeout: 60_000, interval: 50 }).toBe(true);
}

/** What waits for `opened` goes on once `go` is called. */
export function gate(): { opened: Promise<void>; go: () => void } {
  let go = () => {};
  const opened = new Promise<void>((resolve) => (go = resolve));
  return { opened, go: () => go() };
}
