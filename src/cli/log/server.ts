import { readEnvironment } from '../../config/environment.ts';
import { exitCodes, StartError } from '../../exit.ts';

/** Where entries go, and with what. */
export interface Server {
  /** Without a slash at the end. */
  url: string;
  token: string;
}

/** DAYMARK_URL and DAYMARK_TOKEN, read as the server reads its variables: also from .env and from `X_FILE`. */
export function serverOf(env: NodeJS.ProcessEnv, cwd: string): Server {
  const { settings, problems } = readEnvironment(['DAYMARK_URL', 'DAYMARK_TOKEN'], env, cwd);
  const [url, token] = ['DAYMARK_URL', 'DAYMARK_TOKEN'].map((name) => settings.get(name)?.text.trim());
  const wrong = problems.map(({ variable, detail }) => `${variable}: ${detail}`);
  if (problems.length === 0 && url === undefined) wrong.push('DAYMARK_URL: is not set; it says which server');
  if (url !== undefined && !isServerUrl(url)) wrong.push('DAYMARK_URL: is not the http(s) URL of a server');
  if (problems.length === 0 && token === undefined) {
    wrong.push('DAYMARK_TOKEN: is not set; "daymark token add --scope entries:write" makes one');
  }
  if (token !== undefined && !/^[\x21-\x7e]+$/.test(token)) wrong.push('DAYMARK_TOKEN: is not a token');
  if (url === undefined || token === undefined || wrong.length > 0) {
    throw new StartError(wrong.join('; '), exitCodes.configuration);
  }
  return { url: url.replace(/\/+$/, ''), token };
}

function isServerUrl(text: string): boolean {
  const url = URL.canParse(text) ? new URL(text) : null;
  const isPlain = url !== null && url.username === '' && url.search === '' && url.hash === '';
  return isPlain && /^https?:$/.test(url.protocol);
}
