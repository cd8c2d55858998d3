import { Readable } from 'node:stream';
import { ZipFile } from 'yazl';
import type { Sql } from '../db/sql.ts';
import { pages } from './pages.ts';
import { exportMonth, exportMonths, type ExportRow } from './export-queries.ts';

/** A zip with one Markdown file for each month: a heading for the day, one for the entry, and its text as it is. */
export async function* markdownZip(sql: Sql, userId: string): AsyncGenerator<Buffer> {
  const months = (await exportMonths(sql, userId)).map(({ month }) => month).sort();
  const zip = new ZipFile();
  const broken: { error?: Error } = {};
  for (const month of months) {
    zip.addReadStreamLazy(`${month.slice(0, 7)}.md`, (give) => {
      const notes = Readable.from(monthNotes(sql, userId, month));
      notes.on('error', (error) => {
        broken.error = error;
        // It is a stream of Node's, whatever its type says.
        (zip.outputStream as unknown as { destroy(error: Error): void }).destroy(error);
      });
      give(null, notes);
    });
  }
  if (months.length === 0) zip.addBuffer(Buffer.from('There are no entries.\n'), 'empty.md');
  zip.end();
  for await (const chunk of zip.outputStream) yield chunk as Buffer;
  if (broken.error !== undefined) throw broken.error;
}

async function* monthNotes(sql: Sql, userId: string, month: string): AsyncGenerator<string> {
  yield `# ${month.slice(0, 7)}\n`;
  let day = '';
  for await (const rows of pages((...place) => exportMonth(sql, userId, ...place, month))) {
    let text = '';
    for (const row of rows) {
      if (row.local_day !== day) text += `\n## ${row.local_day}\n`;
      day = row.local_day;
      text += noteOf(row);
    }
    yield text;
  }
}

/** Whatever stands in a text stays as it is, also what Markdown would take for a mark. */
function noteOf({ wall_time, mood, category, tags, measures, text }: ExportRow): string {
  const title = [wall_time, ...(mood === null ? [] : [`mood ${mood}`]), oneLine(category)].join(' · ');
  const facts = [
    ...tags.map((tag) => `- tag: ${oneLine(tag)}\n`),
    ...Object.entries(JSON.parse(measures) as object).map(([name, value]) => `- ${name}: ${String(value)}\n`),
  ].join('');
  return `\n### ${title}\n${facts === '' ? '' : `\n${facts}`}${text === '' ? '' : `\n${text}\n`}`;
}

function oneLine(text: string): string {
  return text.replaceAll(/[\r\n\u2028\u2029]+/g, ' ');
}
