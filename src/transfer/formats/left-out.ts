/** The names of what `record` holds beside the members that were read: what an entry has no place for. */
export function leftOutOf(record: Readonly<Record<string, unknown>>, read: ReadonlySet<string>): string[] {
  const names = Object.keys(record).filter((name) => !read.has(name) && isSomething(record[name]));
  return names.map((name) => name.slice(0, 100));
}

/** False for what says nothing: null, false, 0, and whatever is empty. */
function isSomething(value: unknown): boolean {
  if (value === null || value === undefined || value === false || value === '' || value === 0) return false;
  if (typeof value === 'object') return Object.values(value).some(isSomething);
  return true;
}
