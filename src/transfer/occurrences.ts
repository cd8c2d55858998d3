import { limits } from './limits.ts';
import { fileProblem } from './formats/row.ts';

/** Counts how often each row of a file has come, so that the second of two equal rows is an entry of its own. */
export interface Occurrences {
  /** 1 for the first with this hash, in hex, 2 for the second, … */
  next(hash: string): number;
}

const fullness = 0.7;

/**
 * Counts by 48 bits of a hash, at most 29 bytes a row and not the hundred of a Map. That two different rows of a million
 * meet in them happens once in 500 files, and makes the later one count as a second, with an id of its own.
 */
export function occurrences(): Occurrences {
  let keys = new Float64Array(1024);
  let counts = new Uint16Array(1024);
  let size = 0;

  function placeOf(key: number): number {
    let place = key % keys.length;
    while (keys[place] !== 0 && keys[place] !== key) place = (place + 1) % keys.length;
    return place;
  }

  function grow(): void {
    const [oldKeys, oldCounts] = [keys, counts];
    keys = new Float64Array(2 * oldKeys.length);
    counts = new Uint16Array(2 * oldKeys.length);
    for (const [n, key] of oldKeys.entries()) {
      if (key === 0) continue;
      const place = placeOf(key);
      keys[place] = key;
      counts[place] = oldCounts[n] ?? 0;
    }
  }

  return {
    next(hash) {
      if (size >= limits.rows) throw fileProblem('file_too_large', 'The file has more than 5,000,000 rows.');
      if (size > fullness * keys.length) grow();
      const key = Number.parseInt(hash.slice(0, 12), 16) + 1;
      const place = placeOf(key);
      if (keys[place] === 0) size++;
      keys[place] = key;
      const count = Math.min((counts[place] ?? 0) + 1, 65_535);
      counts[place] = count;
      return count;
    },
  };
}
