import { LRUCache } from 'lru-cache';

export interface RevisionCache {
  /**
   * What `compute` gives for a user, a key and a revision of their diary, remembered for that revision. However
   * many ask at once, it is computed once; a failure is not remembered.
   */
  get(userId: string, key: string, revision: string, compute: () => Promise<string>): Promise<string>;
  counts: { hits: number; misses: number };
}

const mostCharacters = 16 * 1024 * 1024;

/**
 * Answers by the revision of the diary that they show. The revision is read before anything is looked up,
 * and every write raises it in its own transaction: so what is found here can never be older than the last
 * acknowledged write, on any node, and nobody has to be told that something changed.
 */
export function revisionCache(): RevisionCache {
  const known = new LRUCache<string, { revision: string; answer: Promise<string>; size: number }>({
    maxSize: mostCharacters,
    sizeCalculation: ({ size }) => size,
  });
  const counts = { hits: 0, misses: 0 };

  const cache: RevisionCache = {
    counts,
    get(userId, key, revision, compute) {
      const name = `${userId} ${key}`;
      const hit = known.get(name);
      if (hit?.revision === revision) {
        counts.hits++;
        // Who computes it may go away, and take the statement along; then whoever still waits does it.
        return hit.answer.catch(() => cache.get(userId, key, revision, compute));
      }
      counts.misses++;
      const answer = compute();
      const entry = { revision, answer, size: 1 };
      known.set(name, entry);
      answer.then(
        (text) => {
          // Its size is known only now; another revision may have taken the place meanwhile.
          if (known.peek(name) === entry) known.set(name, { revision, answer, size: text.length + 1 });
        },
        () => {
          if (known.peek(name) === entry) known.delete(name);
        },
      );
      return answer;
    },
  };
  return cache;
}
