import type { AddressInfo } from 'node:net';
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, expect } from 'vitest';
import { testApp, type Person, type TestApp } from '../app.ts';
import { buildWebApp } from './built.ts';
import { launch } from './chromium.ts';

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
}

/** What a browser always logs about an answer that was refused or never came; the journeys that mean to cause one drop it. */
export const networkComplaint = /Failed to load resource|ERR_INTERNET_DISCONNECTED/;

/** A server with the web app as it is built for people, and a browser. */
export async function browserWorld(): Promise<World> {
  const base = await testApp({ webApp: await buildWebApp() });
  await base.app.listen({ host: '127.0.0.1', port: 0 });
  const url = `http://127.0.0.1:${(base.app.server.address() as AddressInfo).port}`;
  const browser = await launch();
  afterAll(() => browser.close());
  const open = (options?: BrowserContextOptions) => openPage(browser, url, options);
  const visit = async (person: Person, options?: BrowserContextOptions) => {
    const opened = await open(options);
    await signIn(opened.page, person);
    return opened;
  };
  return { ...base, url, open, visit };
}

async function openPage(
  browser: Browser,
  baseURL: string,
  options: BrowserContextOptions = {},
): Promise<Visit> {
  const context = await browser.newContext({
    baseURL,
    locale: 'en-GB',
    timezoneId: 'Europe/Berlin',
    ...options,
  });
  const complaints: string[] = [];
  context.on('page', (page) => listen(page, complaints));
  const page = await context.newPage();
  page.setDefaultTimeout(60_000);
  await page.goto('/');
  return { context, page, complaints };
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
