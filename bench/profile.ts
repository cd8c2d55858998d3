import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

interface CpuProfile {
  nodes: { id: number; callFrame: { functionName: string; url: string; lineNumber: number } }[];
  samples: number[];
  timeDeltas: number[];
}

/** The functions that took most time themselves, by a profile that Node wrote into a directory. */
export function hottest(directory: string, count: number): string {
  const file = readdirSync(directory).find((name) => name.endsWith('.cpuprofile'));
  if (file === undefined) throw new Error(`Node wrote no profile into ${directory}`);
  const { nodes, samples, timeDeltas } = JSON.parse(
    readFileSync(join(directory, file), 'utf8'),
  ) as CpuProfile;
  const nameOf = new Map(
    nodes.map(({ id, callFrame: { functionName, url, lineNumber } }) => {
      const place = url === '' ? '' : ` ${url.replace(/^.*?\/(?=node_modules|dist)/, '')}:${lineNumber + 1}`;
      return [id, `${functionName || '(anonymous)'}${place}`];
    }),
  );
  const times = new Map<string, number>();
  for (const [n, id] of samples.entries()) {
    const name = nameOf.get(id) as string;
    times.set(name, (times.get(name) ?? 0) + (timeDeltas[n] as number));
  }
  times.delete('(idle)');
  const total = [...times.values()].reduce((sum, each) => sum + each, 0);
  const top = [...times].sort(([, a], [, b]) => b - a).slice(0, count);
  return top.map(([name, time]) => `${((time / total) * 100).toFixed(1).padStart(5)} %  ${name}`).join('\n');
}
