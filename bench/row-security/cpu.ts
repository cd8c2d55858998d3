import { readdirSync, readFileSync } from 'node:fs';

/** CPU seconds used so far: by this process, and by PostgreSQL and all of its processes. */
export interface Cpu {
  node: number;
  postgres: number;
}

// USER_HZ, which Linux fixes at 100 for /proc on every architecture that Node runs on.
const ticksPerSecond = 100;

/** Reads the CPU of this process and of the PostgreSQL whose postmaster is `postmaster` (a pid). Linux only. */
export function cpu(postmaster: number): Cpu {
  const { user, system } = process.cpuUsage();
  return { node: (user + system) / 1e6, postgres: cpuOfServer(postmaster) };
}

/** The pid of the process that started process `pid`. */
export function parentOf(pid: number): number {
  return Number(stat(pid)?.[1]);
}

/** Living processes by their own times; those that ended meanwhile by the times that the postmaster has of its children. */
function cpuOfServer(postmaster: number): number {
  let ticks = 0;
  for (const name of readdirSync('/proc')) {
    const pid = Number(name);
    const fields = Number.isNaN(pid) ? undefined : stat(pid);
    if (fields === undefined) continue;
    if (pid === postmaster) ticks += sum(fields.slice(11, 15));
    else if (Number(fields[1]) === postmaster) ticks += sum(fields.slice(11, 13));
  }
  return ticks / ticksPerSecond;
}

/** The fields of proc(5) /proc/pid/stat from the third on: state, parent, …; undefined where it has ended. */
function stat(pid: number): string[] | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return text.slice(text.lastIndexOf(')') + 2).split(' ');
  } catch {
    return undefined;
  }
}

function sum(fields: readonly string[]): number {
  return fields.reduce((total, field) => total + Number(field), 0);
}
