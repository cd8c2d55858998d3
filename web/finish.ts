import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import type { Plugin } from 'vite';

/** Tells the service worker which files make up the app: it cannot know the hashes in their names. */
export function shellList(): Plugin {
  return {
    name: 'daymark:shell-list',
    enforce: 'post',
    generateBundle(_options, bundle) {
      const worker = bundle['service-worker.js'];
      if (worker?.type !== 'chunk') throw new Error('the service worker was not built');
      const files = Object.keys(bundle).filter((file) => file.startsWith('assets/'));
      worker.code = worker.code.replaceAll('__SHELL_FILES__', JSON.stringify(files.sort()));
    },
  };
}

/** Lays a .br and a .gz beside each file that is worth it, so that the server packs nothing itself. */
export function compressed(): Plugin {
  let folder = '';
  return {
    name: 'daymark:compressed',
    configResolved(config) {
      folder = config.build.outDir;
    },
    closeBundle() {
      const files = readdirSync(folder, { recursive: true, encoding: 'utf8' });
      for (const file of files.filter((each) => /\.(?:js|css|html|svg|webmanifest)$/.test(each))) {
        const path = join(folder, file);
        const bytes = readFileSync(path);
        const quality = { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } };
        writeFileSync(`${path}.br`, brotliCompressSync(bytes, quality));
        writeFileSync(`${path}.gz`, gzipSync(bytes, { level: 9 }));
      }
    },
  };
}
