import { InvalidArgumentError, Option } from 'commander';

/** `--yes`, on every command that destroys something. */
export function assumeYes(): Option {
  return new Option('-y, --yes', 'do not ask for confirmation');
}

/** `--json`, on every command whose output is data. */
export function asJson(): Option {
  return new Option('--json', 'print JSON instead of text');
}

/** For an option that may be given several times: gathers its values in their order. */
export function gather(value: string, earlier: string[] = []): string[] {
  return [...earlier, value];
}

/** A whole number from `least` to `most`. */
export function wholeNumber(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = /^\d{1,9}$/.test(text) ? Number(text) : NaN;
    if (value >= least && value <= most) return value;
    throw new InvalidArgumentError(`It is not a whole number from ${least} to ${most}.`);
  };
}
