import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { zipOf, zipOfMany } from './files.ts';
import { bring, imported, transferApp } from './world.ts';

const server = await transferApp();
const someone = await server.person();

test.each([
  ['nothing', '', 'file_empty'],
  ['white space', ' \n ', 'file_empty'],
  ['a text that is no table', 'dear diary\n', 'format_unknown'],
  ['a picture', Buffer.from('89504e470d0a1a0a', 'hex'), 'file_not_utf8'],
  ['JSON of somebody else', '{"hello": "world"}', 'format_unknown'],
  ['a table in Latin-1', Buffer.from('date,mood,text\n2024-01-01,5,caf\xe9', 'latin1'), 'file_not_utf8'],
  ['a gzip', gzipSync('date,mood\n2024-01-01,5'), 'file_not_utf8'],
  ['JSON 100,000 deep', `{"entries":${'['.repeat(100_000)}`, 'file_too_large'],
  ['half a zip', Buffer.from('PK\u0003\u0004 and no more'), 'file_damaged'],
])('%s is refused at once', async (_what, file, code) => {
  const answer = await bring(server, someone, file);
  expect([answer.statusCode, answer.json().code]).toEqual([422, code]);
});

test.each(['sqlite', 'journiv', 'jrnl', 'dayone', 'daymark'])(
  'a table is not taken for format=%s',
  async (format) => {
    const answer = await bring(server, someone, 'date,mood\n2024-01-01,5', `?format=${format}`);
    expect([answer.statusCode, answer.json().code]).toEqual([422, 'format_mismatch']);
  },
);

test('a zip with a million names, or of more than a GiB, is refused before it is unpacked', async () => {
  const many = await zipOfMany(1_000_000);
  const large = await zipOf({ 'Journal.json': '{"metadata":{"version":"1.0"},"entries":[]}' });
  // The size that the central directory tells, APPNOTE 4.3.12.
  large.writeUInt32LE(2 ** 31, large.lastIndexOf(Buffer.from('PK\u0001\u0002')) + 24);
  for (const file of [many, large]) {
    const answer = await bring(server, someone, file);
    expect([answer.statusCode, answer.json().code]).toEqual([422, 'file_too_large']);
  }
});

test('a member that is larger than it says fails', async () => {
  const file = await zipOf({ 'Journal.json': Buffer.from(`{"entries":[]${' '.repeat(1e6)}}`) });
  file.writeUInt32LE(1000, file.lastIndexOf(Buffer.from('PK\u0001\u0002')) + 24);
  expect(await imported(server, someone, file)).toMatchObject({
    state: 'failed',
    errors: [{ code: 'file_damaged' }],
  });
});

test('what is too large or too deep further on fails there, and what came before is kept', async () => {
  const entry = { text: 'x', creationDate: '2024-01-05T03:02:50Z' };
  const journal = (rest: string) =>
    `{"metadata":{"version":"1.0"},"entries":[${JSON.stringify(entry)},${rest}]}`;
  const line = 'at,text\n2024-01-05T03:02:50Z,x\n2024-01-05T03:02:50Z,';
  for (const file of [
    journal(`{"text":"${'y'.repeat(1_100_000)}"}`),
    journal(`{"text":"${'y'.repeat(70_000)}","a":${'['.repeat(100)}`),
    // More than 8 MiB in one entry, no text of it too long; what ends within the entry does not end it.
    journal(`{"a":[${'{"b":{}},'.repeat(100_000)}${`{"b":"${'y'.repeat(70_000)}"},`.repeat(120)}0]}`),
    `${line}${'y'.repeat(1_100_000)}`,
  ]) {
    const fresh = await server.person();
    const report = await imported(server, fresh, file);
    expect([report.state, report.created, report.errors[0].code]).toEqual(['failed', 1, 'file_too_large']);
  }
});

test('a body over 100 MiB, a packed one, JSON, or none is refused before it is read', async () => {
  const tooLarge = await bring(server, someone, 'x', '', { 'content-length': String(100 * 1024 * 1024 + 1) });
  expect([tooLarge.statusCode, tooLarge.json().code]).toEqual([413, 'body_too_large']);
  const packed = await bring(server, someone, gzipSync('date,mood'), '', { 'content-encoding': 'gzip' });
  expect([packed.statusCode, packed.json().code]).toEqual([415, 'unsupported_media_type']);
  for (const type of ['application/json', 'text/csv', 'multipart/form-data']) {
    const answer = await bring(server, someone, '{}', '', { 'content-type': type });
    expect([type, answer.statusCode, answer.json().code]).toEqual([type, 415, 'unsupported_media_type']);
  }
  const none = await someone.call('POST', '/imports');
  expect([none.status, none.json.code]).toEqual([415, 'unsupported_media_type']);
  for (const query of ['?format=word', '?dry_run=1', '?mood=1', '?mood_map=x']) {
    const answer = await bring(server, someone, 'date,mood\n2024-01-01,5', query);
    expect([query, answer.statusCode]).toEqual([query, 422]);
  }
  expect((await someone.call('GET', '/imports')).json.imports.length).toBe(1);
});
