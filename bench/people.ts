import { newToken } from '../src/accounts/tokens.ts';

export interface Person {
  id: string;
  token: string;
}

/** The user of number `n`: ids can be computed in SQL too, so that pgbench needs no list of them. */
export const userId = (n: number) => `00000000-0000-7000-8000-${String(n).padStart(12, '0')}`;
export const entryId = (n: number) => `01000000-0000-7000-8000-${String(n).padStart(12, '0')}`;

export const userIdSql = (n: string) => `('00000000-0000-7000-8000-' || lpad(${n}::text, 12, '0'))::uuid`;
export const entryIdSql = (n: string) => `('01000000-0000-7000-8000-' || lpad(${n}::text, 12, '0'))::uuid`;

/** `count` users with a session each. */
export function makePeople(count: number): Person[] {
  return Array.from({ length: count }, (_, n) => ({ id: userId(n + 1), token: newToken('session') }));
}
