import { validationFailed } from '../http/problem.ts';
import type { MoodNames } from './formats/row.ts';

/** Names of moods and their numbers. */
export type MoodMap = Readonly<Record<string, number>>;

/** What Daylio and those who followed it call their five moods. */
export const fiveMoods: MoodMap = { rad: 10, good: 8, meh: 6, bad: 4, awful: 2 };

/** Reads `rad:10,good:8`; a comma or backslash in a name is written `\,` or `\\`. 422 where it is none of this. */
export function parseMoodMap(text: string): MoodMap {
  const map: Record<string, number> = Object.create(null) as Record<string, number>;
  const pairs = text.match(/(?:[^\\,]|\\.)+/gsu) ?? [];
  if (pairs.length === 0 && text !== '') throw badMap();
  for (const pair of pairs) {
    const [, name, mood] = /^(.*\S.*):\s*(10|[1-9])\s*$/su.exec(pair) ?? [];
    if (name === undefined) throw badMap();
    map[folded(name.replaceAll(/\\([,\\])/g, '$1'))] = Number(mood);
  }
  return map;
}

/** Looks names up, whatever their case and the spaces around them; in `own` first, then in `known`. */
export function moodNames(own: MoodMap, known: MoodMap = {}): MoodNames {
  const moods = new Map([...Object.entries(known), ...Object.entries(own)]);
  return (name) => moods.get(folded(name));
}

function folded(name: string): string {
  return name.trim().normalize('NFC').toLowerCase();
}

function badMap() {
  const detail = 'must be names and moods from 1 to 10, like rad:10,good:8';
  return validationFailed([{ pointer: '?mood_map', detail }]);
}
