import { describe, expect, test } from 'vitest';
import { testApp } from '../app.ts';
import { daily, report, write } from './diary.ts';
import { simulate } from './simulate.ts';

const { person } = await testApp();

interface Effect {
  factor: string;
  kind: string;
  lag_days: number;
  [member: string]: unknown;
}

const find = (effects: Effect[], factor: string, lag = 0) =>
  effects.find((each) => each.factor === factor && each.lag_days === lag)!;

/** Sixty days whose mood is 4, 5 or 6 in turn, and 2 more on every fourth, which has the tag. */
const sixty = Array.from({ length: 60 }, (_, n) => ({
  mood: 4 + ((n * 7) % 3) + (n % 4 === 0 ? 2 : 0),
  has: n % 4 === 0,
}));
const range = 'from=2026-03-01&to=2026-04-29';

describe('a diary with an effect that is plain to see', async () => {
  const anna = await person();
  await write(
    anna,
    daily(
      '2026-03-01',
      sixty.map(({ mood }) => mood),
      (n) => ({
        tags: sixty[n]!.has ? ['run', 'always'] : ['always'],
        category: n < 3 ? 'rare' : 'general',
        measures: {
          ran: sixty[n]!.has,
          sleep: sixty[n]!.has ? 8 : 7,
          constant: 3,
          ...(n < 19 ? { seldom: n } : {}),
        },
      }),
    ),
  );
  const { effects, rule, notes } = await report(anna, `effects?${range}`);

  test('the effect is the difference of the means of its days', () => {
    expect(rule).toMatchObject({ days_logged: 60, logging_rate: 1, weighting: 'day' });
    expect(notes).toEqual([]);
    const run = find(effects, 'run');
    const mean = (has: boolean) => {
      const days = sixty.filter((each) => each.has === has);
      return days.reduce((sum, { mood }) => sum + mood, 0) / days.length;
    };
    expect(run).toMatchObject({
      kind: 'tag',
      unit: 'mood points',
      n_with: 15,
      n_without: 45,
      verdict: 'likely',
    });
    expect(run.effect).toBeCloseTo(mean(true) - mean(false), 4);
    expect(run.p).toBe(0.0001);
    expect(run.q).toBeLessThan(0.05);
    expect(run.summary).toMatch(
      /^On the 15 days with “run” your mood was 2\.0 higher \(1\.\d to 2\.\d\) than on the 45 without\.$/,
    );
  });

  test('a yes is compared with a no, and a number by its slope', () => {
    const [run, ran, sleep] = ['run', 'ran', 'sleep'].map((factor) => find(effects, factor));
    expect(ran).toMatchObject({
      kind: 'measure',
      unit: 'mood points',
      n_with: 15,
      n_without: 45,
      effect: run!.effect,
    });
    expect(ran!.summary).toContain('On the 15 days when “ran” was a yes');
    expect(sleep).toMatchObject({
      unit: 'mood points per unit',
      n_with: 60,
      n_without: 0,
      effect: run!.effect,
    });
    expect(sleep!.summary).toMatch(
      /^For each unit more of “sleep” your mood was 2\.0 higher .*, over 60 days\.$/,
    );
  });

  test('the day after is compared too, where there is a day before', () => {
    expect(find(effects, 'run', 1)).toMatchObject({ n_with: 15, n_without: 44, unit: 'mood points' });
    expect(find(effects, 'run', 1).summary).toContain('15 days after a day with “run”');
  });

  test.each([
    [
      'always',
      0,
      60,
      0,
      'There are 60 days with “always” and 0 without; under 10 of either say nothing yet.',
    ],
    [
      'rare',
      0,
      3,
      57,
      'There are 3 days with an entry in “rare” and 57 without; under 10 of either say nothing yet.',
    ],
    ['seldom', 0, 19, 41, '“seldom” was noted on 19 days with a mood; under 20 say nothing yet.'],
    [
      'constant',
      0,
      60,
      0,
      '“constant” was noted on 60 days with a mood, and was the same on all of them: there is nothing to compare.',
    ],
    [
      'seldom',
      1,
      19,
      40,
      '“seldom” was noted on 19 days before a day with a mood; under 20 say nothing yet.',
    ],
  ])('%s at lag %i is not enough', (factor, lag, n_with, n_without, summary) => {
    const none = { effect: null, ci95: null, p: null, q: null, verdict: 'not_enough_data' };
    expect(find(effects, factor, lag)).toMatchObject({ ...none, n_with, n_without, summary });
  });

  test('the clearest stand first, and what cannot be told last', () => {
    const q = effects.map((each: Effect) => each['q'] ?? 2);
    expect(q).toEqual(q.toSorted((a: number, b: number) => a - b));
  });

  test('the same data gives the same answer, whoever asks and whatever else is in the diary', async () => {
    const ben = await person();
    const days = sixty.map(({ mood }) => mood);
    await write(
      ben,
      daily('2026-03-01', days, (n) => ({ tags: sixty[n]!.has ? ['run'] : [] })),
    );
    const { effects: his } = await report(ben, `effects?${range}`);
    const { q: _q, ...hers } = find(effects, 'run');
    expect(find(his, 'run')).toMatchObject(hers);
  });

  test('the answer is remembered by revision, and known by its tag', async () => {
    const first = await anna.call('GET', `/insights/effects?${range}`);
    const { etag } = first.headers as { etag: string };
    const again = await anna.call('GET', `/insights/effects?${range}`, {
      headers: { 'if-none-match': etag },
    });
    expect([again.status, again.text]).toEqual([304, '']);
    await write(anna, [{ at: '2026-04-29T20:00:00Z', mood: 1 }]);
    const after = await anna.call('GET', `/insights/effects?${range}`, {
      headers: { 'if-none-match': etag },
    });
    expect([after.status, after.json.rule.entries]).toEqual([200, 61]);
  });
});

