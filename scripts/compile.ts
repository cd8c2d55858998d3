import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../', import.meta.url));

/**
 * Compiles the program into `directory`, with what it needs beside it, as it is released, and gives the path of its
 * executable. Types are not checked: that is a step of its own.
 */
export async function compile(directory: string): Promise<string> {
  mkdirSync(directory, { recursive: true });
  const compiler = join(root, 'node_modules/typescript/bin/tsc');
  const out = join(directory, 'dist');
  const args = [compiler, '-p', join(root, 'tsconfig.build.json'), '--noCheck', '--outDir', out];
  const [code] = (await once(spawn(process.execPath, args, { stdio: 'inherit' }), 'exit')) as [number | null];
  if (code !== 0) throw new Error('the program could not be compiled: see above');
  for (const name of ['migrations', 'assets', 'package.json', 'node_modules'])
    symlinkSync(join(root, name), join(directory, name));
  return join(out, 'main.js');
}
