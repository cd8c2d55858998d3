import { execFileSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { read, root } from './files.ts';

// Its types are those of an ES module, which it is not.
const dockerignore = createRequire(import.meta.url)('@balena/dockerignore') as () => Ignore;

interface Ignore {
  add(patterns: string): Ignore;
  createFilter(): (path: string) => boolean;
}

/** Whether a path of the checkout reaches the builder, by .dockerignore. */
export const isSent = dockerignore().add(read('.dockerignore')).createFilter();

/** The files of a clean checkout that reach the builder. */
export function buildContext(): string[] {
  const tracked = execFileSync('git', ['ls-files', '-z'], { cwd: root, encoding: 'utf8' });
  return tracked.split('\0').filter((path) => path !== '' && isSent(path));
}
