import { readdirSync, readFileSync } from 'node:fs';

// Linux gives all programs this unit, whatever its own clock (man 5 proc, sysconf(_SC_CLK_TCK)).
const tickMs = 10;

/** Milliseconds of CPU that a process with all its threads has used. */
export function cpuMs(pid: number): number {
  const { utime, stime } = statOf(pid);
  return (utime + stime) * tickMs;
}

/** The same for a PostgreSQL server: its postmaster, its children, and those that have ended. */
export function postgresCpuMs(postmaster: number): number {
  for (;;) {
    const { utime, stime, cutime, cstime } = statOf(postmaster);
    const ticks = utime + stime + cutime + cstime + childTicks(postmaster);
    // The time of a child that ends passes to the postmaster: read anew where one did meanwhile.
    if (statOf(postmaster).cutime === cutime) return ticks * tickMs;
  }
}

function childTicks(parent: number): number {
  let ticks = 0;
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    try {
      const child = statOf(Number(name));
      if (child.parent === parent) ticks += child.utime + child.stime;
    } catch {
      // It ended after the list was read.
    }
  }
  return ticks;
}

/** The process that started `pid`. */
export function parentOf(pid: number): number {
  return statOf(pid).parent;
}

/** MiB of memory that a process has in RAM. */
export function residentMiB(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1]) / 1024;
}

function statOf(pid: number) {
  const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // The program's name, in brackets, may hold blanks and brackets.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const at = (n: number) => Number(fields[n]);
  return { parent: at(1), utime: at(11), stime: at(12), cutime: at(13), cstime: at(14) };
}
