import pg, { type Connection, type PoolClient, type QueryResult, type Submittable } from 'pg';
import { serialize } from 'pg-protocol';
import type { Statement } from './sql.ts';

/** How the rows of a statement are read: the names of their columns, and what makes a value of each one's text. */
interface Shape {
  names: string[];
  parsers: ((value: string) => unknown)[];
}

/** What gives the reader of a type's values. */
export type TypeParsers = (oid: number, format?: 'text' | 'binary') => (value: string) => unknown;

/** What each connection has described; PostgreSQL refuses a statement whose answer has changed its shape since. */
const shapes = new WeakMap<PoolClient, Map<string, Shape>>();

export type Answer = Pick<QueryResult, 'rows' | 'rowCount'>;

/** What node-postgres sends for a value; its types leave it out. */
const { prepareValue } = (pg as unknown as { utils: { prepareValue: (value: unknown) => unknown } }).utils;

const noColumns: Shape = { names: [], parsers: [] };
const executeAndSync = Buffer.concat([serialize.execute(), serialize.sync()]);

/**
 * Runs a named statement on a connection. node-postgres asks PostgreSQL to describe the answer each time; here that
 * is asked once a connection, and what remains goes out in one piece (Bind, Execute, Sync: PostgreSQL manual §54.2.3).
 * Answers and throws as `client.query` does.
 */
export function runPrepared(
  client: PoolClient,
  statement: Statement,
  values: readonly unknown[],
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    client.query(new Prepared(client, statement, values, { resolve, reject }));
  });
}

/** The side of node-postgres' connection that its types leave out. */
interface Wire extends Connection {
  parsedStatements: Record<string, string>;
  submittedNamedStatements: Record<string, string>;
  stream: Connection['stream'] & { write(bytes: Buffer): boolean };
}

interface Settle {
  resolve: (answer: Answer) => void;
  reject: (error: Error) => void;
}

interface Column {
  name: string;
  dataTypeID: number;
}

/** As node-postgres' client drives a query: the names of its methods and of `name` and `text` are its own. */
class Prepared implements Submittable {
  readonly name: string;
  readonly text: string;
  /** Its client sets one where there is none. */
  readonly callback = (): void => undefined;
  #shape: Shape | undefined;
  readonly #rows: Record<string, unknown>[] = [];
  #rowCount: number | null = null;
  #failure: Error | null = null;

  readonly #client: PoolClient;
  readonly #values: readonly unknown[];
  readonly #settle: Settle;

  constructor(client: PoolClient, { name, text }: Statement, values: readonly unknown[], settle: Settle) {
    this.name = name;
    this.text = text;
    this.#client = client;
    this.#values = values;
    this.#settle = settle;
  }

  submit(connection: Connection): Error | null {
    const wire = connection as Wire;
    const { name, text } = this;
    // Parsed, or about to be by what went out before.
    const isParsed = (wire.parsedStatements[name] ?? wire.submittedNamedStatements[name]) !== undefined;
    this.#shape = isParsed ? shapes.get(this.#client)?.get(name) : undefined;
    try {
      const parts = [
        serialize.bind({ statement: name, values: this.#values.map((value) => prepareValue(value)) }),
        executeAndSync,
      ];
      if (this.#shape === undefined) parts.splice(1, 0, serialize.describe({ type: 'P' }));
      if (!isParsed) parts.unshift(serialize.parse({ name, text }));
      wire.stream.write(Buffer.concat(parts));
      if (!isParsed) wire.submittedNamedStatements[name] = text;
      return null;
    } catch (error) {
      return error as Error;
    }
  }

  handleRowDescription({ fields }: { fields: Column[] }): void {
    const client = this.#client as unknown as { getTypeParser: TypeParsers };
    this.#shape = {
      names: fields.map(({ name }) => name),
      parsers: fields.map(({ dataTypeID }) => client.getTypeParser(dataTypeID, 'text')),
    };
  }

  handleDataRow({ fields }: { fields: (string | null)[] }): void {
    const { names, parsers } = this.#shape as Shape;
    const row: Record<string, unknown> = {};
    try {
      for (const [n, value] of fields.entries())
        row[names[n] as string] = value === null ? null : parsers[n]?.(value);
      this.#rows.push(row);
    } catch (error) {
      this.#failure ??= error as Error;
    }
  }

  handleCommandComplete({ text }: { text: string }): void {
    const count = /\d+$/.exec(text)?.[0];
    this.#rowCount = count === undefined ? null : Number(count);
    this.#remember();
  }

  #remember(): void {
    const known = shapes.get(this.#client) ?? new Map<string, Shape>();
    if (known.size === 0) shapes.set(this.#client, known);
    known.set(this.name, this.#shape ?? noColumns);
  }

  handleReadyForQuery(): void {
    if (this.#failure !== null) this.#settle.reject(this.#failure);
    else this.#settle.resolve({ rows: this.#rows, rowCount: this.#rowCount });
  }

  handleError(error: Error): void {
    this.#settle.reject(error);
  }

  handleEmptyQuery(): void {}
  handlePortalSuspended(): void {}
  handleCopyData(): void {}
}

// A client that pipelines takes nothing else for a query that ends in one Sync, which this one does.
Object.setPrototypeOf(Prepared.prototype, pg.Query.prototype as object);
