import { expect, onTestFinished, test } from 'vitest';
import { networks } from '../../src/config/addresses.ts';
import { addressRules } from '../../src/webhooks/addresses.ts';
import { send } from '../../src/webhooks/send.ts';
import { startWorker } from '../../src/worker.ts';
import { testApp, type Person } from '../app.ts';
import { onServer } from '../database.ts';
import { receiver } from '../receiver.ts';
import { forbiddenUrls, routableUrls } from './forbidden-urls.ts';
import { deliveriesOf } from './world.ts';

/** As a server is without WEBHOOK_ALLOW_NETS; names resolve as the test says. */
const names: Record<string, string[]> = { 'example.org': ['93.184.216.34'] };
const resolve = async (hostname: string) => names[hostname] ?? [];
const world = await testApp({ targets: { addresses: addressRules([]), resolve } });
const { person, database, deps } = world;

const events = ['ping'];
const somebody = await person();

/** The background jobs, until the test ends. */
function work(): void {
  const jobs = startWorker(database.connection, deps);
  onTestFinished(() => jobs.stop(5000));
}

test('the table has at least 120 forms, each of them once', () => {
  expect(forbiddenUrls.length).toBeGreaterThanOrEqual(120);
  expect(new Set(forbiddenUrls).size).toBe(forbiddenUrls.length);
});

test.each(forbiddenUrls)('%s is refused when a webhook is made or changed', async (url) => {
  const { status, json } = await somebody.call('POST', '/webhooks', { body: { url, events } });
  expect([status, json.code, json.errors?.[0].pointer]).toEqual([422, 'validation_failed', '/url']);
});

test('none of them is reached by a webhook that has such an address all the same', async () => {
  const local = await receiver();
  const parsed = forbiddenUrls.filter((url) => URL.canParse(url) && /^https?:/.test(url));
  // The port of a receiver of ours, which would notice.
  const urls = parsed.map((url) => Object.assign(new URL(url), { port: String(local.port) }).href);
  const made: { owner: Person; id: string }[] = [];
  for (const n of urls.keys()) {
    // Nobody may have more than 50.
    const owner = n % 50 === 0 ? await person() : made.at(-1)!.owner;
    const body = { url: 'https://fine.example', events };
    made.push({ owner, id: (await owner.call('POST', '/webhooks', { body })).json.id });
  }
  const now =
    'update webhooks w set url = m.url from unnest($1::uuid[], $2::text[]) m (id, url) where w.id = m.id';
  await onServer(now, database.connection, [made.map(({ id }) => id), urls]);
  for (const { owner, id } of made) await owner.call('POST', `/webhooks/${id}/test`);
  work();
  const refused: (string | null | undefined)[] = [];
  for (const { owner, id } of made) {
    await expect.poll(async () => (await deliveriesOf(owner, id))[0]?.attempts.length).toBe(1);
    refused.push((await deliveriesOf(owner, id))[0]?.attempts[0]?.error);
  }
  expect(refused).toHaveLength(urls.length);
  expect(new Set(refused)).toEqual(new Set(['the address is not one that a webhook may reach']));
  expect(local.connections()).toBe(0);
}, 120_000);

test.each(routableUrls)('%s is public', async (url) => {
  const anna = await person();
  expect((await anna.call('POST', '/webhooks', { body: { url, events } })).status).toBe(201);
});

test('a name is refused for any address behind it that is not public', async () => {
  const anna = await person();
  const make = (url: string) => anna.call('POST', '/webhooks', { body: { url, events } });
  names['private.example'] = ['10.0.0.8'];
  names['mixed.example'] = ['93.184.216.34', '::1'];
  names['public.example'] = ['93.184.216.34', '2606:4700::1111'];
  for (const host of ['private.example', 'mixed.example'])
    expect((await make(`https://${host}/`)).status).toBe(422);
  expect((await make('https://public.example/')).status).toBe(201);
  expect((await make('http://public.example/')).status).toBe(422);
});

test('a name that turns from a public address to ours between making and sending opens no connection', async () => {
  const anna = await person();
  const local = await receiver();
  names['rebind.example'] = ['93.184.216.34'];
  const { json } = await anna.call('POST', '/webhooks', {
    body: { url: `https://rebind.example:${local.port}/`, events },
  });
  names['rebind.example'] = ['127.0.0.1'];
  work();
  await anna.call('POST', `/webhooks/${json.id}/test`);
  await expect.poll(async () => (await deliveriesOf(anna, json.id))[0]?.attempts.length).toBe(1);
  expect((await deliveriesOf(anna, json.id))[0]?.attempts[0]?.error).toMatch(
    'not one that a webhook may reach',
  );
  expect(local.connections()).toBe(0);
});

test('the socket goes to the addresses that were judged, whatever the name says a moment later', async () => {
  const local = await receiver();
  let asked = 0;
  const targets = {
    addresses: addressRules(networks('127.0.0.0/8')),
    // The second answer would lead elsewhere.
    resolve: async () => [++asked % 2 === 1 ? '127.0.0.1' : '127.0.0.2'],
  };
  const message = { url: `http://flip.example:${local.port}/hook`, headers: {}, body: '{}' };
  expect((await send(message, targets)).status).toBe(204);
  expect([asked, local.received[0]?.headers['host']]).toEqual([1, `flip.example:${local.port}`]);
});

test('WEBHOOK_ALLOW_NETS opens what it names and nothing else', async () => {
  const rules = addressRules(networks('192.168.7.0/24,fd00:7::/32'));
  const open = ['192.168.7.1', '::ffff:192.168.7.1', 'fd00:7::1', '8.8.8.8'];
  const shut = ['192.168.8.1', '127.0.0.1', 'fd00:8::1', '10.0.0.1', 'fe80::1%eth0', 'x', ''];
  expect(open.filter((address) => !rules.isReachable(address))).toEqual([]);
  expect(shut.filter((address) => rules.isReachable(address))).toEqual([]);
  expect([rules.isAllowed('192.168.7.1'), rules.isAllowed('8.8.8.8')]).toEqual([true, false]);
});

test('a repeat has the first answer, whatever the name leads to by then', async () => {
  names['moved.example'] = ['93.184.216.34'];
  const anna = await person();
  const keyed = {
    body: { url: 'https://moved.example/hook', events },
    headers: { 'idempotency-key': 'k' },
  };
  const first = await anna.call('POST', '/webhooks', keyed);
  names['moved.example'] = ['10.0.0.1'];
  const again = await anna.call('POST', '/webhooks', keyed);
  expect([first.status, again.status, again.text]).toEqual([201, 201, first.text]);
  const other = { ...keyed, headers: { 'idempotency-key': 'l' } };
  expect((await anna.call('POST', '/webhooks', other)).status).toBe(422);
});
