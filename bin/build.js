import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { isCheckout, root, stop } from './checkout.js';
import { ensureInstalled } from './install.js';
import { exclusively } from './lock.js';
import { run } from './run.js';

const vite = 'vite/bin/vite.js';
// Each step compiles its inputs into a directory of its own, and is repeated when an input has changed.
const steps = [
  {
    output: 'dist',
    inputs: ['src', 'bin/compile.js', 'package-lock.json'],
    needs: 'esbuild/lib/main.js',
    command: ['bin/compile.js', 'dist'],
  },
  {
    output: 'dist/web',
    inputs: [
      'web/src',
      'web/worker',
      'web/public',
      'web/index.html',
      'web/vite.config.ts',
      'web/finish.ts',
      'src/entries/letters.ts',
      'package-lock.json',
    ],
    needs: vite,
    command: [
      `node_modules/${vite}`,
      ...['build', '--config', 'web/vite.config.ts', '--configLoader', 'runner', '--logLevel', 'warn'],
    ],
  },
];

/** Compiles what is not compiled yet, or was compiled from other sources. Ends the process on failure. */
export async function ensureBuilt() {
  if (!isCheckout || steps.every(isBuilt)) return;
  for (const step of steps) await ensureInstalled(step.needs);
  await exclusively(async () => {
    for (const step of steps) if (!isBuilt(step)) await build(step);
  });
}

function isBuilt(step) {
  const stamp = stampFile(step);
  return existsSync(stamp) && readFileSync(stamp, 'utf8') === hashOf(step.inputs);
}

async function build(step) {
  console.error(`Building ${step.output}/ …`);
  const hash = hashOf(step.inputs);
  clear(step);
  const exitCode = await run(process.execPath, step.command);
  if (exitCode > 128) process.exit(exitCode);
  if (exitCode !== 0) stop('Daymark could not be built: the compiler says why above.', 1);
  writeFileSync(stampFile(step), hash);
}

/** Written last, and removed first: a build that was cut off has none. */
function stampFile(step) {
  return `${root}${step.output}/.built`;
}

/** Empties the output but for the lock and what other steps made there. */
function clear(step) {
  mkdirSync(root + step.output, { recursive: true });
  rmSync(stampFile(step), { force: true });
  for (const name of readdirSync(`${root}${step.output}`)) {
    const path = `${step.output}/${name}`;
    const kept = name.startsWith('.lock') || steps.some((other) => other.output === path);
    if (!kept) rmSync(root + path, { recursive: true });
  }
}

// Contents, not times: `git checkout` and `cp` change times, and reading 300 files takes 15 ms.
function hashOf(inputs) {
  const hash = createHash('sha256');
  for (const file of inputs.flatMap(filesBelow)) {
    hash
      .update(`${file}\0`)
      .update(readFileSync(root + file))
      .update('\0');
  }
  return hash.digest('hex');
}

function filesBelow(path) {
  if (!statSync(root + path).isDirectory()) return [path];
  const entries = readdirSync(root + path, { withFileTypes: true });
  const sorted = entries.sort((a, b) => (a.name < b.name ? -1 : 1));
  return sorted.flatMap((entry) =>
    entry.isDirectory() ? filesBelow(`${path}/${entry.name}`) : [`${path}/${entry.name}`],
  );
}