test('a day whose day before has no mood has no lag 1', async () => {
  const anna = await person();
  // Every third day is missing, and one has an entry without a mood.
  const moods = Array.from({ length: 60 }, (_, n) => (n % 3 === 2 ? null : 5));
  await write(
    anna,
    daily('2026-03-01', moods, (n) => ({ tags: n % 2 === 0 ? ['x'] : [] })),
  );
  await write(anna, [{ at: '2026-03-03T12:00:00Z', text: 'no mood', tags: ['x'] }]);
  const { effects } = await report(anna, `effects?${range}`);
  // Days 1, 4, 7 … follow a day with a mood; every other one of those has the tag.
  expect(find(effects, 'x', 0)).toMatchObject({ n_with: 20, n_without: 20 });
  expect(find(effects, 'x', 1)).toMatchObject({ n_with: 10, n_without: 10 });
});

test('a measure is what most of its values are, and says what it left out', async () => {
  const anna = await person();
  const moods = Array.from({ length: 30 }, (_, n) => 3 + (n % 5));
  await write(
    anna,
    daily('2026-03-01', moods, (n) => ({ measures: { ran: n < 5 ? true : n / 2 } })),
  );
  const { effects, notes } = await report(anna, 'effects?from=2026-03-01&to=2026-03-30');
  expect(find(effects, 'ran')).toMatchObject({ n_with: 25, n_without: 5, unit: 'mood points per unit' });
  expect(notes).toEqual(['“ran” is mostly numbers; 5 of its values that are yes or no were left out.']);
});

