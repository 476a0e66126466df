import { fileURLToPath } from 'node:url'
import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'electron-vite'

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url))

// Chunks lie beside the entries, so that `new URL('./worker.js', import.meta.url)` holds from wherever it
// is asked.
export default defineConfig({
  main: {
    build: {
      outDir: 'out/main',
      sourcemap: true,
      rollupOptions: {
        input: {
          index: at('src/main/index.ts'),
          lab: at('src/lab/index.ts'),
          cli: at('src/cli/index.ts'),
          worker: at('src/lab/threads/worker.ts'),
          'decode-worker': at('src/engine/data/decode-worker.ts'),
          'own-method-worker': at('src/engine/own/javascript/worker.ts'),
        },
        output: { format: 'es', entryFileNames: '[name].js', chunkFileNames: '[name]-[hash].js' },
      },
    },
  },
  preload: {
    build: {
      outDir: 'out/preload',
      externalizeDeps: false,
      rollupOptions: {
        input: { index: at('src/preload/index.ts') },
        // A sandboxed preload script cannot be an ES module.
        output: { format: 'cjs', entryFileNames: '[name].cjs' },
      },
    },
  },
  renderer: {
    root: at('src/renderer'),
    plugins: [vue()],
    build: {
      outDir: at('out/renderer'),
      // Nothing inlined: the content security policy allows no data: scripts, fonts or styles.
      assetsInlineLimit: 0,
      minify: true,
      modulePreload: { polyfill: false },
      rollupOptions: { input: at('src/renderer/index.html') },
    },
  },
})
