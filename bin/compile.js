import { readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { build } from 'esbuild';
import { root } from './checkout.js';

// node bin/compile.js DIRECTORY: compiles each file of src/ into one there, with its source map. Types are left out and not
// checked: that is a step of its own in .ci/run, and takes thirty times as long.
const sources = join(root, 'src');
const names = readdirSync(sources, { recursive: true }).filter((name) => name.endsWith('.ts'));
const outdir = process.argv[2];
// typebox is put into a file of its own: it comes in 680, which took a sixth of the CPU of a start to find and read.
const inOneFile = { typebox: 'typebox', 'typebox/value': 'typebox-value' };
const common = { bundle: true, format: 'esm', platform: 'node', target: 'node20', logLevel: 'warning' };
const program = {
  ...common,
  entryPoints: names.map((name) => join(sources, name)),
  outbase: sources,
  outdir,
  sourcemap: true,
  // Bundling, with everything outside of the file itself left out, is what lets a plugin see the imports.
  packages: 'external',
  plugins: [{ name: 'imports', setup: renameImports }],
};
const packages = {
  ...common,
  entryPoints: Object.entries(inOneFile).map(([name, file]) => ({ in: name, out: file })),
  absWorkingDir: root,
  outdir: join(outdir, 'packages'),
  splitting: true,
};
// What is wrong has been printed.
await Promise.all([build(program), build(packages)]).catch(() => process.exit(1));

function renameImports({ onResolve }) {
  onResolve({ filter: /^[^.]/ }, ({ path, kind, resolveDir }) => {
    const file = inOneFile[path];
    if (file === undefined || kind === 'entry-point') return undefined;
    return { path: `./${relative(resolveDir, join(sources, 'packages', file))}.js`, external: true };
  });
  onResolve({ filter: /^\.\.?\/.*\.ts$/ }, ({ path, kind }) =>
    kind === 'entry-point' ? undefined : { path: path.replace(/\.ts$/, '.js'), external: true },
  );
}
