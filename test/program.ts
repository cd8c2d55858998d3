import { fileURLToPath, pathToFileURL } from 'node:url';

/** Names the executable that the run has compiled for its tests. */
export const programVariable = 'DAYMARK_TEST_PROGRAM';

/**
 * What Node is to be told to run the executable: compiled, as it is released, since it starts in a third of the time;
 * from the sources where nobody has compiled it.
 */
export function program(): string[] {
  const compiled = process.env[programVariable];
  if (compiled !== undefined) return [compiled];
  return ['--import', import.meta.resolve('tsx'), fileURLToPath(new URL('../src/main.ts', import.meta.url))];
}

/** The URL of the folder of the compiled program, with a slash at its end. */
export function compiledFolder(): string {
  const compiled = process.env[programVariable];
  if (compiled === undefined) throw new Error('nobody has compiled the program: run it by vitest');
  return new URL('.', pathToFileURL(compiled)).href;
}
