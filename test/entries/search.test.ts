import { describe, expect, test } from 'vitest';
import { testApp, type Person } from '../app.ts';

const { person } = await testApp();

async function diary(texts: Record<string, object>): Promise<Person> {
  const someone = await person();
  let minute = 0;
  for (const [name, body] of Object.entries(texts)) {
    const at = new Date(Date.UTC(2026, 0, 1, 0, minute++)).toISOString();
    const { status, text } = await someone.call('POST', '/entries', {
      body: { at, measures: { [name]: 1 }, ...body },
    });
    if (status !== 201) throw new Error(text);
  }
  return someone;
}

/** The names of the entries that a search finds, in its order. */
async function found(someone: Person, q: string, more = ''): Promise<string[]> {
  const { status, json, text } = await someone.call('GET', `/entries?q=${encodeURIComponent(q)}${more}`);
  if (status !== 200) throw new Error(text);
  return json.entries.map((entry: { measures: object }) => Object.keys(entry.measures)[0]);
}

test('words, phrases, exclusions and alternatives, newest first', async () => {
  const anna = await diary({
    a: { text: 'A long run along the river, before work.' },
    b: { text: 'Before the run I worked; the river was high.' },
    c: { text: 'Rivers and lakes.', category: 'River trips' },
    d: { text: 'Nothing', tags: ['long river', 'the end'] },
  });
  const cases: [string, string[]][] = [
    ['river', ['d', 'c', 'b', 'a']],
    ['RIVER run', ['b', 'a']],
    ['"long run"', ['a']],
    ['"run long"', []],
    ['"the river"', ['b', 'a']],
    ['river -run', ['d', 'c']],
    ['river -"long run"', ['d', 'c', 'b']],
    ['lakes or "long run"', ['c', 'a']],
    ['lakes OR nothing', ['d', 'c']],
    ['-river', []],
    ['the', ['d', 'b', 'a']],
    ['rivers', ['c']],
    ['work', ['a']],
    ['trips', ['c']],
    // A phrase does not reach from one tag into the next.
    ['"river the"', []],
    ['"long river"', ['d']],
    ['(river) & run!', ['b', 'a']],
    ["'; drop table entries; --", []],
    ['"unclosed phrase', []],
    ['!!!', []],
    ['or', []],
    ['', ['d', 'c', 'b', 'a']],
  ];
  for (const [q, names] of cases) {
    expect([q, await found(anna, q)]).toEqual([q, names]);
    const { json } = await anna.call('GET', `/entries?total=true&q=${encodeURIComponent(q)}`);
    expect([q, json.total]).toEqual([q, names.length]);
  }
});

test('case, accents and width do not matter; scripts without spaces are found by any run of characters', async () => {
  const anna = await diary({
    cafe: { text: 'Café Ångström, STRASSE' },
    decomposed: { text: 'Cafe\u0301 au lait' },
    chinese: { text: '我今天去了公园' },
    thai: { text: 'วันนี้อากาศดี' },
    greek: { text: 'Καλημέρα' },
    turkish: { text: 'Işık İstanbul' },
    wide: { text: 'ＦＵＬＬ　ｗｉｄｔｈ' },
    emoji: { text: 'run 🏃‍♀️ fast' },
  });
  const cases: [string, string[]][] = [
    ['cafe', ['decomposed', 'cafe']],
    ['CAFÉ', ['decomposed', 'cafe']],
    ['angstrom straße', ['cafe']],
    ['今天', ['chinese']],
    ['天今', []],
    ['公园', ['chinese']],
    ['อากาศ', ['thai']],
    ['καλημερα', ['greek']],
    ['isik istanbul', ['turkish']],
    ['full width', ['wide']],
    ['"run fast"', ['emoji']],
  ];
  for (const [q, names] of cases) expect([q, await found(anna, q)]).toEqual([q, names]);
});

