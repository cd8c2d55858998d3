import { api, calls, notReached, speakFor, tell } from '../api/client.ts';
import type { User } from '../api/types.ts';
import { browserZone, countDaysBy } from '../look/days.ts';
import { keepMonth } from '../offline/month.ts';
import { flush, startOutbox } from '../offline/outbox.svelte.ts';
import { clearStore, leaveStore, store } from '../offline/store.ts';
import { words } from '../words.ts';
import { announce, hear, tellHere } from './channel.ts';
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
  calls.addEventListener('reached', reached);
  calls.addEventListener('missed', missed);
  addEventListener('online', () => void refresh());
  addEventListener('offline', () => (session.online = false));
  hear((news, isOwn) => {
    if (isOwn) return;
    if (news.what === 'many') void refresh();
    if (news.what === 'signed-out') {
      leaveStore();
      forgetDrafts();
      location.replace('/');
    }
    if (news.what !== 'signed-in') return;
    if (session.phase === 'out') location.reload();
    else void refresh();
  });
  const known = await (await store()).get('kept', 'user');
  if (known === undefined) {
    session.phase = 'out';
    return;
  }
  await enter(known);
  // Asked before anything is sent: whose session it is decides whose days may go out.
  await refresh();
  void flush();
}

function reached(): void {
  if (session.online) return;
  session.online = true;
  tellHere({ what: 'reached' });
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

/** Takes somebody for the one who is here, with the settings they have now. */
export async function enter(user: User): Promise<void> {
  const known = await (await store()).get('kept', 'user');
  // Somebody else's days may lie here since their session ended; they are not this person's to read or to send. A page that
  // was left may have kept some after it was cleared.
  if (known?.id !== user.id) await clearStore();
  await (await store()).put('kept', $state.snapshot(user), 'user');
  // Nor is what this page has in hand.
  if (session.user !== null && session.user.id !== user.id) {
    leaveStore();
    forgetDrafts();
    location.replace('/');
    return;
  }
  const isFirst = session.phase !== 'in';
  session.user = user;
  speakFor(user.id);
  countDaysBy(user.time_zone, user.day_start_minutes);
  session.phase = 'in';
  if (isFirst) await startOutbox();
}

/** Signs in or up, with the browser's time zone for somebody new. Gives what went wrong, or null. */
export async function sign(
  how: 'login' | 'register',
  email: string,
  password: string,
): Promise<string | null> {
  const zone = browserZone();
  const { data, error } =
    how === 'login'
      ? await api.POST('/api/v1/auth/login', { body: { email, password } })
      : await api.POST('/api/v1/auth/register', { body: { email, password, time_zone: zone } });
  if (data === undefined) return tell(error);
  session.expired = false;
  session.isNew = how === 'register';
  await enter(data.user);
  announce({ what: 'signed-in' });
  void flush();
  void keepMonth();
  return null;
}

/** Ends the session, and then clears what this browser kept. Gives what went wrong, or null. */
export async function signOut(): Promise<string | null> {
  const { error, response } = await api.POST('/api/v1/auth/logout');
  if (response.status === notReached) return words.errors.needsServer;
  if (!response.ok && response.status !== 401) return tell(error);
  await forget();
  return null;
}

/** Clears what this browser kept, in every tab. */
export async function forget(): Promise<void> {
  announce({ what: 'signed-out' });
  leaveStore();
  await clearStore();
  location.replace('/');
}
