import { Query, type PoolClient, type QueryResult } from 'pg';
import type { Result, Statement } from '../../src/db/sql.ts';

/** Names the user for the transaction that runs. */
export const setUser: Statement = {
  name: 'set_user',
  text: `select set_config('daymark.user_id', $1, true)`,
};

/** What pg's types leave out: the frames of the protocol, and how a query takes its answers. */
interface Frames {
  bind(config: { statement: string; values: unknown[] }): void;
  execute(config: object): void;
  stream: { cork(): void; uncork(): void };
}

interface Receiver {
  submit(connection: Frames): Error | null;
  handleDataRow(message: unknown): void;
  handleCommandComplete(message: unknown, connection: Frames): void;
}

/**
 * Runs `statement` behind `setUser` in one message and one implicit transaction: Bind, Execute, Bind, Execute,
 * Sync (protocol, "Pipelining"). `setUser` must have been prepared on `client`.
 */
export function confinedQuery(
  client: PoolClient,
  owner: string,
  { name, text }: Statement,
  values: readonly unknown[],
): Promise<Result<unknown>> {
  return new Promise((resolve, reject) => {
    const query = new Query({ name, text, values: values as unknown[] }, (error, answer: unknown) => {
      if (error) reject(error);
      else resolve(resultOf(answer as QueryResult<Record<string, unknown>>));
    });
    precede(query as unknown as Receiver, owner);
    client.query(query);
  });
}

function resultOf({ rows, rowCount }: QueryResult<Record<string, unknown>>): Result<unknown> {
  return { rows, count: rowCount ?? 0 };
}

/** Sends setUser's frames before the query's own, and keeps its answer from the query. */
function precede(query: Receiver, owner: string): void {
  const submit = query.submit.bind(query);
  const takeRow = query.handleDataRow.bind(query);
  const takeEnd = query.handleCommandComplete.bind(query);
  let isSet = false;
  query.submit = (connection) => {
    connection.stream.cork();
    try {
      connection.bind({ statement: setUser.name, values: [owner] });
      connection.execute({});
      return submit(connection);
    } finally {
      connection.stream.uncork();
    }
  };
  query.handleDataRow = (message) => {
    if (isSet) takeRow(message);
  };
  query.handleCommandComplete = (message, connection) => {
    if (isSet) takeEnd(message, connection);
    isSet = true;
  };
}
