import { existsSync, statfsSync } from 'node:fs';
import { dirname } from 'node:path';
import { ok, problem, warning, type Finding } from './finding.ts';

const name = 'disk space';
const gib = 1024 ** 3;

/** What a disk has, in bytes. */
export interface Room {
  directory: string;
  free: number;
  all: number;
}

/** Room where the data and the backups lie. */
export function diskSpace(directories: readonly string[]): Finding {
  return worstRoom(directories.map((directory) => ({ directory, ...roomAt(directory) })));
}

/**
 * The worst of all places, and of several as bad the one with the least: under 1 GiB or 5 % is little, under 200 MiB
 * PostgreSQL will soon stop.
 */
export function worstRoom(rooms: readonly Room[]): Finding {
  const judged = rooms.toSorted((a, b) => a.free - b.free).map(judge);
  const worst = (['problem', 'warning', 'ok'] as const).map((each) =>
    judged.find(({ state }) => state === each),
  );
  return worst.find((each) => each !== undefined) ?? ok(name, 'nothing is kept on this machine');
}

function judge({ directory, free, all }: Room): Finding {
  const text = `${(free / gib).toFixed(1)} GiB are free at ${directory}`;
  const mend = 'make room, or move it to a larger disk (DATA_DIR, BACKUP_DIR)';
  if (free < 0.2 * gib) return problem(name, text, mend);
  if (free < gib || free < 0.05 * all) return warning(name, text, mend);
  return ok(name, text);
}

/** Of the nearest folder that is there: the first start makes the rest. */
function roomAt(directory: string): { free: number; all: number } {
  let path = directory;
  while (!existsSync(path) && dirname(path) !== path) path = dirname(path);
  const { bavail, blocks, bsize } = statfsSync(path);
  return { free: bavail * bsize, all: blocks * bsize };
}
