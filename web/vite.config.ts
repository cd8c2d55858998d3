import { fileURLToPath } from 'node:url';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vite';
import { compressed, shellList } from './finish.ts';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  root: here('.'),
  plugins: [svelte({ configFile: false, compilerOptions: { runes: true } }), shellList(), compressed()],
  build: {
    outDir: process.env['WEB_OUT'] ?? here('../dist/web'),
    emptyOutDir: true,
    target: 'es2022',
    // A data: URL would need a hole in the policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rollupOptions: {
      input: { app: here('index.html'), 'service-worker': here('worker/service-worker.ts') },
      output: {
        // The worker's name must stay, or the old one could never be replaced.
        entryFileNames: ({ name }) =>
          name === 'service-worker' ? 'service-worker.js' : 'assets/[name]-[hash].js',
      },
    },
  },
});
