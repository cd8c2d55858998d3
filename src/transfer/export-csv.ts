import type { Sql } from '../db/sql.ts';
import { csvCell, tagsCell } from './csv-cell.ts';
import { pages } from './pages.ts';
import { exportMeasures, exportRows, type ExportRow } from './export-queries.ts';

const columns = ['at', 'time_zone', 'local_day', 'mood', 'category', 'tags', 'text'] as const;

/** Names that mean something else to whoever reads the table: a measure is called `measure:mood`. */
const taken = new Set<string>([
  ...columns,
  'id',
  'date',
  'time',
  'note',
  'created_at',
  'updated_at',
  'version',
  'deleted_at',
]);

/** A table (RFC 4180) of the live entries, oldest first, with a column for each measure. */
export async function* csvLines(sql: Sql, userId: string): AsyncGenerator<string> {
  const measures = (await exportMeasures(sql, userId)).map(({ name }) => name).sort();
  const names = measures.map((name) => (taken.has(name) ? `measure:${name}` : name));
  yield lineOf([...columns, ...names]);
  for await (const rows of pages((...place) => exportRows(sql, userId, ...place))) {
    yield rows.map((row) => lineOf(cellsOf(row, measures))).join('');
  }
}

function cellsOf(row: ExportRow, names: readonly string[]): string[] {
  const measures = JSON.parse(row.measures) as Record<string, number | boolean>;
  return [
    ...[row.at, row.time_zone, row.local_day, row.mood === null ? '' : String(row.mood), row.category],
    ...[tagsCell(row.tags), row.text],
    ...names.map((name) => (Object.hasOwn(measures, name) ? String(measures[name]) : '')),
  ];
}

function lineOf(cells: readonly string[]): string {
  return `${cells.map(csvCell).join(',')}\r\n`;
}
