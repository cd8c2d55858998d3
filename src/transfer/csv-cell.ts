// What spreadsheets take for the beginning of a formula (OWASP, CSV Injection), with the full-width forms.
const formula = '[=+\\-@\\t\\r\\n＝＋－＠]';
const dangerous = new RegExp(`^'*${formula}`, 'u');
const escaped = new RegExp(`^'+${formula}`, 'u');

/**
 * A cell of a CSV file (RFC 4180) that no spreadsheet runs: before what it would take for a formula, and before what
 * looks as if that had been done already, stands an apostrophe.
 */
export function csvCell(text: string): string {
  const safe = dangerous.test(text) ? `'${text}` : text;
  return /[",;\t\r\n]|^\s|\s$/u.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** The text of a cell: takes back exactly what `csvCell` did to it. */
export function textOfCell(cell: string): string {
  return escaped.test(cell) ? cell.slice(1) : cell;
}

/** Tags as one text with `|` between them, which `tagsIn` takes apart again whatever is in them. */
export function tagsCell(tags: readonly string[]): string {
  return tags.map((tag) => tag.replaceAll(/[\\|]|^\s+|\s+$/gu, escapeAll)).join('|');
}

/** The tags of a cell: without the spaces around them, unless a backslash stands before. Empty ones are none. */
export function tagsIn(cell: string): string[] {
  if (!cell.includes('\\')) {
    const plain = cell.split('|').map((tag) => tag.trim());
    return [...new Set(plain.filter((tag) => tag !== ''))];
  }
  const tags = cell.match(/(?:[^\\|]|\\.?)+/gsu) ?? [];
  const trimmed = tags.map((tag) => tag.replace(/^\s+/u, '').replace(/(?<!\\)\s+$/u, ''));
  return [
    ...new Set(trimmed.map((tag) => tag.replaceAll(/\\([\\|\s])/gu, '$1')).filter((tag) => tag !== '')),
  ];
}

function escapeAll(text: string): string {
  return [...text].map((character) => `\\${character}`).join('');
}
