/** Where the person is: the address decides what is shown, so that every view can be kept, shared and gone back to. */
export const place = $state({ path: location.pathname, query: location.search });

/** Goes to an address of the app. `replace` leaves no step for the back button, as while typing. */
export function go(address: string, { replace = false } = {}): void {
  const url = new URL(address, location.origin);
  if (url.pathname + url.search === location.pathname + location.search) return;
  const isOther = url.pathname !== location.pathname;
  if (replace) history.replaceState(null, '', url);
  else history.pushState(null, '', url);
  follow();
  if (!replace && isOther) scrollTo(0, 0);
}

function follow(): void {
  place.path = location.pathname;
  place.query = location.search;
}

/** Follows the back button and every link into the app. */
export function startRouter(): void {
  addEventListener('popstate', follow);
  document.addEventListener('click', (event) => {
    const link = (event.target as Element).closest('a');
    const isPlain =
      event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey;
    if (link === null || !isPlain || link.origin !== location.origin || link.target !== '') return;
    if (link.hasAttribute('download') || /^\/(?:api|docs|openapi)/.test(link.pathname)) return;
    if (link.hash !== '') return;
    event.preventDefault();
    go(link.href);
  });
}
