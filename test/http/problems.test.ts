import { connect, type Socket } from 'node:net';
import { expect, test } from 'vitest';
import { testApp } from '../app.ts';

const { app, call, person } = await testApp();
await app.listen({ host: '127.0.0.1', port: 0 });
const { port } = app.server.address() as { port: number };

/** Sends bytes as they are and answers what came back until the server closed. */
function raw(bytes: string | Buffer): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket: Socket = connect(port, '127.0.0.1', () => socket.write(bytes));
    let text = '';
    socket.on('data', (chunk) => (text += chunk.toString()));
    socket.on('close', () => resolve(text));
    socket.on('error', reject);
  });
}

function expectProblem(
  answer: { status: number; headers: Record<string, unknown>; json: unknown },
  status: number,
  code: string,
) {
  expect([answer.status, answer.headers['content-type']]).toEqual([status, 'application/problem+json']);
  expect(answer.json).toMatchObject({
    type: 'about:blank',
    status,
    code,
    request_id: answer.headers['x-request-id'],
  });
}

test('a path that is none, and a method that a path does not take', async () => {
  expectProblem(await call('GET', '/nothing'), 404, 'route_not_found');
  expectProblem(await call('GET', '//nothing'), 404, 'route_not_found');
  const answer = await call('DELETE', '/entries');
  expectProblem(answer, 405, 'method_not_allowed');
  expect(answer.headers['allow']).toBe('GET, HEAD, POST');
  expect((await call('PUT', '/me/sessions/x')).headers['allow']).toBe('DELETE');
  expectProblem(await call('PROPFIND', '/entries'), 405, 'method_not_allowed');
});

test('bodies that cannot be read', async () => {
  const anna = await person();
  const post = (body: string, type = 'application/json') =>
    anna.call('POST', '/entries', { body, headers: { 'content-type': type } });
  expectProblem(await post('{"mood":'), 400, 'malformed_json');
  expectProblem(await post(''), 400, 'malformed_json');
  expectProblem(await post('[]'), 422, 'validation_failed');
  expectProblem(await post('"text"'), 422, 'validation_failed');
  expectProblem(await post('null'), 422, 'validation_failed');
  expectProblem(await post('mood=3', 'application/x-www-form-urlencoded'), 415, 'unsupported_media_type');
  expectProblem(await post('{}', 'text/plain'), 415, 'unsupported_media_type');
  expectProblem(await post(`{"text":"${'x'.repeat(1024 * 1024)}"}`), 413, 'body_too_large');
  expectProblem(await post(`${'['.repeat(100_000)}${']'.repeat(100_000)}`), 422, 'validation_failed');
  expect((await post('{"mood":3}', 'application/json; charset=utf-8')).status).toBe(201);
});

test('where no body is taken, a type without one is no fault, and a body is not dropped in silence', async () => {
  const anna = await person();
  const { id } = (await anna.call('POST', '/entries', { body: { mood: 3 } })).json as { id: string };
  const typed = { headers: { 'content-type': 'application/json' } };
  expectProblem(
    await anna.call('DELETE', `/entries/${id}`, { body: { sure: true } }),
    422,
    'validation_failed',
  );
  expectProblem(await anna.call('DELETE', `/entries/${id}`, { body: [] }), 422, 'validation_failed');
  expect((await anna.call('DELETE', `/entries/${id}`, typed)).status).toBe(204);
  expect((await anna.call('POST', `/entries/${id}/restore`, typed)).status).toBe(200);
  expect((await anna.call('POST', `/entries/${id}/restore`, { body: {} })).status).toBe(200);
  expectProblem(await anna.call('DELETE', `/imports/${id}`, typed), 404, 'import_not_found');
  expect((await anna.call('POST', '/auth/logout', typed)).status).toBe(204);
});

test('a body that is not UTF-8, and one that is missing', async () => {
  const { token } = await person();
  const send = (payload: Buffer | undefined) =>
    app.inject({
      method: 'POST',
      url: '/api/v1/entries',
      headers: {
        authorization: `Bearer ${token}`,
        ...(payload ? { 'content-type': 'application/json' } : {}),
      },
      ...(payload ? { payload } : {}),
    });
  const broken = await send(Buffer.from('{"text":"\xff"}', 'latin1'));
  expect([broken.statusCode, broken.json().code]).toEqual([400, 'malformed_request']);
  const missing = await send(undefined);
  expect([missing.statusCode, missing.json().code]).toEqual([400, 'malformed_json']);
});

test('broken percent-encoding, in the path and in the query', async () => {
  const anna = await person();
  expectProblem(await anna.call('GET', '/entries/%zz'), 400, 'malformed_request');
  expectProblem(await anna.call('GET', '/entries?category=%zz'), 400, 'malformed_request');
  expectProblem(await anna.call('GET', '/entries?category=%ff'), 400, 'malformed_request');
});

test('a request id of the caller is taken over where it has the form', async () => {
  expect(
    (await call('GET', '/me', { headers: { 'x-request-id': 'abc-1._Z' } })).headers['x-request-id'],
  ).toBe('abc-1._Z');
  for (const id of ['a b', 'x'.repeat(129), 'é', '']) {
    const { headers, json } = await call('GET', '/me', { headers: { 'x-request-id': id } });
    expect(headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/);
    expect(json.request_id).toBe(headers['x-request-id']);
  }
});

test('what is no HTTP, and headers over 16 KiB, are answered as problems too', async () => {
  const broken = await raw('NOT HTTP\r\n\r\n');
  expect(broken).toMatch(/^HTTP\/1.1 400 /);
  expect(broken).toContain('"code":"malformed_request"');
  const large = await raw(`GET /livez HTTP/1.1\r\nHost: x\r\nX-Large: ${'x'.repeat(17_000)}\r\n\r\n`);
  expect(large).toMatch(/^HTTP\/1.1 431 /);
  expect(large).toContain('"code":"headers_too_large"');
});

test('framing that two programs could read in two ways is refused, and nothing after it is read as a request', async () => {
  const post = 'POST /api/v1/entries HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n';
  const smuggled = 'GET /livez HTTP/1.1\r\nHost: x\r\n\r\n';
  for (const framing of [
    'Content-Length: 2\r\nContent-Length: 3\r\n',
    'Content-Length: 2\r\nTransfer-Encoding: chunked\r\n',
    'Content-Length: +2\r\n',
    'Transfer-Encoding: xchunked\r\n',
    'Transfer-Encoding: chunked, identity\r\n',
    'Content-Length : 2\r\n',
  ]) {
    const answer = await raw(`${post}${framing}\r\n{}${smuggled}`);
    const statuses = [...answer.matchAll(/HTTP\/1\.1 (\d+)/g)].map((match) => match[1]);
    expect([framing, statuses]).toEqual([framing, expect.arrayContaining(['400'])]);
    expect([framing, statuses]).not.toEqual([framing, expect.arrayContaining(['200'])]);
  }
});

test('every answer tells browsers what not to do', async () => {
  for (const path of ['/me', '//livez', '//nothing', '//openapi.json']) {
    const { headers } = await call('GET', path);
    expect(headers['x-content-type-options']).toBe('nosniff');
    expect(headers['content-security-policy']).toContain("default-src 'none'");
  }
});
