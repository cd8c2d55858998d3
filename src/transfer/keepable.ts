/** Text that PostgreSQL keeps, in JSON too: what comes out of a file may hold what it cannot. */
export function keepable(text: string): string {
  return text.toWellFormed().replaceAll('\0', '\ufffd');
}
