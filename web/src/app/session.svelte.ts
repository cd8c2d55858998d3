import { api, calls, tell } from '../api/client.ts';
import type { User } from '../api/types.ts';
import { countDaysBy } from '../look/days.ts';
import { keepMonth } from '../offline/month.ts';
import { flush, startOutbox } from '../offline/outbox.svelte.ts';
import { clearStore, store } from '../offline/store.ts';
import { announce, hear } from './channel.ts';
import { forgetDrafts } from './draft.ts';

/** Who is here. `expired`: known to this browser, but no longer to the server; writing goes on, sending waits. */
export const session = $state<{
  phase: 'starting' | 'out' | 'in';
  user: User | null;
  expired: boolean;
  online: boolean;
  isNew: boolean;
}>({ phase: 'starting', user: null, expired: false, online: navigator.onLine, isNew: false });

/** Opens with whom this browser knows, at once; the server is asked meanwhile. */
export async function startSession(): Promise<void> {
  calls.addEventListener('lost', () => {
    if (session.phase === 'in') session.expired = true;
  });
  calls.addEventListener('reached', () => (session.online = true));
  calls.addEventListener('missed', missed);
  addEventListener('online', () => void refresh());
  addEventListener('offline', () => (session.online = false));
  hear((news, isOwn) => {
    if (isOwn) return;
    if (news.what === 'signed-out') {
      forgetDrafts();
      location.replace('/');
    }
    if (news.what === 'signed-in') void refresh();
  });
  const known = await (await store()).get('kept', 'user');
  if (known === undefined) {
    session.phase = 'out';
    return;
  }
  await enter(known);
  await refresh();
}

const lookAgainMs = 10_000;
let again: ReturnType<typeof setTimeout> | undefined;

/** No answer came: asks again until one does, so that the page does not go on saying so. */
function missed(): void {
  session.online = false;
  clearTimeout(again);
  again = setTimeout(() => void refresh(), lookAgainMs);
}

async function refresh(): Promise<void> {
  if (session.phase !== 'in') return;
  const { data } = await api.GET('/api/v1/me');
  if (data !== undefined) {
    session.expired = false;
    await enter(data);
  }
}

async function enter(user: User): Promise<void> {
  const isFirst = session.phase !== 'in';
  session.user = user;
  countDaysBy(user.time_zone, user.day_start_minutes);
  session.phase = 'in';
  await (await store()).put('kept', $state.snapshot(user), 'user');
  if (isFirst) await startOutbox();
}

/** Signs in or up, with the browser's time zone for somebody new. Gives what went wrong, or null. */
export async function sign(
  how: 'login' | 'register',
  email: string,
  password: string,
): Promise<string | null> {
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const { data, error } =
    how === 'login'
      ? await api.POST('/api/v1/auth/login', { body: { email, password } })
      : await api.POST('/api/v1/auth/register', { body: { email, password, time_zone: zone } });
  if (data === undefined) return tell(error);
  // Somebody else's days may wait here since their session ended; they are not this person's to send.
  if (session.user !== null && session.user.id !== data.user.id) await clearStore();
  session.expired = false;
  session.isNew = how === 'register';
  await enter(data.user);
  announce({ what: 'signed-in' });
  void flush();
  void keepMonth();
  return null;
}

/** Ends the session and clears what this browser kept. */
export async function signOut(): Promise<void> {
  await api.POST('/api/v1/auth/logout');
  await forget();
}

/** Clears what this browser kept, in every tab. */
export async function forget(): Promise<void> {
  announce({ what: 'signed-out' });
  await clearStore();
  location.replace('/');
}

/** Takes over changed settings. */
export async function useProfile(user: User): Promise<void> {
  await enter(user);
}
