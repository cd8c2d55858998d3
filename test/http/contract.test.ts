import { Ajv } from 'ajv';
import { expect, test } from 'vitest';
import { formats } from '../../src/http/formats.ts';
import { publishedContract } from '../contract.ts';
import { receiver } from '../receiver.ts';
import { imported } from '../transfer/world.ts';
import { addWebhook, appWithWorker } from '../webhooks/world.ts';

const server = await appWithWorker();
const { call, person } = server;
const check = await publishedContract(call);

test('the contract is OpenAPI 3.1, and each operation in it says what it does', async () => {
  const { json: document } = await call('GET', '//openapi.json');
  expect(document.openapi).toBe('3.1.0');
  const operations = Object.entries<Record<string, { summary?: string }>>(document.paths).flatMap(
    ([path, methods]) =>
      Object.entries(methods).map(([method, { summary }]) => [`${method} ${path}`, summary] as const),
  );
  expect(operations.length).toBeGreaterThan(40);
  expect(operations.filter(([, summary]) => typeof summary !== 'string' || summary === '')).toEqual([]);
});

test('what each operation takes is a JSON Schema that can be compiled', async () => {
  const { json: document } = await call('GET', '//openapi.json');
  const ajv = new Ajv({ strict: false, formats });
  const compiled = Object.values<Record<string, Operation>>(document.paths)
    .flatMap((methods) => Object.values(methods))
    .flatMap(({ requestBody, parameters = [] }) => [
      ...Object.values(requestBody?.content ?? {}).map(({ schema }) => schema),
      ...parameters.map(({ schema }) => schema),
    ])
    .map((schema) => ajv.compile({ ...schema, components: document.components }));
  expect(compiled.length).toBeGreaterThan(60);
});

interface Operation {
  requestBody?: { content: Record<string, { schema: object }> };
  parameters?: { schema: object }[];
}

test('answers about entries and the account are as the contract says, those too that PostgreSQL writes as text', async () => {
  const anna = await person();
  const body = {
    ...{ text: 'x', mood: 3, category: 'home', tags: ['a'], measures: { a: 1, b: true } },
    at: '2026-01-01T00:00:00Z',
  };
  const entry = await anna.call('POST', '/entries', { body });
  check('POST /api/v1/entries', 201, entry.json);
  const reads = async (path: string, query = '', named = path) =>
    check(`GET /api/v1${named}`, 200, (await anna.call('GET', `${path}${query}`)).json);
  await reads(`/entries/${entry.json.id}`, '', '/entries/{id}');
  for (const path of ['/categories', '/tags', '/measures']) {
    expect((await anna.call('GET', path)).json[path.slice(1)]).not.toEqual([]);
    await reads(path);
  }
  await reads('/entries', '?total=true');
  await anna.call('DELETE', `/entries/${entry.json.id}`);
  await reads('/entries', '?trash=true');
  for (const path of ['/me', '/me/sessions', '/me/events']) await reads(path);
  const token = await anna.call('POST', '/me/tokens', { body: { name: 'x', scopes: ['entries:read'] } });
  check('POST /api/v1/me/tokens', 201, token.json);
  await reads('/me/tokens');
});

test('so are those about webhooks, their deliveries and imports', async () => {
  const anna = await person();
  const { url } = await receiver();
  const body = { url, events: ['entry.created'] };
  const made = await anna.call('POST', '/webhooks', { body });
  check('POST /api/v1/webhooks', 201, made.json);
  const webhook = `/webhooks/${made.json.id}`;
  await addWebhook(anna, url, ['ping']);
  check('GET /api/v1/webhooks', 200, (await anna.call('GET', '/webhooks')).json);
  check('GET /api/v1/webhooks/{id}', 200, (await anna.call('GET', webhook)).json);
  await anna.call('POST', '/entries', { body: { mood: 5 } });
  await expect
    .poll(async () => (await anna.call('GET', `${webhook}/deliveries`)).json.deliveries[0]?.state)
    .toBe('succeeded');
  check('GET /api/v1/webhooks/{id}/deliveries', 200, (await anna.call('GET', `${webhook}/deliveries`)).json);

  const { id } = await imported(server, anna, 'at,mood\n2026-01-01T00:00:00Z,3\nnever,4');
  const one = await anna.call('GET', `/imports/${id}`);
  expect(one.json).toMatchObject({ created: 1, error_count: 1 });
  check('GET /api/v1/imports/{id}', 200, one.json);
  check('GET /api/v1/imports', 200, (await anna.call('GET', '/imports')).json);
});

test('the page that explains it is served without anything from elsewhere', async () => {
  const page = await call('GET', '//docs/');
  expect(page.status).toBe(200);
  expect(page.headers['content-type']).toContain('text/html');
  const policy = String(page.headers['content-security-policy']);
  expect(policy).not.toContain('unsafe-');
  expect(policy).toContain("default-src 'none'");
  expect(page.text).not.toMatch(/(?:src|href)="https?:/);
});
