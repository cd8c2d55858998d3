import { revisionTag } from '../src/http/conditional.ts';
import { entryId, type Person } from './people.ts';
import type { Members } from './texts.ts';

export const scenarioNames = [
  'create',
  'put',
  'page-1',
  'by-id',
  'mixed',
  'conditional',
  'page-1-of-many',
  'page-5000',
  'search',
] as const;

export type ScenarioName = (typeof scenarioNames)[number];

/** What the makers of requests choose from. */
export interface World {
  people: Person[];
  /** Revision of each person's diary, for conditional lists. */
  revisions: string[];
  entriesPerUser: number;
  members: Members[];
  pairs: string[];
  /** The query of the page at depth 5,000 of the last person, for the server and for the floor. */
  deep: { server: string; floor: string };
}

/** Bytes of the next request of a scenario. */
export type NextRequest = () => Buffer;

/** Requests of a scenario, drawn by `random`. */
export function requestsOf(
  name: ScenarioName,
  target: 'server' | 'floor',
  world: World,
  random: () => number,
): NextRequest {
  const { people, entriesPerUser, members, pairs, revisions } = world;
  const many = people.length - 1;
  const someone = () => Math.floor(random() * many);
  const one = <T>(from: readonly T[]) => from[Math.floor(random() * from.length)] as T;
  const personAt = (n: number) => people[n] as Person;
  const entry = () => `/entries/${entryId(1 + Math.floor(random() * entriesPerUser))}`;
  const list = (who: number, query = '', headers = '') => get(personAt(who), `/entries${query}`, headers);

  const make: Record<ScenarioName, NextRequest> = {
    create: () => write('POST', personAt(someone()), '/entries', one(members)),
    put: () => write('PUT', personAt(someone()), entry(), one(members)),
    'page-1': () => list(someone()),
    'by-id': () => get(personAt(someone()), entry()),
    mixed: () => {
      const kind = random();
      return kind < 0.1 ? make.create() : kind < 0.55 ? make['page-1']() : make['by-id']();
    },
    conditional: () => {
      const who = someone();
      const tag = revisionTag(personAt(who).id, revisions[who] as string);
      return list(who, '', `If-None-Match: ${tag}\r\n`);
    },
    'page-1-of-many': () => list(many),
    'page-5000': () => list(many, world.deep[target]),
    search: () => list(many, `?q=${one(pairs).replace(' ', '+')}`),
  };
  return make[name];
}

function get(person: Person, path: string, headers = ''): Buffer {
  return Buffer.from(`${head('GET', person, path)}${headers}\r\n`);
}

function write(method: string, person: Person, path: string, members: Members): Buffer {
  const body = JSON.stringify(members);
  const headers = `Content-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n`;
  return Buffer.from(head(method, person, path) + headers + body);
}

function head(method: string, { token }: Person, path: string): string {
  return `${method} /api/v1${path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${token}\r\n`;
}
