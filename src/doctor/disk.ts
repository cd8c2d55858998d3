import { existsSync, statfsSync } from 'node:fs';
import { dirname } from 'node:path';
import { ok, problem, warning, type Finding } from './finding.ts';

const gib = 1024 ** 3;

/** Room where the data and the backups lie: under 1 GiB or 5 % is little, under 200 MiB PostgreSQL will soon stop. */
export function diskSpace(directories: readonly string[]): Finding {
  const name = 'disk space';
  const rooms = directories.map((directory) => ({ directory, ...roomAt(directory) }));
  const least = rooms.toSorted((a, b) => a.free - b.free)[0];
  if (least === undefined) return ok(name, 'nothing is kept on this machine');
  const text = `${(least.free / gib).toFixed(1)} GiB are free at ${least.directory}`;
  const mend = 'make room, or move it to a larger disk (DATA_DIR, BACKUP_DIR)';
  if (least.free < 0.2 * gib) return problem(name, text, mend);
  if (least.free < gib || least.free < 0.05 * least.all) return warning(name, text, mend);
  return ok(name, text);
}

/** Of the nearest folder that is there: the first start makes the rest. */
function roomAt(directory: string): { free: number; all: number } {
  let path = directory;
  while (!existsSync(path) && dirname(path) !== path) path = dirname(path);
  const { bavail, blocks, bsize } = statfsSync(path);
  return { free: bavail * bsize, all: blocks * bsize };
}
