import { setTimeout as sleep } from 'node:timers/promises';
import type { Sql } from '../db/sql.ts';
import { followImport } from './queries.ts';

const lookMs = 300;
const heartbeatMs = 15_000;
/** The browser comes again by itself, and is asked anew who it is. */
const longestMs = 10 * 60_000;

const open = new Set(['queued', 'running']);

/**
 * An import as server-sent events (HTML Living Standard, 9.2): one when it is asked for and one on every change, until
 * it has ended, the session that asked has, or `isEnding`.
 */
export async function* importEvents(
  sql: Sql,
  who: { user_id: string; session_id: string },
  importId: string,
  isEnding: () => boolean,
): AsyncGenerator<string> {
  const start = Date.now();
  let last = '';
  let said = start;
  while (!isEnding() && Date.now() - start < longestMs) {
    const row = await followImport(sql, who.user_id, importId, who.session_id);
    if (row === undefined) return;
    if (row.import !== last) {
      last = row.import;
      said = Date.now();
      yield `event: import\ndata: ${row.import}\n\n`;
    }
    if (!open.has(row.state)) return;
    if (Date.now() - said > heartbeatMs) {
      said = Date.now();
      yield ': still here\n\n';
    }
    await sleep(lookMs);
  }
}
