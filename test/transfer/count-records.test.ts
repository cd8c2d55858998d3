import fc from 'fast-check';
import { expect, test } from 'vitest';
import { countRecords } from '../../src/transfer/formats/count-records.ts';
import { csvTable } from '../../src/transfer/formats/csv-records.ts';
import { spool, type SourceFile } from '../../src/transfer/source-file.ts';

async function fileOf<Answer>(text: string, use: (file: SourceFile) => Promise<Answer>): Promise<Answer> {
  const file = await spool(
    (async function* () {
      yield Buffer.from(text);
    })(),
  );
  try {
    return await use(file);
  } finally {
    await file.close();
  }
}

/** As the import reads them. */
async function recordsRead(file: SourceFile): Promise<number> {
  let records = 1;
  for await (const block of (await csvTable(file)).blocks) records += block.length;
  return records;
}

test.each([
  ['nothing', '', 0],
  ['a header alone', 'at,text', 1],
  ['a last line without an end', 'at\n1\n2', 3],
  ['empty lines', '\n\nat\n\n\n1\n\n', 2],
  ['lines that end as in Windows', 'at,text\r\n\r\n1,a\r\n2,b\r\n', 3],
  ['lines that end as on old Macs', 'at\r1\r\r2\r', 3],
  ['an end of a line between quotes', 'at,text\n1,"a\n\nb"\n2,c\n', 3],
  ['quotes between quotes', 'at,text\n1,"a ""b""\n"""\n2,""\n', 3],
  ['quotes that are none', 'at,text\n1,a "b\n2,c" d\n', 3],
  ['more than one block of the file', `at,text\n${'1,"a\nb",c\n'.repeat(50_000)}`, 50_001],
])('records are counted: %s', async (_what, text, count) => {
  await fileOf(text, async (file) => expect(await countRecords(file, ',', undefined)).toBe(count));
});

test('as many are counted as are read', async () => {
  const cell = fc.oneof(
    fc.constantFrom('', 'a', 'ä b', '""', '"a\nb"', '"a,""b"""', '"\r\n"', 'a"b', '"a" '),
    fc.string({ maxLength: 5 }).map((text) => text.replaceAll(/[\r\n"]/g, '')),
  );
  const line = fc.array(cell, { minLength: 1, maxLength: 4 }).map((cells) => cells.join(','));
  const table = fc
    .tuple(fc.array(line, { maxLength: 12 }), fc.constantFrom('\n', '\r\n'), fc.boolean())
    .map(([lines, end, isEnded]) => `at,text${end}${lines.join(end)}${isEnded ? end : ''}`);
  await fc.assert(
    fc.asyncProperty(table, (text) =>
      fileOf(text, async (file) => (await countRecords(file, ',', undefined)) === (await recordsRead(file))),
    ),
    { numRuns: 200 },
  );
});
