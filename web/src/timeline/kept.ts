import { hear } from '../app/channel.ts';
import type { Pages } from './pages.svelte.ts';

/** Lists as they were left, by their query: the back button finds the place again. Emptied by every change. */
export const kept = new Map<string, { pages: Pages; top: number }>();
hear(() => kept.clear());
