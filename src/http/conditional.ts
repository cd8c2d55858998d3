import type { FastifyRequest } from 'fastify';

/** What a write demands of the entry as it is. */
export interface Preconditions {
  /** `If-Match`: any version (`versions` null), or one of these. */
  ifMatch: { versions: number[] | null } | null;
  /** `If-None-Match: *`: only where there is none. */
  ifNoneMatchAny: boolean;
}

/** Reads the preconditions of a write (RFC 9110 §13.1). A tag that is none of ours matches nothing. */
export function preconditions(request: FastifyRequest): Preconditions {
  const { 'if-match': ifMatch, 'if-none-match': ifNoneMatch } = request.headers;
  return {
    ifMatch: ifMatch === undefined ? null : { versions: ifMatch.trim() === '*' ? null : versionsIn(ifMatch) },
    ifNoneMatchAny: ifNoneMatch?.trim() === '*',
  };
}

/** The ETag of an entry. */
export function versionTag(version: number): string {
  return `"${version}"`;
}

/**
 * The ETag of what is made from a diary as a whole. It names the diary too: two people may use one browser,
 * and their revisions may be equal.
 */
export function revisionTag(userId: string, revision: string): string {
  return `"${userId.slice(-12)}-${revision}"`;
}

/** True where `If-None-Match` names `tag`, or anything: the asker has it already (weak comparison). */
export function isUnchanged(request: FastifyRequest, tag: string): boolean {
  const header = request.headers['if-none-match'];
  if (header === undefined) return false;
  return header.trim() === '*' || header.split(',').some((each) => each.trim().replace(/^W\//, '') === tag);
}

/** Strong comparison: a weak tag (`W/"3"`) never matches. PostgreSQL's integer ends at 2,147,483,647. */
function versionsIn(header: string): number[] {
  return header
    .split(',')
    .map((tag) => /^"([1-9]\d{0,9})"$/.exec(tag.trim()))
    .flatMap((match) => (match === null ? [] : [Number(match[1])]))
    .filter((version) => version <= 2_147_483_647);
}
