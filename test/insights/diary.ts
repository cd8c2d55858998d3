import type { Person } from '../app.ts';

/** Writes entries, some at once; fails where one is refused. */
export async function write(someone: Person, entries: readonly object[]): Promise<void> {
  const atOnce = 8;
  for (let from = 0; from < entries.length; from += atOnce) {
    const some = entries.slice(from, from + atOnce);
    const answers = await Promise.all(some.map((body) => someone.call('POST', '/entries', { body })));
    const refused = answers.find(({ status }) => status !== 201);
    if (refused !== undefined) throw new Error(refused.text);
  }
}

/** One entry at noon of each day that has a mood: those of `moods` that are null are days without. */
export function daily(
  from: string,
  moods: readonly (number | null)[],
  more: (n: number) => object = () => ({}),
) {
  const start = Date.parse(`${from}T12:00:00Z`);
  return moods.flatMap((mood, n) => {
    const at = new Date(start + n * 86_400_000).toISOString();
    return mood === null ? [] : [{ at, mood, ...more(n) }];
  });
}

/** A report; fails where it is refused. */
export async function report(someone: Person, path: string) {
  const { status, json, text } = await someone.call('GET', `/insights/${path}`);
  if (status !== 200) throw new Error(`${path}: ${text}`);
  return json;
}
