import { describe, expect, test } from 'vitest';
import { noBrowser } from './chromium.ts';
import { homeWorld, until, write } from './world.ts';

describe.skipIf(noBrowser)('by plain http in a home network', { timeout: 240_000 }, async () => {
  const world = noBrowser ? null! : await homeWorld();

  test('writes, keeps a draft, and shows a secret without what browsers keep to safe origins', async () => {
    const anna = await world.person();
    const { page, complaints } = await world.visit(anna);
    expect(await page.evaluate('isSecureContext')).toBe(false);
    await write(page, 'from the kitchen', 6);
    await page.getByText('not sent yet', { exact: true }).waitFor({ state: 'detached' });
    await until(async () => (await anna.call('GET', '/entries')).json.entries.length === 1);
    const draft = page.getByRole('form', { name: 'New entry' }).getByLabel('Text');
    await draft.fill('half a sentence');
    await page.reload();
    await page.locator('li', { hasText: 'from the kitchen' }).waitFor();
    expect(await draft.inputValue()).toBe('half a sentence');

    await page.goto('/settings');
    const section = page.getByRole('region', { name: 'Access tokens' });
    await section.getByLabel('Name').fill('script');
    await section.getByRole('button', { name: 'Make a token' }).click();
    await section.getByText('Copy it now').waitFor();
    expect(await section.locator('code').innerText()).toMatch(/^dm/);
    expect(await section.getByRole('button', { name: 'Copy' }).count()).toBe(0);
    // What it says of the origin itself is what is tested here.
    expect(
      complaints.filter((each) => !/Cross-Origin-Opener-Policy|Origin-Agent-Cluster/.test(each)),
    ).toEqual([]);
  });
});
