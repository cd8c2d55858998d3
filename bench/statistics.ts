import { effectsOf } from '../src/insights/effects/judge.ts';
import { shiftsOf } from '../src/insights/find-shifts.ts';
import { random } from '../src/demo/random.ts';
import type { Diarist } from '../test/insights/simulate.ts';
import { simulatedDiary } from '../test/insights/simulated-diary.ts';

// How often the tests find what is not there, find what is, and how often the intervals hold the truth, on diaries
// whose truth is known. Takes minutes: node --import tsx bench/statistics.ts [accounts [effects|shifts]]
const accounts = Number(process.argv[2] ?? 200);
const only = process.argv[3];

interface Diary {
  what: string;
  diarist: Diarist;
  /** How many of a hundred days are not written. */
  missing?: number;
}

const usual: Diarist = { days: 200, tags: 12, share: 1 / 3 };
const none: Diary[] = [
  { what: '200 days, 12 tags', diarist: usual },
  { what: 'tags that come in spells', diarist: { ...usual, habit: 0.6 } },
  { what: 'tags that come in long spells', diarist: { ...usual, habit: 0.8 } },
  { what: 'rare tags', diarist: { ...usual, share: 0.1 } },
  { what: 'three of ten days missing', diarist: usual, missing: 30 },
  { what: '90 days', diarist: { ...usual, days: 90 } },
  { what: 'a year, days that hang together more (φ = 0.8)', diarist: { ...usual, days: 365, phi: 0.8 } },
];
const planted = none.map(({ diarist, ...rest }) => ({ ...rest, diarist: { ...diarist, planted: 1 } }));

if (only !== 'shifts') compareEffects();
if (only !== 'effects') compareShifts();

function compareEffects(): void {
  console.log('| diary | a false `likely` in | the 1.0 found `likely` in | intervals that hold the truth |');
  console.log('| --- | --- | --- | --- |');
  for (const [n, each] of none.entries()) {
    const quiet = run(each, 0);
    const loud = run(planted[n] as Diary, 1);
    const held = percent(quiet.held + loud.held, quiet.intervals + loud.intervals);
    console.log(
      `| ${each.what} | ${percent(quiet.wrong, accounts)} | ${percent(loud.found, accounts)} | ${held} |`,
    );
  }
}

/** The moods of whole numbers from 1 to 10 cut some of a planted effect off; what is left of it is the truth. */
function run({ diarist, missing = 0 }: Diary, seed: number) {
  const truth = diarist.planted === undefined ? 0 : attenuated(diarist);
  const counts = { wrong: 0, found: 0, held: 0, intervals: 0 };
  for (let account = 0; account < accounts; account++) {
    const { next } = random(account * 7 + seed);
    const diary = simulatedDiary(account * 2 + seed + 1, diarist, () => next() * 100 < missing);
    const { effects } = effectsOf(diary, 'day');
    const isPlanted = (each: { factor: string; lag_days: number }) =>
      truth !== 0 && each.factor === 'tag 0' && each.lag_days === 0;
    if (effects.some((each) => each.verdict === 'likely' && !isPlanted(each))) counts.wrong++;
    if (effects.some((each) => each.verdict === 'likely' && isPlanted(each))) counts.found++;
    for (const each of effects) {
      // A tag in spells says something of the day after, too: only what is null by construction has a known truth.
      if (each.ci95 === null || (each.factor === 'tag 0' && each.lag_days === 1 && diarist.habit)) continue;
      const [low, high] = each.ci95 as [number, number];
      const real = isPlanted(each) ? truth : 0;
      counts.intervals++;
      if (low <= real && real <= high) counts.held++;
    }
  }
  return counts;
}

function attenuated(diarist: Diarist): number {
  const long = simulatedDiary(12_345, { ...diarist, days: 200_000, tags: 1 });
  const on = new Set(long.tags[0]?.days);
  const mean = (has: boolean) => {
    const days = long.days.filter(({ day }) => on.has(day) === has);
    return days.reduce((sum, each) => sum + each.sum, 0) / days.length;
  };
  return mean(true) - mean(false);
}

function compareShifts(): void {
  const usualDays: Diarist = { days: 200, tags: 0, share: 0 };
  const rises = (by: number) => ({ ...usualDays, level: (day: number) => (day >= 100 ? by : 0) });
  const bump = { ...usualDays, level: (day: number) => (day >= 75 && day < 125 ? 3 : 0) };
  const slow = { ...usualDays, phi: 0.7, noise: 0.8 };
  const cases: [what: string, diarist: Diarist, truth: number | null][] = [
    ['never changes', usualDays, null],
    ['never changes, 90 days', { ...usualDays, days: 90 }, null],
    ['never changes, φ = 0.8', { ...usualDays, phi: 0.8 }, null],
    ['never changes, φ = 0.7 under daily noise of 0.8', slow, null],
    ['never changes, a year, φ = 0.85 under daily noise of 0.8', { ...slow, days: 365, phi: 0.85 }, null],
    ['rises by 1 on the 100th day', rises(1), 100],
    ['rises by 1.5 on the 100th day', rises(1.5), 100],
    ['rises by 2 on the 100th day', rises(2), 100],
    ['is 3 higher from the 75th to the 125th', bump, 75],
  ];
  console.log('\n| level of 200 days | a shift is shown in | within 14 days of the true one |');
  console.log('| --- | --- | --- |');
  for (const [what, diarist, truth] of cases) {
    const { any, near } = countShifts(diarist, truth);
    console.log(`| ${what} | ${percent(any, accounts)} | ${truth === null ? '' : percent(near, accounts)} |`);
  }
}

function countShifts(diarist: Diarist, truth: number | null) {
  const counts = { any: 0, near: 0 };
  for (let account = 0; account < accounts; account++) {
    const { days } = simulatedDiary(account + 1, diarist);
    const found = shiftsOf(days, 'day').map(({ day }) => Date.parse(day) / 86_400_000);
    if (found.length > 0) counts.any++;
    if (truth !== null && found.some((day) => Math.abs(day - truth) <= 14)) counts.near++;
  }
  return counts;
}

function percent(part: number, whole: number): string {
  return `${((part / whole) * 100).toFixed(1)} %`;
}
