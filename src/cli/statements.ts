import * as cleaning from '../accounts/cleaning-queries.ts';
import * as operator from '../accounts/operator-queries.ts';
import * as accounts from '../accounts/queries.ts';
import type { Statement } from '../db/sql.ts';
import { pageStatement, totalStatement } from '../entries/list.ts';
import * as entries from '../entries/queries.ts';
import * as answers from '../http/queries.ts';
import * as breakdown from '../insights/breakdown.ts';
import * as calendar from '../insights/calendar.ts';
import * as diary from '../insights/diary.ts';
import * as effects from '../insights/effects.ts';
import * as onThisDay from '../insights/on-this-day.ts';
import * as series from '../insights/series.ts';
import * as summary from '../insights/summary.ts';
import * as jobs from '../jobs/queries.ts';
import * as exporting from '../transfer/export-queries.ts';
import * as moving from '../transfer/operator-queries.ts';
import * as importing from '../transfer/queries.ts';
import * as deliveries from '../webhooks/delivery-queries.ts';
import * as webhooks from '../webhooks/queries.ts';

const modules: Record<string, unknown>[] = [
  ...[cleaning, operator, accounts, entries, answers, jobs],
  ...[breakdown, calendar, diary, effects, onThisDay, series, summary],
  ...[exporting, moving, importing, deliveries, webhooks],
];

/** Every statement that a server, its jobs and its commands ask of the tables, and two of the composed lists. */
export function allStatements(): Statement[] {
  const filters = { trash: false, order: 'desc' } as const;
  return [
    ...modules.flatMap((each) => Object.values(each)).filter(isStatement),
    pageStatement('', filters, null, 20).query,
    totalStatement('', filters).query,
  ];
}

function isStatement(value: unknown): value is Statement {
  return typeof value === 'function' && 'text' in value;
}
