import { words } from '../words.ts';

/** The ten steps, worst first. */
export const moods = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10] as const;

/** The colour of a mood or of a mean: that of the nearest step. */
export function moodColour(mood: number): string {
  return `var(--mood-${Math.min(10, Math.max(1, Math.round(mood)))})`;
}

/** What can be read on it: the ramp passes the middle grey between 4 and 5. */
export function onMood(mood: number): string {
  return Math.round(mood) <= 4 ? '#fff' : '#000';
}

export function moodName(mood: number): string {
  return words.moods[Math.round(mood) - 1] ?? '';
}
