import type { PoolClient } from 'pg';
import type { Log } from '../log.ts';
import type { Lifetime } from './lifetime.ts';
import { runPrepared, type Answer } from './prepared.ts';
import type { Result, Statement } from './sql.ts';

export interface Running {
  /** False where a transaction pooler stands between and does not carry named statements. */
  prepare: boolean;
  log: Log;
}

/** Runs a statement on a connection, for a request or for nobody: counted, traced, told at level debug. */
export async function run<Row>(
  client: PoolClient,
  statement: Statement,
  values: readonly unknown[],
  how: Running,
  lifetime: Lifetime | null,
): Promise<Result<Row>> {
  if (lifetime !== null && lifetime.ended !== null) throw lifetime.ended;
  const start = performance.now();
  let rows: number | undefined;
  try {
    const answer = answerOf<Row>(await ask(client, statement, values as unknown[], how.prepare, lifetime));
    rows = answer.rows.length;
    if (lifetime?.plans) lifetime.plans.push(await planOf(client, statement, values as unknown[]));
    return answer;
  } finally {
    const ms = performance.now() - start;
    if (lifetime !== null) {
      lifetime.ms += ms;
      lifetime.rows += rows ?? 0;
    }
    if (how.log.isLevelEnabled('debug')) tell(lifetime?.log ?? how.log, statement, ms, rows);
  }
}

function answerOf<Row>({ rows, rowCount }: Answer): Result<Row> {
  return { rows: rows as Row[], count: rowCount ?? 0 };
}

/**
 * A traced request's statements carry its `traceparent` as sqlcommenter writes it, for PostgreSQL's own log; they
 * cannot be named then, since each text is another. In front, since PostgreSQL shows the first 1,024 bytes.
 */
function ask(
  client: PoolClient,
  statement: Statement,
  values: unknown[],
  prepare: boolean,
  lifetime: Lifetime | null,
): Promise<Answer> {
  const { text } = statement;
  if (lifetime?.traceparent)
    return client.query({ text: `/*traceparent='${lifetime.traceparent}'*/ ${text}`, values });
  return prepare && statement.unnamed !== true
    ? runPrepared(client, statement, values)
    : client.query({ text, values });
}

/** By name and never with values: those are what a person wrote. */
function tell(log: Pick<Log, 'debug'>, { name }: Statement, ms: number, rows: number | undefined): void {
  const failed = rows === undefined ? { failed: true } : {};
  log.debug({ statement: name, duration_ms: Math.round(ms * 100) / 100, rows, ...failed }, 'statement');
}

async function planOf(client: PoolClient, { name, text }: Statement, values: unknown[]) {
  const { rows } = await client.query<{ 'QUERY PLAN': string }>({
    text: `explain (analyze, buffers) ${text}`,
    values,
  });
  return { statement: name, plan: rows.map((row) => row['QUERY PLAN']) };
}
