import { addToken, findAccount } from '../accounts/operator.ts';
import { exitCodes, StartError } from '../exit.ts';
import { isDay, parseInstant } from '../http/formats.ts';
import { scopes, type Scope } from '../http/types.ts';
import { withDatabase } from './installation.ts';

export interface TokenOptions {
  user: string;
  name: string;
  scope: string[];
  expires?: string;
  json?: boolean;
}

/** `token add`: prints the token alone on standard output, so that it can go straight into a file. */
export function add({ user, name, scope, expires, json = false }: TokenOptions): Promise<void> {
  const input = {
    name,
    scopes: scope.map(scopeOf),
    expiresAt: expires === undefined ? null : timeOf(expires),
  };
  return withDatabase(async (db) => {
    const { user_id } = await findAccount(db, user);
    const { token, secret } = await addToken(db, user_id, input);
    if (json) {
      console.log(JSON.stringify({ ...(JSON.parse(token) as object), token: secret }, null, 2));
      return;
    }
    process.stderr.write(`made the token "${name}" of ${user}; it is shown this once:\n`);
    console.log(secret);
  });
}

function scopeOf(text: string): Scope {
  const scope = scopes.find((each) => each === text);
  if (scope === undefined) {
    throw new StartError(`"${text}" is no scope; there are ${scopes.join(', ')}`, exitCodes.usage);
  }
  return scope;
}

/** A day means its beginning in UTC. */
function timeOf(text: string): string {
  const instant = parseInstant(isDay(text) ? `${text}T00:00:00Z` : text);
  if (instant === null) {
    throw new StartError(`--expires: "${text}" is neither a day nor a time as in RFC 3339`, exitCodes.usage);
  }
  return instant;
}
