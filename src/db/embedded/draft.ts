import { randomBytes } from 'node:crypto';
import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { isAlive } from '../../is-alive.ts';

/**
 * Makes an empty directory, open to its owner alone, for what will get its place by a rename when it is
 * whole. Its name carries our process, so that a later start can tell what was left behind.
 */
export function makeDraft(parent: string, name: string): string {
  const draft = join(parent, `${name}.new-${process.pid}-${randomBytes(4).toString('hex')}`);
  mkdirSync(draft, { mode: 0o700 });
  return draft;
}

/** Removes the drafts in `parent` whose process is gone. */
export function removeDeadDrafts(parent: string): void {
  for (const name of readdirSync(parent)) {
    const pid = /^postgres.*\.new-(\d+)-[0-9a-f]{8}$/.exec(name)?.[1];
    if (pid !== undefined && !isAlive(Number(pid)))
      rmSync(join(parent, name), { recursive: true, force: true });
  }
}
