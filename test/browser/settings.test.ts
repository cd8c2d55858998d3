import { statSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { noBrowser } from './chromium.ts';
import { browserWorld, until } from './world.ts';

const formats = [
  ['Daymark (lossless)', /\.zip$|\.json/],
  ['CSV', /\.csv$/],
  ['Markdown', /\.zip$/],
] as const;

describe.skipIf(noBrowser)('settings', { timeout: 240_000 }, async () => {
  const world = noBrowser ? null! : await browserWorld();

  test('name, time zone and the end of the day are saved, and say so', async () => {
    const anna = await world.person();
    const { page } = await world.visit(anna);
    await page.goto('/settings');
    const form = page.getByRole('region', { name: 'You' });
    await form.getByLabel('Name').fill('Anna');
    await form.getByLabel('Time zone').fill('Europe/Lisbon');
    await form.getByLabel('A day ends at').selectOption({ label: '04:00' });
    await form.getByRole('button', { name: 'Save' }).click();
    await form.getByText('Saved').waitFor();
    expect((await anna.call('GET', '/me')).json).toMatchObject({
      name: 'Anna',
      time_zone: 'Europe/Lisbon',
      day_start_minutes: 240,
    });
    await form.getByLabel('Time zone').fill('Europe/Nowhere');
    await form.getByRole('button', { name: 'Save' }).click();
    await form.getByText(/time_zone: /).waitFor();
  });

  test('a token is made, shown once, works, and is revoked', async () => {
    const anna = await world.person();
    const { page } = await world.visit(anna);
    await page.goto('/settings');
    const section = page.getByRole('region', { name: 'Access tokens' });
    await section.getByLabel('Name').fill('backup script');
    await section.getByLabel('entries:write').check();
    await section.getByRole('button', { name: 'Make a token' }).click();
    const secret = await section.locator('code').innerText();
    const headers = { authorization: `Bearer ${secret}` };
    expect((await world.call('POST', '/entries', { body: { mood: 5 }, headers })).status).toBe(201);
    await section.getByRole('button', { name: 'Revoke backup script' }).click();
    await section.getByText('No tokens.').waitFor();
    expect((await world.call('GET', '/entries', { headers })).status).toBe(401);
    await page.reload();
    await page.getByText('No tokens.').waitFor();
    expect(await page.content()).not.toContain(secret);
  });

  test('the diary is taken along in each of its formats', async () => {
    const anna = await world.person();
    await anna.call('POST', '/entries', { body: { text: 'taken along' } });
    const { page, complaints } = await world.visit(anna);
    await page.goto('/settings');
    for (const [button, name] of formats) {
      const downloading = page.waitForEvent('download');
      await page.getByRole('link', { name: button }).click();
      const download = await downloading;
      expect(download.suggestedFilename()).toMatch(name);
      expect(statSync(await download.path()).size).toBeGreaterThan(50);
    }
    expect(complaints).toEqual([]);
  });

  test('what happened to the account is told, page by page', async () => {
    const anna = await world.person();
    for (let i = 0; i < 6; i++) {
      const body = { name: `token ${i}`, scopes: ['entries:read'] };
      const { json: token } = await anna.call('POST', '/me/tokens', { body });
      await anna.call('DELETE', `/me/tokens/${token.id}`);
    }
    const { page } = await world.visit(anna);
    await page.goto('/settings');
    const section = page.getByRole('region', { name: 'What happened to the account' });
    await section.getByText('Token revoked').first().waitFor();
    expect(await section.getByText('Account made').count()).toBe(0);
    // What fails once can be asked for again.
    await page.route('**/api/v1/me/events?*', (route) => route.abort('connectionrefused'), { times: 1 });
    await section.getByRole('button', { name: 'Older' }).click();
    await section.getByRole('alert').waitFor();
    await section.getByRole('button', { name: 'Older' }).click();
    await section.getByText('Account made').waitFor();
    expect(await section.getByRole('button', { name: 'Older' }).count()).toBe(0);
  });

  test('other sessions are ended, the password is changed, the account is deleted', async () => {
    const anna = await world.person();
    const { page } = await world.visit(anna);
    await page.goto('/settings');
    await page.getByRole('button', { name: 'Sign out there' }).click();
    await until(async () => (await anna.call('GET', '/me')).status === 401);
    const section = page.getByRole('region', { name: 'Password', exact: true });
    await section.getByLabel('Current password').fill(anna.password);
    await section.getByLabel('New password').fill('a new sentence of mine');
    await section.getByRole('button', { name: 'Change password' }).click();
    await section.getByText('Changed.').waitFor();
    const last = page.getByRole('region', { name: 'Delete the account' });
    await last.getByLabel('Password').fill('not this one');
    await last.getByRole('button', { name: 'Delete everything' }).click();
    await last.getByRole('alert').waitFor();
    await last.getByLabel('Password').fill('a new sentence of mine');
    await last.getByRole('button', { name: 'Delete everything' }).click();
    await page.getByLabel('E-mail').waitFor();
    const login = { email: anna.email, password: 'a new sentence of mine' };
    expect((await world.call('POST', '/auth/login', { body: login })).status).toBe(401);
  });
});
