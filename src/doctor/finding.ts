/** How bad it is: a warning works now and may not later, a problem does not work or is not safe. */
export type State = 'ok' | 'warning' | 'problem';

/** What a check came to. */
export interface Finding {
  name: string;
  state: State;
  /** What is so, in a sentence. */
  finding: string;
  /** What to do about it; null where nothing is to be done. */
  mend: string | null;
}

export function ok(name: string, finding: string): Finding {
  return { name, state: 'ok', finding, mend: null };
}

export function warning(name: string, finding: string, mend: string): Finding {
  return { name, state: 'warning', finding, mend };
}

export function problem(name: string, finding: string, mend: string): Finding {
  return { name, state: 'problem', finding, mend };
}
