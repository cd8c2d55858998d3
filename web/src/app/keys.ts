import { go } from './router.svelte.ts';

const places: Record<string, string> = { d: '/', t: '/timeline', y: '/year', i: '/insights', s: '/settings' };
const followMs = 1500;

/** The keys that work everywhere but in fields: n, /, g and a letter, ?. */
export function startKeys(): void {
  let wentAt = 0;
  document.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || isField(event.target)) return;
    const place = places[event.key];
    if (Date.now() - wentAt < followMs && place !== undefined) go(place);
    else if (event.key === 'n') focusOn('/', '#new-entry');
    else if (event.key === '/') focusOn('/timeline', '#search');
    else if (event.key === '?') document.dispatchEvent(new Event('daymark:keys'));
    else if (event.key !== 'g') return;
    wentAt = event.key === 'g' ? Date.now() : 0;
    event.preventDefault();
  });
}

function isField(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    target.matches('input:not([type=radio], [type=checkbox]), textarea, select')
  );
}

/** Goes to a page and waits for the field there, which may have to be loaded first. */
function focusOn(address: string, selector: string, tries = 20): void {
  if (location.pathname !== address) go(address);
  const field = document.querySelector<HTMLElement>(selector);
  if (field !== null) field.focus();
  else if (tries > 0) setTimeout(() => focusOn(address, selector, tries - 1), 50);
}
