import { leastDays, leastMeasured, type Finding, type Verdict } from './finding.ts';
import { amounts, counted, quoted } from './wording.ts';

/** A finding in one plain sentence: the number, its interval and n, and never a cause. */
export function sentenceOf(finding: Finding, verdict: Verdict): string {
  const { tested } = finding;
  if (tested === null) return missing(finding);
  const said = finding.factor.scale === 'number' ? along(finding, tested) : between(finding, tested);
  switch (verdict) {
    case 'likely':
      return `${capital(said)}${hidden(tested)}.`;
    case 'possible':
      return `${capital(said)}; among so many comparisons that may be chance.`;
    default:
      return `Nothing here can be told from chance: ${said}.`;
  }
}

type Told = NonNullable<Finding['tested']>;

/** Days with against days without. */
function between({ factor, lag, n_with, n_without }: Finding, tested: Told): string {
  const [on, than] = sides(factor, lag);
  return `on the ${counted(n_with, 'day')} ${on} your mood was ${amounts(tested)} than on the ${n_without} ${than}`;
}

function sides({ name, kind, scale }: Finding['factor'], lag: 0 | 1): [string, string] {
  const it = quoted(name);
  const where = lag === 1 ? 'after a day ' : '';
  if (scale === 'boolean') return [`${where}when ${it} was a yes`, `${where}when it was a no`];
  if (kind === 'category') return [`${where}with an entry in ${it}`, `${where}without`];
  return [`${where}with ${it}`, `${where}without`];
}

/** Along the scale of a number. */
function along({ factor, lag, n_with }: Finding, tested: Told): string {
  const before = lag === 1 ? ' on the day before' : '';
  const unit = `for each unit more of ${quoted(factor.name)}${before}`;
  return `${unit} your mood was ${amounts(tested)}, over ${counted(n_with, 'day')}`;
}

/** The test takes yesterday's mood out of it, and may see what the plain difference does not show. */
function hidden({ ci95 }: Told): string {
  if (ci95 === null || ci95[0] > 0 || ci95[1] < 0) return '';
  return ', which stands out only when the mood of the day before is taken into account';
}

function missing({ factor, lag, n_with, n_without }: Finding): string {
  const it = quoted(factor.name);
  if (factor.scale === 'number') {
    const noted = `${it} was noted on ${counted(n_with, 'day')}${lag === 1 ? ' before a day' : ''} with a mood`;
    if (n_with < leastMeasured) return `${capital(noted)}; under ${leastMeasured} say nothing yet.`;
    return `${capital(noted)}, and was the same on all of them: there is nothing to compare.`;
  }
  const [on, than] = sides(factor, lag);
  const are = n_with === 1 ? 'is' : 'are';
  return `There ${are} ${counted(n_with, 'day')} ${on} and ${n_without} ${than}; under ${leastDays} of either say nothing yet.`;
}

function capital(sentence: string): string {
  return sentence.charAt(0).toUpperCase() + sentence.slice(1);
}
