import { layout, type Place } from '../../src/distribute/layout.ts';
import type { Node } from '../plans.ts';

/** Where a statement runs on a cluster, if not on one shard alone. */
export type Reach = 'coordinator' | 'coordinator and a shard' | 'every node' | 'every shard';

const places = new Map<string, Place>(layout.map(({ table, place }) => [table, place]));

/** Judged by its plan for parameters that are not known; null is one shard, the one of its user. */
export function reachOf(plan: readonly Node[]): Reach | null {
  const touched = plan.flatMap((node) => (node['Relation Name'] === undefined ? [] : [node]));
  const at = (place: Place) => touched.filter((node) => placeOf(node) === place);
  const owned = at('distributed');
  if (at('reference').some((node) => node.Operation !== undefined)) return 'every node';
  // What is joined to a row whose owner is known has that owner too: test/queries.test.ts sees to it.
  const isPinned = owned.some(isBound) || owned.every(({ Operation }) => Operation === 'Insert');
  if (owned.length > 0 && !isPinned) return 'every shard';
  if (at('local').length > 0) return owned.length > 0 ? 'coordinator and a shard' : 'coordinator';
  return touched.length > 0 ? null : 'coordinator';
}

function isBound(node: Node): boolean {
  return /\(user_id = \$\d+\)/.test(node['Index Cond'] ?? '');
}

/** The queue's tables are not in the layout: they stay where they are. */
function placeOf(node: Node): Place {
  return places.get(node['Relation Name'] ?? '') ?? 'local';
}

/** Forms that the planner of Citus, as its source says, takes only in part or not at all. */
export function formOf(text: string): string | null {
  const isWith = /^\s*with\b/i.test(text);
  const inserts = [...text.matchAll(/\binsert into (\w+)/gi)].filter(
    ([, table]) => places.get(table ?? '') !== 'local',
  );
  if (isWith && inserts.length > 0) {
    return /^(?!.*\bas \(\s*insert\b)/is.test(text) ? 'INSERT with a WITH clause' : 'INSERT in a WITH clause';
  }
  return /\b(announce|wake_webhooks)\(/.test(text) ? 'a function that reaches other tables' : null;
}
