import { readFileSync } from 'node:fs';

/** The version in package.json, which lies one folder above both the sources and what is built from them. */
export function packageVersion(): string {
  const text = readFileSync(new URL('../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}
