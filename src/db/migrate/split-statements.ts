/** One SQL statement of a file, without its semicolon; `offset` is where it begins, in UTF-16 units. */
export interface SqlStatement {
  text: string;
  offset: number;
}

/**
 * Cuts SQL at the semicolons that end statements, by PostgreSQL's lexical rules with
 * standard_conforming_strings on (manual §4.1): not those in strings, quoted names, dollar quotes,
 * comments, parentheses (CREATE RULE … DO (a; b)) or BEGIN ATOMIC … END. Comments before a statement
 * are left out. What is never closed runs to the end of the file, so that PostgreSQL can say so.
 */
export function splitStatements(sql: string): SqlStatement[] {
  const statements: SqlStatement[] = [];
  let nesting = outside;
  let start = -1;
  const finish = (end: number) => {
    if (start >= 0) statements.push({ text: sql.slice(start, end).trimEnd(), offset: start });
    start = -1;
    nesting = outside;
  };
  for (const token of tokensOf(sql)) {
    if (token.text === ';' && nesting.parentheses === 0 && nesting.blocks === 0) {
      finish(token.offset);
    } else {
      if (start < 0) start = token.offset;
      nesting = nestingAfter(nesting, token.text);
    }
  }
  finish(sql.length);
  return statements;
}

interface Nesting {
  parentheses: number;
  /** BEGIN ATOMIC and, inside it, CASE: both are closed by END. */
  blocks: number;
  previous: string;
}

const outside: Nesting = { parentheses: 0, blocks: 0, previous: '' };

function nestingAfter({ parentheses, blocks, previous }: Nesting, text: string): Nesting {
  const word = text.toLowerCase();
  const next = { parentheses, blocks, previous: word };
  if (word === '(') next.parentheses += 1;
  if (word === ')') next.parentheses = Math.max(0, parentheses - 1);
  if (word === 'atomic' && previous === 'begin') next.blocks += 1;
  // After AS or a dot these words are names.
  if (blocks === 0 || previous === 'as' || previous === '.') return next;
  if (word === 'case') next.blocks += 1;
  if (word === 'end') next.blocks -= 1;
  return next;
}

const name = String.raw`[A-Za-z_\u0080-\uffff][\w\u0080-\uffff]*`;
const escapeBody = String.raw`'(?:[^'\\]|''|\\[^])*(?:'|$)`;
// Strings with only white space and a line end between them are one string, of the first one's kind.
const continuation = String.raw`[ \t\f\v]*(?:--[^\n\r]*)?[\n\r](?:[ \t\n\r\f\v]|--[^\n\r]*[\n\r])*`;
const tokenPattern = [
  String.raw`(?<blank>[ \t\n\r\f\v]+|--[^\n\r]*)`,
  String.raw`(?<comment>/\*)`,
  `[eE]${escapeBody}(?:${continuation}${escapeBody})*`,
  String.raw`'[^']*(?:'|$)`,
  String.raw`"[^"]*(?:"|$)`,
  String.raw`\$(?<tag>${name})?\$[^]*?(?:\$\k<tag>\$|$)`,
  String.raw`[A-Za-z_\u0080-\uffff][\w$\u0080-\uffff]*`,
  '[^]',
].join('|');

function* tokensOf(sql: string): Generator<{ text: string; offset: number }> {
  const pattern = new RegExp(tokenPattern, 'y');
  for (let match = pattern.exec(sql); match !== null; match = pattern.exec(sql)) {
    if (match.groups?.['comment'] !== undefined) pattern.lastIndex = endOfComment(sql, match.index);
    else if (match.groups?.['blank'] === undefined) yield { text: match[0], offset: match.index };
  }
}

// Block comments nest in SQL, which a regular expression cannot follow.
function endOfComment(sql: string, start: number): number {
  const marks = /\/\*|\*\//g;
  marks.lastIndex = start;
  let depth = 0;
  for (let mark = marks.exec(sql); mark !== null; mark = marks.exec(sql)) {
    depth += mark[0] === '/*' ? 1 : -1;
    if (depth === 0) return marks.lastIndex;
  }
  return sql.length;
}
