import { isUuid } from './formats.ts';
import { notFound } from './problem.ts';

/** The id in a path; 404 where it is no UUID, since that names nothing. `thing` is singular: `entry`. */
export function idOf({ id }: { id: string }, thing: string): string {
  if (!isUuid(id)) throw notFound(thing);
  return id;
}
