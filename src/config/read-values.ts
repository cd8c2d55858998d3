import type { Setting } from './environment.ts';
import { Wrong, type ConfigProblem } from './errors.ts';
import { variables, type Values, type VariableName } from './variables.ts';

/** Parses every setting; a variable that is not set has its default, a wrong one is missing from `values`. */
export function readValues(
  settings: ReadonlyMap<string, Setting>,
  cwd: string,
): { values: Partial<Values>; problems: ConfigProblem[] } {
  const values: Partial<Record<VariableName, unknown>> = {};
  const problems: ConfigProblem[] = [];
  for (const name of Object.keys(variables) as VariableName[]) {
    const { variable, text } = settings.get(name) ?? { variable: name, text: variables[name].fallback };
    try {
      values[name] = text === null ? null : variables[name].parse(text, cwd);
    } catch (error) {
      if (!(error instanceof Wrong)) throw error;
      const quoted = variables[name].isSecret ? '' : `${quote(text ?? '')} `;
      problems.push({ variable, detail: quoted + error.message });
    }
  }
  return { values: values as Partial<Values>, problems };
}

const mostCharacters = 80;

/** One line whatever the text holds, without what stands before an "@", where a URL has its password. */
function quote(text: string): string {
  const characters = [...text.replace(/^.*@/s, '…@')];
  const start = characters
    .slice(0, mostCharacters)
    .join('')
    .replace(/[\p{C}\p{Zl}\p{Zp}]/gu, '?');
  return `"${start}${characters.length > mostCharacters ? '…' : ''}"`;
}
