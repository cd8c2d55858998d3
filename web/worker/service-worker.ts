// Keeps the app itself for when there is no network. What people wrote is kept by the app, not here: the
// API is never cached, so nothing of a diary outlives signing out.

declare const __SHELL_FILES__: string[];
declare const self: ServiceWorkerGlobalScope;

const files = __SHELL_FILES__;
// The names carry hashes of their contents, so another list is another version.
const version = `shell ${fingerprint(files.join(' '))}`;
const page = '/';

self.addEventListener('install', (event) => {
  event.waitUntil(install());
});

self.addEventListener('activate', (event) => {
  event.waitUntil(activate());
});

self.addEventListener('fetch', (event) => {
  const { pathname, origin } = new URL(event.request.url);
  if (origin !== self.location.origin || event.request.method !== 'GET') return;
  if (/^\/(?:api|docs|openapi|livez|readyz|health|metrics)/.test(pathname)) return;
  if (event.request.mode === 'navigate') event.respondWith(openPage(event.request));
  else event.respondWith(openFile(event.request));
});

async function install(): Promise<void> {
  const cache = await caches.open(version);
  const requests = [page, ...files.map((file) => `/${file}`), '/icon.svg', '/manifest.webmanifest'];
  await cache.addAll(
    requests.map((url) => new Request(url, { cache: 'reload', headers: { accept: 'text/html,*/*' } })),
  );
  await self.skipWaiting();
}

async function activate(): Promise<void> {
  const old = (await caches.keys()).filter((name) => name !== version);
  await Promise.all(old.map((name) => caches.delete(name)));
  await self.clients.claim();
}

/** The network first, so that a new version shows at once; what is kept where that takes too long. */
async function openPage(request: Request): Promise<Response> {
  try {
    const response = await fetch(request, { signal: AbortSignal.timeout(4000) });
    if (response.status < 500) return response;
  } catch {
    // Offline: below.
  }
  return (await caches.match(page)) ?? Response.error();
}

async function openFile(request: Request): Promise<Response> {
  return (await caches.match(request, { ignoreVary: true })) ?? fetch(request);
}

/** FNV-1a, 32 bits. */
function fingerprint(text: string): string {
  let hash = 0x811c9dc5;
  for (const letter of text) hash = Math.imul(hash ^ (letter.codePointAt(0) ?? 0), 0x01000193) >>> 0;
  return hash.toString(16);
}

export {};
