/** A prepared statement: `name` is unique in the program, so that PostgreSQL plans it once per connection. */
export interface Statement {
  readonly name: string;
  readonly text: string;
  /** Planned anew for the values of each call, where one plan cannot serve rare and frequent words alike. */
  readonly unnamed?: true;
  /**
   * Reads one row by its key, or a page that an index gives in its order, and may be asked twice: shares a connection with
   * others of its kind (`lane.ts`).
   */
  readonly brief?: 'row' | 'page';
}

type Options = Pick<Statement, 'unnamed' | 'brief'>;

export interface Result<Row> {
  rows: Row[];
  count: number;
}

/** Where statements run: the pool, a transaction, or either of them as one request sees it. */
export interface Sql {
  query<Row>(statement: Statement, values: readonly unknown[]): Promise<Result<Row>>;
}

/** A statement that can be called: the connection first, then its parameters in the order $1, $2, … */
export type Query<Args extends readonly unknown[], Answer> = Statement &
  ((sql: Sql, ...args: Args) => Promise<Answer>);

/** A statement that answers any number of rows. */
export function many<Args extends readonly unknown[], Row>(
  name: string,
  text: string,
  options: Options = {},
): Query<Args, Row[]> {
  return callable(
    { name, text, ...options },
    async (sql, statement, args) => (await sql.query<Row>(statement, args)).rows,
  );
}

/** A statement that answers one row, or undefined where there is none. */
export function first<Args extends readonly unknown[], Row>(
  name: string,
  text: string,
  options: Options = {},
): Query<Args, Row | undefined> {
  return callable(
    { name, text, ...options },
    async (sql, statement, args) => (await sql.query<Row>(statement, args)).rows[0],
  );
}

/** A statement that answers exactly one row, whatever the data (an aggregate, a RETURNING that cannot miss). */
export function one<Args extends readonly unknown[], Row>(
  name: string,
  text: string,
  options: Options = {},
): Query<Args, Row> {
  return callable({ name, text, ...options }, async (sql, statement, args) => {
    const row = (await sql.query<Row>(statement, args)).rows[0];
    if (row === undefined) throw new Error(`statement ${statement.name} answered no row`);
    return row;
  });
}

/** A statement that answers how many rows it touched. */
export function count<Args extends readonly unknown[]>(name: string, text: string): Query<Args, number> {
  return callable({ name, text }, async (sql, statement, args) => (await sql.query(statement, args)).count);
}

function callable<Args extends readonly unknown[], Answer>(
  statement: Statement,
  run: (sql: Sql, statement: Statement, args: Args) => Promise<Answer>,
): Query<Args, Answer> {
  const call = (sql: Sql, ...args: Args) => run(sql, statement, args);
  // A function's own `name` is read-only by assignment, not by definition.
  Object.defineProperty(call, 'name', { value: statement.name });
  const { name: _name, ...rest } = statement;
  return Object.assign(call, rest);
}
