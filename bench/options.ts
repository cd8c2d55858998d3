import { parseArgs } from 'node:util';
import { scenarioNames } from './scenarios.ts';

export interface Options {
  /** Small data and short rounds: shows that everything runs, and no number worth keeping. */
  quick: boolean;
  users: number;
  entriesPerUser: number;
  /** Entries of the one user with many. */
  manyEntries: number;
  rounds: number;
  seconds: number;
  warmUpSeconds: number;
  connections: number;
  pgbench: string | undefined;
  /** Names of scenarios; all where none is given. */
  only: string[];
  /** The scenario to profile the server on, instead of measuring. */
  profile: string | undefined;
}

const usage = `npm run bench -- [--quick] [--rounds 5] [--seconds 5] [--pgbench FILE]
                [--only page-1,create] [--profile page-1]
TEST_POSTGRES_BIN names the directory of another PostgreSQL's programs than the embedded ones.`;

/** Reads the command line. Throws with one line and the usage where it is wrong. */
export function readOptions(args: string[]): Options {
  const { values } = parseArgs({
    args,
    options: {
      quick: { type: 'boolean', default: false },
      rounds: { type: 'string' },
      seconds: { type: 'string' },
      pgbench: { type: 'string' },
      only: { type: 'string', default: '' },
      profile: { type: 'string' },
    },
  });
  const { quick } = values;
  return {
    quick,
    users: quick ? 20 : 1000,
    entriesPerUser: quick ? 200 : 1000,
    manyEntries: quick ? 4000 : 100_000,
    rounds: positive('rounds', values.rounds ?? (quick ? '1' : '5')),
    seconds: positive('seconds', values.seconds ?? (quick ? '1' : '5')),
    warmUpSeconds: quick ? 0.5 : 2,
    connections: 16,
    pgbench: values.pgbench,
    only: values.only
      .split(',')
      .filter((name) => name !== '')
      .map(scenario),
    profile: values.profile === undefined ? undefined : scenario(values.profile),
  };
}

function scenario(name: string): string {
  if (scenarioNames.some((known) => known === name)) return name;
  throw new Error(`there is no scenario ${name}; there are ${scenarioNames.join(', ')}.\n${usage}`);
}

function positive(name: string, text: string): number {
  const number = Number(text);
  if (!(number > 0)) throw new Error(`--${name} must be a number above 0.\n${usage}`);
  return number;
}
