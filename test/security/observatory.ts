import type { Answer } from '../app.ts';

/**
 * The points of an answer over https on the scale of Mozilla's HTTP Observatory, with the reason of each:
 * 100 to begin with; bonuses count only where 90 are left without them. Redirection and preloading depend on
 * the host and count 0 here.
 * https://developer.mozilla.org/en-US/observatory/docs/tests_and_scoring, table of mdn/mdn-http-observatory
 */
export function observatoryScore(answer: Answer): { score: number; modifiers: Record<string, number> } {
  const header = (name: string) => String(answer.headers[name] ?? '').toLowerCase();
  const policy = parsePolicy(header('content-security-policy'));
  const modifiers = {
    'content-security-policy': policyPoints(policy),
    cookies: cookiePoints([answer.headers['set-cookie'] ?? []].flat().map(String), header),
    'cross-origin-resource-sharing': sharingPoints(header),
    'cross-origin-resource-policy': /^same-(origin|site)$/.test(header('cross-origin-resource-policy'))
      ? 10
      : 0,
    'referrer-policy': referrerPoints(header('referrer-policy')),
    'strict-transport-security': transportPoints(header('strict-transport-security')),
    'subresource-integrity': scriptPoints(answer.text),
    'x-content-type-options': header('x-content-type-options') === 'nosniff' ? 0 : -5,
    'x-frame-options': framePoints(policy, header('x-frame-options')),
  };
  const sum = (some: number[]) => some.reduce((total, each) => total + each, 100);
  const points = Object.values(modifiers);
  const base = sum(points.filter((each) => each < 0));
  return { score: Math.max(0, base >= 90 ? sum(points) : base), modifiers };
}

type Policy = Map<string, string[]>;
type Header = (name: string) => string;

function parsePolicy(text: string): Policy {
  const directives = text.split(';').map((each) => each.trim().split(/\s+/));
  return new Map(directives.filter(([name]) => name).map(([name = '', ...sources]) => [name, sources]));
}

const broad = ['ftp:', 'http:', 'https:', '*', 'http://*', 'https://*', 'http://*.*', 'https://*.*'];

function policyPoints(policy: Policy): number {
  if (policy.size === 0) return -25;
  const sources = (name: string) => policy.get(name) ?? policy.get('default-src') ?? ['*'];
  const inline = [...broad, "'unsafe-inline'", 'data:'];
  if (sources('script-src').some((each) => inline.includes(each))) return -20;
  if (sources('object-src').some((each) => broad.includes(each))) return -20;
  if ([...policy.values()].flat().some((each) => /^(http|ftp):/.test(each))) return -20;
  if ([...sources('script-src'), ...sources('style-src')].includes("'unsafe-eval'")) return -10;
  if (sources('style-src').some((each) => inline.includes(each))) return 0;
  return policy.get('default-src')?.join(' ') === "'none'" ? 10 : 5;
}

function cookiePoints(cookies: string[], header: Header): number {
  const points = cookies.map((cookie) => {
    if (!/; *secure/i.test(cookie)) return header('strict-transport-security') === '' ? -40 : -10;
    if (!/; *httponly/i.test(cookie)) return -30;
    return /; *samesite=(lax|strict)/i.test(cookie) ? 5 : 0;
  });
  return cookies.length === 0 ? 0 : Math.min(...points);
}

function sharingPoints(header: Header): number {
  const origin = header('access-control-allow-origin');
  return origin !== '' && header('access-control-allow-credentials') === 'true' ? -50 : 0;
}

function referrerPoints(value: string): number {
  if (value === '') return 0;
  return /^(no-referrer|same-origin|strict-origin|strict-origin-when-cross-origin)$/.test(value) ? 5 : -5;
}

const sixMonths = 15_768_000;

function transportPoints(value: string): number {
  const age = /max-age=(\d+)/.exec(value)?.[1];
  if (age === undefined) return -20;
  return Number(age) >= sixMonths ? 0 : -10;
}

function scriptPoints(html: string): number {
  const scripts = [...html.matchAll(/<script\b[^>]*\bsrc=["']([^"']*)["'][^>]*>/gi)];
  const outside = scripts.filter(([, source = '']) => /^(https?:)?\/\//.test(source));
  const bare = outside.filter(([tag]) => !tag.includes('integrity='));
  const insecure = outside.some(([, source = '']) => !source.startsWith('https:'));
  if (insecure) return bare.length > 0 ? -50 : -20;
  if (bare.length > 0) return -5;
  return scripts.length > 0 && scripts.every(([tag]) => tag.includes('integrity=')) ? 5 : 0;
}

function framePoints(policy: Policy, header: string): number {
  const ancestors = policy.get('frame-ancestors');
  if (ancestors !== undefined && !ancestors.some((each) => broad.includes(each))) return 5;
  return /^(deny|sameorigin)$/.test(header) ? 0 : -20;
}
