import { expect, test } from 'vitest';
import { readWholeRequest } from '../../src/http/whole-request.ts';

const head = (method: string, path: string, more = '') =>
  `${method} ${path} HTTP/1.1\r\nhost: x\r\n${more}\r\n`;
const get = head('GET', '/api/v1/entries');
const post = (body: string) => head('POST', '/api/v1/entries', `Content-Length: ${body.length}\r\n`) + body;

test.each([
  ['a request', get, { method: 'GET', target: '/api/v1/entries', bodyBytes: 0 }],
  ['a body', post('{}'), { method: 'POST', target: '/api/v1/entries', bodyBytes: 2 }],
  ['a beginning', get.slice(0, -2), null],
  ['more than one', get + get, null],
  ['more than its body', `${post('{}')} `, null],
  ['less than its body', post('{}').slice(0, -1), null],
  ['two lengths', head('POST', '/api/', 'content-length: 2\r\nContent-Length: 2\r\n') + '{}', null],
  ['a length with a sign', head('POST', '/api/', 'content-length: +2\r\n') + '{}', null],
  [
    'a length before which a line is folded',
    head('POST', '/api/', 'x: y\r\n content-length: 2\r\n') + '{}',
    null,
  ],
  ['chunks', head('POST', '/api/', 'Transfer-Encoding: chunked\r\n') + '0\r\n\r\n', null],
  ['bare line feeds', get.replaceAll('\r\n', '\n') + '\r\n\r\n', null],
  ['one bare line feed', head('GET', '/api/', 'x: y\nz: 1\r\n'), null],
  ['a bare carriage return', head('GET', '/api/', 'x: y\rz: 1\r\n'), null],
  ['HTTP/1.0', get.replace('/1.1', '/1.0'), null],
  ['an end of the connection', head('GET', '/api/', 'connection: close\r\n'), null],
  ['an upgrade', head('GET', '/api/', 'Connection: keep-alive\r\nUpgrade: h2c\r\n'), null],
  ['an expectation', head('POST', '/api/', 'expect: 100-continue\r\ncontent-length: 2\r\n') + '{}', null],
  ['a tunnel', head('CONNECT', 'x:443'), null],
  ['a whole address', head('GET', 'http://x/api/'), null],
  ['a head beyond all bounds', head('GET', '/api/', `x: ${'y'.repeat(17_000)}\r\n`), null],
])('reads %s', (_name, bytes, wanted) => {
  expect(readWholeRequest(Buffer.from(bytes))).toEqual(wanted);
});
