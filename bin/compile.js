import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { root } from './checkout.js';

// node bin/compile.js DIRECTORY: compiles each file of src/ into one there, with its source map. Types are left out and not
// checked: that is a step of its own in .ci/run, and takes thirty times as long.
const sources = join(root, 'src');
const names = readdirSync(sources, { recursive: true }).filter((name) => name.endsWith('.ts'));
const options = {
  entryPoints: names.map((name) => join(sources, name)),
  outbase: sources,
  outdir: process.argv[2],
  format: 'esm',
  platform: 'node',
  target: 'node20',
  sourcemap: true,
  // Bundling, with everything outside of the file itself left out, is what lets a plugin see the imports.
  bundle: true,
  packages: 'external',
  plugins: [{ name: 'extensions', setup: renameImports }],
  logLevel: 'warning',
};
// What is wrong has been printed.
await build(options).catch(() => process.exit(1));

function renameImports({ onResolve }) {
  onResolve({ filter: /^\.\.?\/.*\.ts$/ }, ({ path, kind }) =>
    kind === 'entry-point' ? undefined : { path: path.replace(/\.ts$/, '.js'), external: true },
  );
}
