import type { ExportRow } from './export-queries.ts';

/** How many entries a page has. */
export const pageRows = 500;

/** All rows that `read` gives, page after page, each from where the last one ended. */
export async function* pages(
  read: (at: string, id: string, limit: number) => Promise<ExportRow[]>,
): AsyncGenerator<ExportRow[]> {
  let [at, id] = ['-infinity', '00000000-0000-0000-0000-000000000000'];
  for (;;) {
    const rows = await read(at, id, pageRows);
    const last = rows.at(-1);
    if (last === undefined) return;
    yield rows;
    if (rows.length < pageRows) return;
    ({ at, id } = last);
  }
}
