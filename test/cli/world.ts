import { Console } from 'node:console';
import { Readable, Writable } from 'node:stream';

/** What a command sees of the world, but for files, the network and the clock. */
interface World {
  cwd: string;
  env: Record<string, string>;
  /** All that comes through standard input. */
  input: string;
}

interface Entered {
  /** What was written to standard output so far. */
  stdout(): string;
  stderr(): string;
  leave(): void;
}

/**
 * Puts this process into another world until it leaves: the tests of a file run one after the other, and so do the files
 * of a worker. Throws where it is in one already: the two would write into each other's output.
 */
export function enterWorld({ cwd, env, input }: World): Entered {
  if (process.stdout instanceof Collected)
    throw new Error('two commands at once in one process: start processes');
  const [stdout, stderr] = [new Collected(), new Collected()];
  const before = {
    cwd: process.cwd(),
    env: process.env,
    exitCode: process.exitCode,
    console: globalThis.console,
  };
  const replaced = { stdin: Readable.from([Buffer.from(input)]), stdout, stderr };
  const originals = Object.keys(replaced).map((name) => [name, propertyOf(name)] as const);
  process.chdir(cwd);
  process.env = env;
  process.exitCode = undefined;
  globalThis.console = new Console(stdout, stderr);
  for (const [name, value] of Object.entries(replaced))
    Object.defineProperty(process, name, { value, configurable: true });
  return {
    stdout: () => stdout.text(),
    stderr: () => stderr.text(),
    leave: () => {
      for (const [name, property] of originals) Object.defineProperty(process, name, property);
      globalThis.console = before.console;
      process.exitCode = before.exitCode;
      process.env = before.env;
      process.chdir(before.cwd);
    },
  };
}

function propertyOf(name: string): PropertyDescriptor {
  const property = Object.getOwnPropertyDescriptor(process, name);
  if (property === undefined) throw new Error(`process has no ${name}`);
  return property;
}

/** Keeps what is written; no terminal. */
class Collected extends Writable {
  #chunks: Buffer[] = [];

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.#chunks.push(chunk);
    done();
  }

  text(): string {
    return Buffer.concat(this.#chunks).toString();
  }
}
