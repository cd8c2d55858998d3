import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../', import.meta.url));

/**
 * Compiles the program into `directory`, with what it needs beside it, as it is released, and gives the path of its
 * executable.
 */
export async function compile(directory: string): Promise<string> {
  mkdirSync(directory, { recursive: true });
  const out = join(directory, 'dist');
  const compiler = spawn(process.execPath, [join(root, 'bin/compile.js'), out], { stdio: 'inherit' });
  const [code] = (await once(compiler, 'exit')) as [number | null];
  if (code !== 0) throw new Error('the program could not be compiled: see above');
  for (const name of ['migrations', 'assets', 'package.json', 'node_modules'])
    symlinkSync(join(root, name), join(directory, name));
  return join(out, 'main.js');
}
