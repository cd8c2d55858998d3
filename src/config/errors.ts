/** One thing wrong with the configuration; `variable` is a name as the person wrote it, or `.env`. */
export interface ConfigProblem {
  variable: string;
  detail: string;
}

/** The configuration cannot be used; the message is one line that names every wrong variable. */
export class ConfigError extends Error {
  readonly problems: readonly ConfigProblem[];

  constructor(problems: readonly ConfigProblem[]) {
    super(problems.map(({ variable, detail }) => `${variable}: ${detail}`).join('; '));
    this.name = 'ConfigError';
    this.problems = problems;
  }
}

/** What a parser throws about its text: a phrase such as "is not a port number", which never quotes the text. */
export class Wrong extends Error {}
