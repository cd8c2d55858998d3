import { expect, test } from 'vitest';
import { Ajv } from 'ajv';
import { formats } from '../../src/http/formats.ts';
import { testApp } from '../app.ts';

const { call, person } = await testApp();
const { json: document } = await call('GET', '//openapi.json');

test('the contract is OpenAPI 3.1 and names every route', () => {
  expect(document.openapi).toBe('3.1.0');
  expect(Object.keys(document.paths)).toEqual(
    expect.arrayContaining([
      '/livez',
      '/readyz',
      '/api/v1/auth/register',
      '/api/v1/entries',
      '/api/v1/entries/{id}',
      '/api/v1/me',
    ]),
  );
  for (const [path, methods] of Object.entries<Record<string, { summary?: string }>>(document.paths)) {
    for (const [method, { summary }] of Object.entries(methods))
      expect([path, method, summary]).toEqual([path, method, expect.any(String)]);
  }
});

test('answers are as the contract says, those too that PostgreSQL writes as text', async () => {
  const anna = await person();
  const ajv = new Ajv({ strict: false, formats });
  const check = (path: string, method: string, status: number, body: unknown) => {
    const { schema } = document.paths[path][method].responses[status].content['application/json'];
    const validate = ajv.compile({ ...schema, components: document.components });
    expect([path, method, validate(body), validate.errors]).toEqual([path, method, true, null]);
  };
  const entry = await anna.call('POST', '/entries', {
    body: { text: 'x', mood: 3, tags: ['a'], measures: { a: 1, b: true }, at: '2026-01-01T00:00:00Z' },
  });
  check('/api/v1/entries', 'post', 201, entry.json);
  check('/api/v1/entries/{id}', 'get', 200, (await anna.call('GET', `/entries/${entry.json.id}`)).json);
  check('/api/v1/entries', 'get', 200, (await anna.call('GET', '/entries?total=true')).json);
  await anna.call('DELETE', `/entries/${entry.json.id}`);
  check('/api/v1/entries', 'get', 200, (await anna.call('GET', '/entries?trash=true')).json);
  check('/api/v1/me', 'get', 200, (await anna.call('GET', '/me')).json);
  check('/api/v1/me/sessions', 'get', 200, (await anna.call('GET', '/me/sessions')).json);
  const token = await anna.call('POST', '/me/tokens', { body: { name: 'x', scopes: ['entries:read'] } });
  check('/api/v1/me/tokens', 'post', 201, token.json);
  check('/api/v1/me/tokens', 'get', 200, (await anna.call('GET', '/me/tokens')).json);
  check('/api/v1/me/events', 'get', 200, (await anna.call('GET', '/me/events')).json);
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
