import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import fastifyStatic from '@fastify/static';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { App } from './types.ts';

const pagePolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  // A picture of a chart is drawn through an image of its own making.
  "img-src 'self' blob:",
  "connect-src 'self'",
  "manifest-src 'self'",
  "worker-src 'self'",
  "frame-ancestors 'none'",
  "base-uri 'none'",
  "form-action 'none'",
  "require-trusted-types-for 'script'",
  'trusted-types svelte-trusted-html daymark',
].join('; ');

const day = 86_400;
/** Names that stay while their contents change; everything below /assets/ carries a hash of its contents. */
const stable: Record<string, string> = {
  'service-worker.js': 'no-cache',
  'manifest.webmanifest': `public, max-age=${day}`,
  'icon.svg': `public, max-age=${day}`,
  'icon-192.png': `public, max-age=${day}`,
  'icon-512.png': `public, max-age=${day}`,
};

/** Where the built web app lies, with a trailing slash; null where it was not built. */
export function builtWebApp(): string | null {
  // Seen from src/http as from dist/http.
  const folder = fileURLToPath(new URL('../../dist/web/', import.meta.url));
  return existsSync(`${folder}index.html`) ? folder : null;
}

/**
 * Serves the files of the web app in `folder`, and its page at `/`. Without them `/` leads to the
 * documentation. Other paths that ask for a page get it from `answerUnrouted`, with `sendPage`.
 */
export async function serveWebApp(app: App, folder: string | null): Promise<void> {
  const config = { access: 'free' } as const;
  const schema = { hide: true };
  if (folder === null) {
    app.get('/', { config, schema }, (_request, reply) => reply.redirect('/docs/'));
    return;
  }
  await app.register(fastifyStatic, { root: folder, serve: false, preCompressed: true, cacheControl: false });
  app.get('/', { config, schema }, (_request, reply) => sendPage(reply));
  app.get<{ Params: { file: string } }>('/assets/:file', { config, schema }, (request, reply) =>
    sendFile(reply, `assets/${request.params.file}`, 'public, max-age=31536000, immutable'),
  );
  for (const [file, caching] of Object.entries(stable)) {
    app.get(`/${file}`, { config, schema }, (_request, reply) =>
      // The worker's own policy binds what it fetches.
      sendFile(reply.header('content-security-policy', pagePolicy), file, caching),
    );
  }
}

/** Whether a request that no route takes is a person's browser asking for a page of the app. */
export function asksForPage({ method, url, headers }: FastifyRequest): boolean {
  const isRead = method === 'GET' || method === 'HEAD';
  const isOurs = !/^\/(?:api|docs|assets)(?:[/?]|$)/.test(url);
  return isRead && isOurs && (headers.accept ?? '').includes('text/html');
}

/** Sends the page that the app starts from; the app itself reads the path. */
export function sendPage(reply: FastifyReply): FastifyReply {
  return sendFile(reply.header('content-security-policy', pagePolicy), 'index.html', 'no-cache');
}

function sendFile(reply: FastifyReply, file: string, caching: string): FastifyReply {
  return reply.header('cache-control', caching).sendFile(file);
}
