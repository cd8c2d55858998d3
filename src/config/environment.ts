import { resolve } from 'node:path';
import { parseEnv } from 'node:util';
import { Wrong, type ConfigProblem } from './errors.ts';
import { readText, readTextIfThere } from './text-file.ts';

/** What a variable was set to, and under which name: `X` or `X_FILE`. */
export interface Setting {
  variable: string;
  text: string;
}

type Layer = Readonly<Record<string, string | undefined>>;

/**
 * Finds the variables that are set: first in `env`, then, with `dotEnv`, in `.env` of `cwd`, each as `X` or as `X_FILE`, the
 * path of a file that holds the value. An empty value counts as unset, since compose files pass `${X:-}`.
 */
export function readEnvironment(
  names: readonly string[],
  env: Layer,
  cwd: string,
  dotEnv = true,
): { settings: Map<string, Setting>; problems: ConfigProblem[] } {
  const settings = new Map<string, Setting>();
  const problems: ConfigProblem[] = [];
  const attempt = (variable: string, work: () => void) => {
    try {
      work();
    } catch (error) {
      if (!(error instanceof Wrong)) throw error;
      problems.push({ variable, detail: error.message });
    }
  };
  const layers = [env];
  if (dotEnv) attempt('.env', () => layers.push(readDotEnv(cwd)));
  for (const name of names) {
    const layer = layers.find((each) => each[name] || each[`${name}_FILE`]);
    if (layer === undefined) continue;
    const variable = layer[name] ? name : `${name}_FILE`;
    attempt(variable, () => settings.set(name, { variable, text: valueIn(layer, name, cwd) }));
  }
  return { settings, problems };
}

function readDotEnv(cwd: string): Layer {
  const text = readTextIfThere(resolve(cwd, '.env')) ?? '';
  const layer = parseEnv(text);
  // Node joins a line without "=" to the name on the next one, which would then be missing in silence.
  const odd = Object.keys(layer).find((name) => !/^[\w.-]+$/.test(name));
  if (odd === undefined) return layer;
  const [start = ''] = odd.split('\n');
  const line = text.split('\n').findIndex((each) => each.includes(start)) + 1;
  throw new Wrong(`${line > 0 ? `line ${line}` : 'a line'} is neither NAME=value nor a comment`);
}

function valueIn(layer: Layer, name: string, cwd: string): string {
  const [value, file] = [layer[name], layer[`${name}_FILE`]];
  if (value && file) throw new Wrong(`is set and ${name}_FILE too; keep one of them`);
  const text = value || fileContent(resolve(cwd, file ?? ''));
  if (text.includes('\0')) throw new Wrong('holds a NUL character');
  return text;
}

/** Editors and `echo` end a file with a newline that is no part of the secret. */
function fileContent(path: string): string {
  const text = readText(path).replace(/\r?\n$/, '');
  // A secret that was not mounted must not pass for one that was never asked for.
  if (text === '') throw new Wrong('names an empty file');
  return text;
}
