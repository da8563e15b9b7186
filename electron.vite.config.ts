import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'electron-vite';

// Native packages stay outside the bundles: they are loaded from node_modules, and packed beside the asar archive.
const external = ['electron', 'better-sqlite3', 'onnxruntime-node', '@napi-rs/image', 'dbus-native', 'kinect2'];

export default defineConfig({
  main: {
    build: {
      outDir: 'out/main',
      rolldownOptions: {
        external,
        input: {
          app: 'main/app/main.ts',
          worker: 'main/worker/worker.ts',
          'network-thread': 'main/worker/network-thread.ts',
          cli: 'main/cli/main.ts',
          guardian: 'main/session/guardian-entry.ts',
        },
        output: { format: 'es', entryFileNames: '[name].js', chunkFileNames: 'shared/[name]-[hash].js' },
      },
    },
  },
  preload: {
    build: {
      outDir: 'out/preload',
      rolldownOptions: {
        external: ['electron'],
        input: { preload: 'main/app/preload.ts' },
        // A sandboxed preload must be CommonJS.
        output: { format: 'cjs', entryFileNames: '[name].cjs' },
      },
    },
  },
  renderer: {
    root: 'renderer',
    plugins: [svelte()],
    build: { outDir: 'out/renderer', rolldownOptions: { input: { index: 'renderer/index.html' } } },
  },
});
