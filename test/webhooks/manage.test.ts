import { describe, expect, test } from 'vitest';
import { testApp } from '../app.ts';
import { onServer } from '../database.ts';
import { addWebhook, loopback } from './world.ts';

const { person, database } = await testApp({ targets: loopback });

const body = { url: 'https://hooks.example.org/daymark?to=me', events: ['entry.created', 'ping'] };

test('a webhook is made, read, changed and deleted; its secret is shown once and kept encrypted', async () => {
  const anna = await person();
  const made = await anna.call('POST', '/webhooks', { body: { ...body, description: 'to my notes' } });
  const { secret, ...webhook } = made.json;
  expect([made.status, made.headers['cache-control'], made.headers['location']]).toEqual([
    201,
    'no-store',
    `/api/v1/webhooks/${webhook.id}`,
  ]);
  expect(webhook).toEqual({
    id: expect.any(String),
    ...body,
    description: 'to my notes',
    active: true,
    created_at: expect.stringMatching(/^\d{4}-.*Z$/),
  });
  expect(secret).toMatch(/^whsec_/);
  expect(Buffer.from(secret.slice(6), 'base64')).toHaveLength(32);
  expect((await anna.call('GET', '/webhooks')).json).toEqual({ webhooks: [webhook] });
  expect((await anna.call('GET', `/webhooks/${webhook.id}`)).json).toEqual(webhook);

  const change = { ...webhook, events: ['entry.deleted'], active: false };
  const patched = await anna.call('PATCH', `/webhooks/${webhook.id}`, { body: change });
  expect([patched.status, patched.json]).toEqual([200, change]);

  const rows = await onServer<{ row: string }>(`select w::text as row from webhooks w`, database.connection);
  expect(rows.map(({ row }) => row).join()).not.toContain(
    Buffer.from(secret.slice(6), 'base64').toString('hex'),
  );
  expect(rows.map(({ row }) => row).join()).not.toContain(Buffer.from(secret).toString('hex'));

  expect((await anna.call('DELETE', `/webhooks/${webhook.id}`)).status).toBe(204);
  for (const method of ['GET', 'DELETE']) {
    expect((await anna.call(method, `/webhooks/${webhook.id}`)).json.code).toBe('webhook_not_found');
  }
  expect((await anna.call('GET', '/webhooks/none')).json.code).toBe('webhook_not_found');
});

test('a repeat under an Idempotency-Key makes no second one and shows the same secret', async () => {
  const anna = await person();
  const keyed = { body, headers: { 'idempotency-key': 'k' } };
  const first = await anna.call('POST', '/webhooks', keyed);
  const again = await anna.call('POST', '/webhooks', keyed);
  expect([again.text, again.headers['idempotency-replayed']]).toEqual([first.text, 'true']);
  expect((await anna.call('GET', '/webhooks')).json.webhooks).toHaveLength(1);
});

describe('members are checked', () => {
  test.each([
    [{}, '/url'],
    [{ url: body.url }, '/events'],
    [{ ...body, events: [] }, '/events'],
    [{ ...body, events: ['entry.read'] }, '/events/0'],
    [{ ...body, events: ['ping', 'ping'] }, '/events'],
    [{ ...body, description: 'x'.repeat(201) }, '/description'],
    [{ ...body, url: 'https://example.org/'.padEnd(2001, 'x') }, '/url'],
    [{ ...body, url: '/hook' }, '/url'],
    [{ ...body, active: null }, '/active'],
    [{ ...body, secret: 'whsec_mine' }, '/secret'],
  ])('%j', async (wrong, pointer) => {
    const anna = await person();
    const { status, json } = await anna.call('POST', '/webhooks', { body: wrong });
    expect([status, json.code, json.errors?.[0].pointer]).toEqual([422, 'validation_failed', pointer]);
    const made = await addWebhook(anna, body.url);
    if (!('events' in wrong) || Object.keys(wrong).length < 2) return;
    const patched = await anna.call('PATCH', `/webhooks/${made.id}`, { body: wrong });
    expect([patched.status, patched.json.errors?.[0].pointer]).toEqual([422, pointer]);
  });
});

test('there are at most 50, however many are asked for at once; a deleted one makes room', async () => {
  const anna = await person();
  const asked = await Promise.all(Array.from({ length: 60 }, () => anna.call('POST', '/webhooks', { body })));
  const codes = asked.map(({ status, json }) => (status === 201 ? 'made' : json.code));
  expect(codes.filter((code) => code === 'made')).toHaveLength(50);
  expect(codes.filter((code) => code === 'too_many_webhooks')).toHaveLength(10);
  const { webhooks } = (await anna.call('GET', '/webhooks')).json;
  expect(webhooks).toHaveLength(50);
  await anna.call('DELETE', `/webhooks/${webhooks[0].id}`);
  expect((await anna.call('POST', '/webhooks', { body })).status).toBe(201);
});
