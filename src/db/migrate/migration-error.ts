import type { DatabaseError } from 'pg';
import type { SqlStatement } from './split-statements.ts';

/** A migration that cannot be read or run; `message` is one plain line, `cause` what PostgreSQL answered. */
export class MigrationError extends Error {
  constructor(message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'MigrationError';
  }
}

/**
 * One line for an error of PostgreSQL in `file`, whose text is `sql`: the line (of the character that the
 * server points at, else the first of the statement; none where the runner's own statement failed), what
 * the server said with its SQLSTATE, `kept` for what became of the file's work, and what to do.
 */
export function failedStatement(
  error: DatabaseError,
  { file, sql }: { file: string; sql: string },
  statement: SqlStatement | undefined,
  kept: string,
): MigrationError {
  const line = statement === undefined ? '' : `, line ${lineOf(error, sql, statement)}`;
  const said = error.message.replace(/\s+/g, ' ');
  return new MigrationError(
    `${file}${line}: ${said} (${error.code}); ${kept}. ${whatToDo(error.code)}.`,
    error,
  );
}

// PostgreSQL counts characters from 1, JavaScript UTF-16 units from 0.
function lineOf(error: DatabaseError, sql: string, { text, offset }: SqlStatement): number {
  const before = [...text].slice(0, Number(error.position ?? 1) - 1).join('');
  return (sql.slice(0, offset) + before).split('\n').length;
}

function whatToDo(code: string | undefined): string {
  switch (code) {
    case '25001':
      return 'If this statement cannot run in a transaction, make "-- no-transaction" the first line';
    case '40P01':
    case '55P03':
      return 'Another session holds a lock it needs: let long transactions end, then run it again';
    case '42501':
      return 'Give the role of DATABASE_URL that right (in an empty database: create on schema public)';
    default:
      return 'Mend the file or the data it stumbles over, then run it again';
  }
}
