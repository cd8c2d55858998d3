import { posix } from 'node:path';

type Layer = 'top' | 'feature' | 'http' | 'jobs' | 'db' | 'base';

const features = [
  'accounts',
  'entries',
  'insights',
  'webhooks',
  'transfer',
  'demo',
  'backup',
  'doctor',
  'distribute',
];
const folders = new Map<string, Layer>([
  ['cli', 'top'],
  ...features.map((name): [string, Layer] => [name, 'feature']),
  ['http', 'http'],
  ['jobs', 'jobs'],
  ['db', 'db'],
  ['config', 'base'],
]);
const baseFiles = ['config.ts', 'log.ts', 'exit.ts', 'is-alive.ts', 'unwritable.ts'];

const mayImport: Record<Layer, readonly Layer[]> = {
  top: ['top', 'feature', 'http', 'jobs', 'db', 'base'],
  feature: ['http', 'jobs', 'db', 'base'],
  http: ['http', 'db', 'base'],
  jobs: ['jobs', 'db', 'base'],
  db: ['db', 'base'],
  base: ['base'],
};

const vagueName = /^(utils?|helpers?|common|service|repository|index)$/;

/**
 * What breaks the rules of the map in ARCHITECTURE.md, one line each. `files` maps a path below src/ to its
 * import specifiers as written; `allowedPairs` lists the features that may import each other as `a -> b`.
 */
export function violations(files: ReadonlyMap<string, readonly string[]>, allowedPairs: ReadonlySet<string>) {
  const graph = new Map([...files].map(([file, imports]) => [file, localTargets(file, imports)]));
  return [
    ...[...files.keys()].flatMap(badNames),
    ...[...graph].flatMap(([file, targets]) =>
      targets.flatMap((target) => badArrow(file, target, allowedPairs)),
    ),
    ...cycles(graph),
  ];
}

/** The pairs listed in the block of ARCHITECTURE.md that opens with ```arrows. */
export function pairsOf(architecture: string): Set<string> {
  const block = /^```arrows\n(.*?)^```/ms.exec(architecture)?.[1] ?? '';
  const lines = block.split('\n').map((line) => line.trim().replace(/\s+/g, ' '));
  return new Set(lines.filter((line) => line !== ''));
}

function localTargets(file: string, imports: readonly string[]): string[] {
  const local = imports.filter((specifier) => specifier.startsWith('.'));
  return local.map((specifier) => posix.join(posix.dirname(file), specifier));
}

function badNames(file: string): string[] {
  const parts = file.split('/').map((part) => part.split('.')[0] ?? part);
  const vague = parts.find((part) => vagueName.test(part));
  const unknown =
    layerOf(file) === undefined ? [`${file}: its folder has no layer; add it to test/arrows.ts`] : [];
  return vague === undefined ? unknown : [`${file}: "${vague}" does not say what it does`, ...unknown];
}

function badArrow(file: string, target: string, allowedPairs: ReadonlySet<string>): string[] {
  if (target.startsWith('..')) return [`${file} imports ${target}, which is outside of src/`];
  const [from, to] = [layerOf(file), layerOf(target)];
  if (from === undefined || to === undefined || mayImport[from].includes(to)) return [];
  if (from === 'feature' && to === 'feature') return unlistedPair(file, target, allowedPairs);
  return [`${file} (${from}) imports ${target} (${to}), against the arrows`];
}

function unlistedPair(file: string, target: string, allowedPairs: ReadonlySet<string>): string[] {
  const pair = `${folderOf(file)} -> ${folderOf(target)}`;
  if (folderOf(file) === folderOf(target) || allowedPairs.has(pair)) return [];
  return [`${file} imports ${target}, but ARCHITECTURE.md does not list ${pair}`];
}

/** A file right below src/ starts or holds the process together, unless it is one of the base. */
function layerOf(file: string): Layer | undefined {
  if (baseFiles.includes(file)) return 'base';
  return file.includes('/') ? folders.get(folderOf(file)) : 'top';
}

function folderOf(file: string): string {
  return file.split('/')[0] ?? file;
}

/** Depth first; an import of a file that is still on the path closes a cycle. Each is told once. */
function cycles(graph: ReadonlyMap<string, readonly string[]>): string[] {
  const found: string[] = [];
  const path: string[] = [];
  const done = new Set<string>();
  function visit(file: string): void {
    const start = path.indexOf(file);
    if (start >= 0) found.push(`import cycle: ${[...path.slice(start), file].join(' -> ')}`);
    if (start >= 0 || done.has(file)) return;
    path.push(file);
    for (const target of graph.get(file) ?? []) visit(target);
    path.pop();
    done.add(file);
  }
  for (const file of graph.keys()) visit(file);
  return found;
}
