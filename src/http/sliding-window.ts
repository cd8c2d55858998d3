import { LRUCache } from 'lru-cache';

export interface RateLimit {
  requests: number;
  windowSeconds: number;
}

export interface Verdict {
  allowed: boolean;
  /** Requests left now. */
  remaining: number;
  /** Seconds until one more is free where none is left, else until the window is empty again. */
  resetSeconds: number;
}

export interface Limiter {
  /** Counts one request under `key` where there is room for it. */
  take(key: string): Verdict | Promise<Verdict>;
}

/** A window is counted in so many slots: the memory of a key, and how late a request is forgotten. */
export const slotsPerWindow = 20;

interface Counts {
  /** Requests per slot, at slot number modulo length; one slot more than a window, since its oldest is cut through. */
  slots: Uint32Array;
  newest: number;
  total: number;
}

const mostKeys = 50_000;

/**
 * A sliding window in this process's memory. The oldest slot counts whole until all of it is out of the
 * window: no window of any position ever holds more than the limit; a request is forgotten up to a twentieth
 * of a window late instead. `now` gives milliseconds.
 */
export function slidingWindow({ requests, windowSeconds }: RateLimit, now: () => number = Date.now): Limiter {
  const slotMs = (windowSeconds * 1000) / slotsPerWindow;
  // By size, since `max` would make room for all of them at the start.
  const known = new LRUCache<string, Counts>({ maxSize: mostKeys, sizeCalculation: () => 1 });
  return {
    take(key) {
      const time = now();
      const slot = Math.floor(time / slotMs);
      const counts = known.get(key) ?? { slots: new Uint32Array(slotsPerWindow + 1), newest: slot, total: 0 };
      if (counts.total === 0) known.set(key, counts);
      forgetOld(counts, slot);
      const allowed = counts.total < requests;
      if (allowed) {
        add(counts, slot);
      }
      const next = allowed ? slot : oldestSlot(counts);
      const reset = Math.ceil(((next + slotsPerWindow + 1) * slotMs - time) / 1000);
      return { allowed, remaining: requests - counts.total, resetSeconds: Math.max(1, reset) };
    },
  };
}

function add(counts: Counts, slot: number): void {
  const place = slot % counts.slots.length;
  counts.slots[place] = (counts.slots[place] ?? 0) + 1;
  counts.total++;
}

function forgetOld(counts: Counts, slot: number): void {
  const { slots } = counts;
  if (slot <= counts.newest) return;
  const passed = Math.min(slot - counts.newest, slots.length);
  for (let each = slot - passed + 1; each <= slot; each++) {
    counts.total -= slots[each % slots.length] ?? 0;
    slots[each % slots.length] = 0;
  }
  counts.newest = slot;
}

function oldestSlot({ slots, newest }: Counts): number {
  for (let slot = newest - slots.length + 1; slot <= newest; slot++) {
    if ((slots[slot % slots.length] ?? 0) > 0) return slot;
  }
  return newest;
}
