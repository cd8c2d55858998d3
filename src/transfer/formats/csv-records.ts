import { CsvError, parse, type Parser } from 'csv-parse';
import { pipeline } from 'node:stream/promises';
import { limits } from '../limits.ts';
import { beginningOf, contentOf, type SourceFile } from '../source-file.ts';
import { fileProblem } from './row.ts';

/** The names in the first line of a table, and the cells of each line after it. */
export interface Table {
  header: string[];
  /** Some at a time. */
  blocks: AsyncIterable<string[][]>;
}

const longestName = 100;
const mostColumns = 5000;

/** A CSV file (RFC 4180) with a header: `,`, `;` or tab between the cells, with or without a byte order mark. */
export async function csvTable(file: SourceFile): Promise<Table> {
  const delimiter = await delimiterOf(file);
  const blocks = blocksOf(file, delimiter);
  const [names, ...records] = (await blocks.next()).value ?? [];
  if (names === undefined) throw fileProblem('file_empty', 'There is nothing in the file.');
  // The names come back in the report, and with every row.
  const header = names.map((name) => name.trim().slice(0, longestName));
  if (header.length > mostColumns)
    throw fileProblem('file_too_large', 'The table has more than 5,000 columns.');
  return { header, blocks: after(records, blocks) };
}

async function* after(first: string[][], others: AsyncIterable<string[][]>): AsyncGenerator<string[][]> {
  yield first;
  yield* others;
}

/** The names of the columns, read from the first bytes of a file. */
export async function headerOf(file: SourceFile): Promise<string[]> {
  const line = await firstLine(file);
  const delimiter = await delimiterOf(file);
  return line.split(delimiter).map((name) => name.trim().replaceAll(/^"|"$/g, '').trim().toLowerCase());
}

async function* blocksOf(file: SourceFile, delimiter: string): AsyncGenerator<string[][], undefined> {
  const parser = parse({
    bom: true,
    delimiter,
    // By itself it takes the first end of a line that it meets for all of them.
    record_delimiter: ['\r\n', '\n', '\r'],
    relax_column_count: true,
    relax_quotes: true,
    skip_empty_lines: true,
    max_record_size: limits.cell,
  });
  // What breaks the file breaks the parser, and that is told to whoever reads from it.
  const reading = pipeline(contentOf(file), parser).catch(() => undefined);
  try {
    while (!parser.readableEnded) {
      const block = readAll(parser);
      if (block.length > 0) yield block;
      else await more(parser);
    }
  } catch (error) {
    throw error instanceof CsvError ? unreadable(error) : error;
  } finally {
    parser.destroy();
    await reading;
  }
  return undefined;
}

function readAll(parser: Parser): string[][] {
  const records: string[][] = [];
  for (let record = read(parser); record !== null; record = read(parser)) records.push(record);
  return records;
}

function read(parser: Parser): string[] | null {
  return parser.read() as string[] | null;
}

/** Waits until there is more to read, or nothing more. */
function more(parser: Parser): Promise<void> {
  return new Promise((resolve, reject) => {
    if (parser.errored !== null) {
      reject(parser.errored);
      return;
    }
    const settle = (error?: Error) => {
      for (const event of ['readable', 'end', 'error']) parser.off(event, settle);
      if (error === undefined) resolve();
      else reject(error);
    };
    for (const event of ['readable', 'end', 'error']) parser.on(event, settle);
  });
}

/** What stands between the cells of a table: `,`, `;` or a tab. */
export async function delimiterOf(file: SourceFile): Promise<string> {
  const line = (await firstLine(file)).replaceAll(/"[^"]*"/g, '');
  const counts = [',', ';', '\t'].map((mark) => ({ mark, count: line.split(mark).length }));
  return counts.reduce((best, each) => (each.count > best.count ? each : best)).mark;
}

async function firstLine(file: SourceFile): Promise<string> {
  const text = (await beginningOf(file, 64 * 1024)).toString().replace(/^\ufeff/, '');
  return /[^\r\n]+/.exec(text)?.[0] ?? '';
}

function unreadable({ code, message }: CsvError) {
  if (code === 'CSV_MAX_RECORD_SIZE')
    return fileProblem('file_too_large', 'The table has a line of more than 1 MiB.');
  return fileProblem('file_damaged', `The table cannot be read on: ${message}`);
}