test('what is changed is found anew, part by part', async () => {
  const anna = await diary({ a: { text: 'first words', category: 'old', tags: ['one', 'two'] } });
  const { id } = (await anna.call('GET', '/entries')).json.entries[0];
  const patch = (body: object) => anna.call('PATCH', `/entries/${id}`, { body });
  const hits = async (...words: string[]) => {
    const seen: string[] = [];
    for (const word of words) if ((await found(anna, word)).length > 0) seen.push(word);
    return seen;
  };
  const all = ['first', 'old', 'one', 'two', 'second', 'new', 'three', 'general'];
  expect(await hits(...all)).toEqual(['first', 'old', 'one', 'two']);
  await patch({ tags: ['three'] });
  expect(await hits(...all)).toEqual(['first', 'old', 'three']);
  await patch({ text: 'second words' });
  expect(await hits(...all)).toEqual(['old', 'second', 'three']);
  await patch({ category: null });
  expect(await hits(...all)).toEqual(['second', 'three', 'general']);
  await patch({ mood: 3 });
  expect(await hits(...all)).toEqual(['second', 'three', 'general']);
  await anna.call('PUT', `/entries/${id}`, { body: { text: 'new' } });
  expect(await hits(...all)).toEqual(['new', 'general']);
  await anna.call('DELETE', `/entries/${id}`);
  expect(await hits(...all)).toEqual([]);
  expect(await found(anna, 'new', '&trash=true')).toHaveLength(1);
});

describe('pages', () => {
  const texts = Object.fromEntries(
    Array.from({ length: 23 }, (_, n) => [`e${n}`, { text: `word ${'often '.repeat((n * 7) % 5)}` }]),
  );

  test.each(['', '&order=asc', '&sort=rank', '&sort=rank&order=asc'])(
    'follow one another without gaps%s',
    async (more) => {
      const anna = await diary(texts);
      const whole = await found(anna, 'word', `&limit=100${more}`);
      expect(new Set(whole).size).toBe(23);
      const paged: string[] = [];
      for (let cursor = ''; ;) {
        const { json } = await anna.call('GET', `/entries?q=word&limit=4${more}${cursor}`);
        paged.push(...json.entries.map((entry: { measures: object }) => Object.keys(entry.measures)[0]));
        if (json.next_cursor === null) break;
        cursor = `&cursor=${json.next_cursor}`;
      }
      expect(paged).toEqual(whole);
    },
  );

  test('by rank the better match comes first', async () => {
    const anna = await diary({
      many: { text: 'river river river river' },
      once: { text: 'a river and many other words that say something else' },
      tagged: { text: 'x', tags: ['river'] },
    });
    expect(await found(anna, 'river', '&sort=rank')).toEqual(['tagged', 'many', 'once']);
    const { status, json } = await anna.call('GET', '/entries?sort=rank');
    expect([status, json.errors[0].pointer]).toEqual([422, '?sort']);
  });
});

test('phrases are found however often an entry was changed', async () => {
  const anna = await person();
  const words = Array.from({ length: 500 }, (_, n) => `w${n}`).join(' ');
  const text = (n: number) => `${words} blue moon ${n}`;
  const { json } = await anna.call('POST', '/entries', { body: { text: text(0) } });
  const change = async (body: object) =>
    expect((await anna.call('PATCH', `/entries/${json.id}`, { body })).status).toBe(200);
  const finds = async (phrase: string) =>
    (await anna.call('GET', `/entries?q=${encodeURIComponent(`"${phrase}"`)}`)).json.entries.length;
  for (let n = 1; n <= 40; n++) {
    await change({ text: text(n) });
    await change({ category: `green field ${n}` });
    await change({ tags: ['red sun', `tag ${n}`] });
  }
  for (const phrase of ['blue moon', 'blue moon 40', 'w0 w1', 'green field 40', 'red sun', 'tag 40'])
    expect([phrase, await finds(phrase)]).toEqual([phrase, 1]);
  for (const phrase of ['blue moon 39', 'green field 39', 'sun tag', '40 green', '40 red', 'moon w0'])
    expect([phrase, await finds(phrase)]).toEqual([phrase, 0]);
});

test('a search with other filters', async () => {
  const anna = await diary({
    a: { text: 'river', mood: 3, category: 'x' },
    b: { text: 'river', mood: 8, category: 'x' },
    c: { text: 'river', mood: 9, category: 'y' },
  });
  expect(await found(anna, 'river', '&category=x&mood_min=5')).toEqual(['b']);
});

test('a text as long as may be, and words as long as may be', async () => {
  const long = Array.from({ length: 3000 }, (_, n) => `w${n}`)
    .join(' ')
    .slice(0, 20_000);
  const anna = await diary({
    a: { text: long },
    b: { text: 'x'.repeat(20_000) },
    c: { text: 'y '.repeat(10_000) },
  });
  expect(await found(anna, 'w2999')).toEqual(['a']);
  expect(await found(anna, 'x'.repeat(900))).toEqual(['b']);
  expect(await found(anna, '"y y y"')).toEqual(['c']);
});
