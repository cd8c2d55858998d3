import { setTimeout as sleep } from 'node:timers/promises';
import { validationFailed } from '../http/problem.ts';
import type { AddressRules } from './addresses.ts';
import { addressesOf, type Resolve } from './resolve.ts';

/** What decides where a webhook may lead. */
export interface TargetRules {
  addresses: AddressRules;
  resolve: Resolve;
}

/** An address that a webhook may not reach: its message is for the person whose webhook it is. */
export class ForbiddenTarget extends Error {}

// A name server that is silent must not hold up the request: the address is judged again at every attempt.
const patienceMs = 2000;

/**
 * Refuses a URL that no delivery could go to, with a 422 that says why: not https, with a password, or of an address
 * that is not public. A name that nobody knows yet is taken.
 */
export async function checkTarget(text: string, rules: TargetRules): Promise<void> {
  const url = URL.canParse(text) ? new URL(text) : null;
  const form = url === null ? 'must be a URL, like https://example.org/hook' : formOf(url);
  if (url === null || form !== null) throw invalid(form ?? '');
  const found = addressesOf(url, rules.resolve).catch((): string[] => []);
  const known = await Promise.race([found, sleep(patienceMs, [] as string[], { ref: false })]);
  try {
    if (known.length > 0) judge(url, known, rules.addresses);
    else if (url.protocol === 'http:') throw new ForbiddenTarget(plainHttp);
  } catch (error) {
    if (error instanceof ForbiddenTarget) throw invalid(error.message);
    throw error;
  }
}

/** The addresses that `url` leads to now, all of which may be reached. Throws ForbiddenTarget. */
export async function judgeTarget(url: URL, rules: TargetRules): Promise<string[]> {
  const form = formOf(url);
  if (form !== null) throw new ForbiddenTarget(form);
  const addresses = await addressesOf(url, rules.resolve);
  judge(url, addresses, rules.addresses);
  return addresses;
}

const plainHttp = 'must begin with https://; http:// is for addresses that WEBHOOK_ALLOW_NETS names';

function formOf(url: URL): string | null {
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return 'must begin with https://';
  if (url.username !== '' || url.password !== '') return 'must not hold a user name or a password';
  return null;
}

/** One address that may not be reached is enough: which of several is used is not for the name to choose. */
function judge(url: URL, addresses: readonly string[], rules: AddressRules): void {
  if (addresses.some((address) => !rules.isReachable(address))) {
    throw new ForbiddenTarget('must not lead to an address that is not public');
  }
  if (url.protocol === 'http:' && addresses.some((address) => !rules.isAllowed(address))) {
    throw new ForbiddenTarget(plainHttp);
  }
}

function invalid(detail: string) {
  return validationFailed([{ pointer: '/url', detail }]);
}
