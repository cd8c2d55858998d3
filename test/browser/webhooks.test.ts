import { describe, expect, test } from 'vitest';
import { receiver } from '../receiver.ts';
import { appWithWorker } from '../webhooks/world.ts';
import { buildWebApp } from './built.ts';
import { noBrowser } from './chromium.ts';
import { flaws } from './flaws.ts';
import { browserWorld, until } from './world.ts';

// So late that only the button brings a second attempt.
const retrySeconds = [3600];

describe.skipIf(noBrowser)('a webhook', { timeout: 240_000 }, async () => {
  const world = noBrowser
    ? null!
    : await browserWorld(await appWithWorker({ webApp: await buildWebApp(), retrySeconds }));

  test('is made, shows its secret once, is tested, and what failed is sent again by a button', async () => {
    let isBroken = true;
    const { url, received } = await receiver((_message, _request, response) => {
      response.writeHead(isBroken ? 500 : 204).end();
    });
    const anna = await world.person();
    const { page, complaints } = await world.visit(anna);
    await page.goto('/settings');
    const section = page.getByRole('region', { name: 'Webhooks' });
    await section.getByText('No webhooks.').waitFor();
    await section.getByLabel('Address').fill(url);
    await section.getByLabel('Description').fill('to my notes');
    await section.getByRole('button', { name: 'Add a webhook' }).click();
    const secret = await section.locator('code', { hasText: 'whsec_' }).innerText();

    await section.getByRole('button', { name: 'Send a test' }).click();
    await section.getByText('failed, will be tried again').waitFor();
    await section.getByText(/^1 attempt 500, /).waitFor();
    expect(await flaws(page)).toEqual([]);
    isBroken = false;
    await section.getByRole('button', { name: 'Send again' }).click();
    await section.getByText('delivered').waitFor();
    await section.getByText(/^2 attempts 204, /).waitFor();
    expect(received.map(({ body }) => (JSON.parse(body) as { type: string }).type)).toEqual(['ping', 'ping']);
    expect(new Set(received.map(({ headers }) => headers['webhook-id'])).size).toBe(1);

    await page.reload();
    await section.getByText('to my notes').waitFor();
    expect(await page.content()).not.toContain(secret);
    await section.getByRole('button', { name: 'Deliveries' }).click();
    await section.getByText('delivered').waitFor();
    await section.getByRole('button', { name: 'Pause' }).click();
    await section.getByText('paused').waitFor();
    await section.getByRole('button', { name: 'New secret' }).click();
    expect(await section.locator('code', { hasText: 'whsec_' }).innerText()).not.toBe(secret);
    await section.getByRole('button', { name: 'Remove' }).click();
    await section.getByText('No webhooks.').waitFor();
    expect(complaints).toEqual([]);
  });

  test('says why it was not tested', async () => {
    const { url } = await receiver((_message, _request, response) => response.writeHead(204).end());
    const anna = await world.person();
    await anna.call('POST', '/webhooks', { body: { url, events: ['entry.created'] } });
    const { page, settled } = await world.visit(anna);
    await page.goto('/settings');
    const section = page.getByRole('region', { name: 'Webhooks' });
    await page.route('**/api/v1/webhooks/*/test', (route) =>
      route.fulfill({ status: 429, json: { detail: 'Too many for now.' } }),
    );
    await section.getByRole('button', { name: 'Send a test' }).click();
    await section.getByRole('alert').getByText('Too many for now.').waitFor();
    await settled();
    await section.getByRole('alert').getByText('Too many for now.').waitFor();
  });

  test('is refused where the server must not call, and told why', async () => {
    const { page } = await world.visit(await world.person());
    await page.goto('/settings');
    const section = page.getByRole('region', { name: 'Webhooks' });
    await section.getByLabel('Address').fill('https://192.168.0.10/hook');
    await section.getByRole('button', { name: 'Add a webhook' }).click();
    await section.getByRole('alert').waitFor();
    expect(await section.getByRole('alert').innerText()).toMatch(/^url: /);
    await until(async () => (await section.locator('li').count()) === 0);
  });
});
