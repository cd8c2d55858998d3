import type { Readable } from 'node:stream';
import type { FastifyRequest } from 'fastify';
import { Problem } from '../http/problem.ts';
import type { App } from '../http/types.ts';
import { limits } from './limits.ts';
import { spool, type SourceFile } from './source-file.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** The file that came as the body; closed when the answer is sent, however that ends. */
    upload: SourceFile | undefined;
  }
}

/** Takes files as bodies of the routes of `app`, and nothing else: they are written to a disk as they come. */
export function takeUploads(app: App): void {
  app.decorateRequest('upload');
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/octet-stream', async (request: FastifyRequest, body: Readable) => {
    refuseEncoded(request.headers['content-encoding']);
    requireSize(Number(request.headers['content-length'] ?? 0));
    // A body that is left in its middle must stay open: its connection has an answer to bring yet.
    request.upload = await spool(body.iterator({ destroyOnReturn: false }), requireSize);
    // What an Idempotency-Key compares: the same file has the same hash.
    request.rawBody = request.upload.hash;
    return request.upload;
  });
  app.addContentTypeParser('*', () => Promise.reject(wrongType()));
  const close = (request: FastifyRequest) => request.upload?.close();
  app.addHook('onResponse', async (request) => close(request));
  app.addHook('onRequestAbort', async (request) => close(request));
}

/** The file of a request. 415 where it brought something else, or nothing. */
export function uploadOf(request: FastifyRequest): SourceFile {
  if (request.upload === undefined) throw wrongType();
  return request.upload;
}

/** Nothing is unpacked here, so that nothing grows past its limit. */
function refuseEncoded(encoding: string | undefined): void {
  if (encoding === undefined || encoding.toLowerCase() === 'identity') return;
  throw new Problem(415, 'unsupported_media_type', 'The file must not be sent compressed.', {
    headers: { 'accept-encoding': 'identity', connection: 'close' },
  });
}

/** The rest of a body that is too large is not kept: the connection ends with the answer. */
function requireSize(bytes: number): void {
  if (bytes <= limits.upload) return;
  throw new Problem(413, 'body_too_large', 'The file is larger than 100 MiB.', {
    headers: { connection: 'close' },
  });
}

function wrongType(): Problem {
  return new Problem(
    415,
    'unsupported_media_type',
    'The body must be the file, as application/octet-stream.',
  );
}
