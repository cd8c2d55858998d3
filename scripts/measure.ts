import ts from 'typescript';

/** A file or function and how many lines it takes, blank ones and comments included. */
export interface Length {
  name: string;
  lines: number;
}

/** The length of every function with a body in a file; `name` is `file:line name`. A list of routes is left out. */
export function functionLengths(file: string, text: string): Length[] {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const lineAt = (position: number) => source.getLineAndCharacterOfPosition(position).line + 1;
  const found: Length[] = [];
  function visit(node: ts.Node): void {
    if (ts.isFunctionLike(node) && 'body' in node && node.body !== undefined) {
      const [first, last] = [lineAt(node.getStart()), lineAt(node.end)];
      const name = nameOf(node);
      if (!isRouteList(name)) found.push({ name: `${file}:${first} ${name}`, lines: last - first + 1 });
    }
    ts.forEachChild(node, visit);
  }
  visit(source);
  return found;
}

/** How many lines a text has, as `wc -l` counts them. */
export function lineCount(text: string): number {
  return text.split('\n').length - 1;
}

/** The smallest length that so large a share (0 to 1) of all does not exceed: the nearest rank. */
export function percentile(lengths: readonly Length[], share: number): number {
  const sorted = lengths.map(({ lines }) => lines).sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0;
}

function isRouteList(name: string): boolean {
  return name === 'routes' || name.endsWith('Routes');
}

function nameOf(node: ts.SignatureDeclaration): string {
  const holder = node.name === undefined ? node.parent : node;
  const name = 'name' in holder ? holder.name : undefined;
  return name === undefined ? '(anonymous)' : (name as ts.Node).getText();
}
