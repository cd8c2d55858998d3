import { seeded } from './random.ts';

export interface Members {
  text: string;
  mood: number | null;
  category: string;
  tags: string[];
  measures: Record<string, number | boolean>;
}

const onsets = 'b c d f g h k l m n p r s t v w st tr pl br ch sh'.split(' ');
const vowels = 'a e i o u ai ea ou'.split(' ');
const ends = ['', '', 'n', 'r', 's', 't', 'l', 'ng'];
const categories = ['general', 'work', 'family', 'health', 'travel', 'reading', 'music', 'garden'];
const vocabularySize = 6000;
const wordsPerEntry = 30;

/** Made-up words, the more frequent ones first and shorter, as in languages. */
export const vocabulary = makeVocabulary();

/** `count` entries' members, the same for the same seed: about 30 words each, by Zipf's law. */
export function makeMembers(count: number, seed: number): Members[] {
  const random = seeded(seed);
  return Array.from({ length: count }, () => membersOf(random));
}

/** Pairs of words that many, but not most, entries have. */
export function wordPairs(count: number): string[] {
  const random = seeded(77);
  const word = () => vocabulary[20 + Math.floor(random() * 300)] as string;
  return Array.from({ length: count }, () => `${word()} ${word()}`);
}

function membersOf(random: () => number): Members {
  const words = Array.from({ length: wordsPerEntry - 10 + Math.floor(random() * 20) }, () => zipf(random));
  const tags = new Set(Array.from({ length: Math.floor(random() * 4) }, () => zipf(random)));
  return {
    text: `${words.join(' ')}.`,
    mood: random() < 0.8 ? 1 + Math.floor(random() * 10) : null,
    category: categories[Math.floor(random() ** 2 * categories.length)] as string,
    tags: [...tags],
    measures:
      random() < 0.5
        ? {
            sleep_hours: Math.round(random() * 40) / 4,
            coffee: Math.floor(random() * 5),
            ran: random() < 0.3,
          }
        : {},
  };
}

// Exponent 1: a rank uniform in its logarithm.
function zipf(random: () => number): string {
  return vocabulary[Math.floor(vocabularySize ** random()) - 1] as string;
}

function makeVocabulary(): string[] {
  const random = seeded(1);
  const pick = (from: string[]) => from[Math.floor(random() * from.length)] as string;
  const words = new Set<string>();
  while (words.size < vocabularySize) {
    const syllables = 1 + Math.floor((words.size / vocabularySize) ** 0.5 * 3);
    let word = '';
    for (let n = 0; n < syllables; n++) word += pick(onsets) + pick(vowels) + pick(ends);
    words.add(word);
  }
  return [...words];
}