test('of a day with several entries a tag counts once, a number is their mean, and one yes is a yes', async () => {
  const [anna, ben] = [await person(), await person()];
  const at = (n: number, hour: number) => new Date(Date.UTC(2026, 2, 1 + n, hour)).toISOString();
  const days = Array.from({ length: 40 }, (_, n) => ({
    mood: 3 + ((n * 7) % 5),
    slept: 5 + (n % 4),
    x: n % 3 === 0,
  }));
  const once = ({ mood, slept, x }: (typeof days)[number], n: number) => [
    { at: at(n, 9), mood, tags: x ? ['x'] : [], measures: { slept, ran: x } },
  ];
  const thrice = ({ mood, slept, x }: (typeof days)[number], n: number) => [
    { at: at(n, 9), mood, tags: x ? ['x'] : [], measures: { slept: slept - 2, ran: false } },
    { at: at(n, 10), tags: x ? ['x'] : [], measures: { slept: slept - 1, ran: x } },
    { at: at(n, 11), mood, measures: { slept: slept + 3 } },
  ];
  await write(anna, days.flatMap(once));
  await write(ben, days.flatMap(thrice));
  const path = 'effects?from=2026-03-01&to=2026-04-09';
  const [simple, split] = [await report(anna, path), await report(ben, path)];
  expect(find(simple.effects, 'ran')).toMatchObject({ n_with: 14, n_without: 26 });
  expect(split.effects).toEqual(simple.effects);
});

test('numbers of any size are measured, and names of any kind are quoted on one line', async () => {
  const anna = await person();
  const moods = Array.from({ length: 40 }, (_, n) => 3 + ((n * 7) % 5));
  const name = 'two\nlines\u202e “quoted”';
  await write(
    anna,
    daily('2026-03-01', moods, (n) => ({
      tags: n % 3 === 0 ? [name] : [],
      measures: {
        huge: ((n * 7) % 5) * 1e307,
        tiny: ((n * 7) % 5) * 1e-300,
        steps: 10_000 + 500 * ((n * 7) % 5),
      },
    })),
  );
  const { effects } = await report(anna, 'effects?from=2026-03-01&to=2026-04-09');
  expect(find(effects, 'huge')).toMatchObject({ effect: 1e-307, p: 0.0001, verdict: 'likely' });
  expect(find(effects, 'steps')).toMatchObject({ effect: 0.002, verdict: 'likely' });
  expect(find(effects, 'steps').summary).toContain('0.0020 higher (0.0020 to 0.0020)');
  expect(find(effects, 'tiny').p).toBe(0.0001);
  expect(find(effects, name).summary).toMatch(/“two lines “quoted””/);
});

test('weighted by entry, a day counts as often as it has moods', async () => {
  const anna = await person();
  const entries = Array.from({ length: 40 }, (_, n) => {
    const at = (hour: number) => new Date(Date.UTC(2026, 2, 1 + n, hour)).toISOString();
    const first = { at: at(9), mood: n % 2 === 0 ? 6 : 4, tags: n % 2 === 0 ? ['x'] : [] };
    // Every fourth day has two more moods of 9.
    return n % 4 === 0 ? [first, { at: at(10), mood: 9 }, { at: at(11), mood: 9 }] : [first];
  });
  await write(anna, entries.flat());
  const days = '&from=2026-03-01&to=2026-04-09';
  // Days with x: ten of 8 and ten of 6, against 4; by entry the former count three times.
  expect(find((await report(anna, `effects?${days}`)).effects, 'x').effect).toBe(3);
  expect(find((await report(anna, `effects?weighting=entry${days}`)).effects, 'x').effect).toBe(3.5);
});

test('what resembles yesterday and what is one of many is not called an effect; a planted one is found', async () => {
  const anna = await person();
  const days = simulate(3, { days: 200, tags: 12, share: 1 / 3, planted: 1 });
  await write(
    anna,
    daily(
      '2025-06-01',
      days.map(({ mood }) => mood),
      (n) => ({ tags: days[n]!.tags }),
    ),
  );
  const { effects } = await report(anna, 'effects?from=2025-06-01&to=2025-12-17');
  const likely = effects.filter(({ verdict }: Effect) => verdict === 'likely');
  expect(likely.map(({ factor, lag_days }: Effect) => [factor, lag_days])).toEqual([['tag 0', 0]]);
  expect(likely[0].ci95[0]).toBeGreaterThan(0.3);
  const chance = effects.find(({ verdict }: Effect) => verdict === 'no_detectable_effect');
  expect(chance.summary).toMatch(/^Nothing here can be told from chance: on the \d+ days /);
});
