import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'vitest/config'

// Projects by what a test needs: nothing, a process, the native engine, a DOM, a window. `slow` is
// part of the name of a file that takes more than a few seconds.
export default defineConfig({
  plugins: [vue()],
  test: {
    pool: 'forks',
    testTimeout: 60_000,
    projects: [
      {
        extends: true,
        test: {
          name: 'pure',
          include: ['test/{shared,engine}/**/*.test.ts', 'test/*.test.ts'],
          exclude: ['test/**/*.native.test.ts'],
          // Files share the modules that they load, a third of their time; what they mock or leave in
          // the process would be shared too.
          isolate: false,
        },
      },
      {
        extends: true,
        test: {
          name: 'apart',
          include: ['test/{lab,cli,main,scripts}/**/*.test.ts'],
          exclude: ['test/**/*.native.test.ts'],
        },
      },
      {
        extends: true,
        test: { name: 'native', include: ['test/**/*.native.test.ts'], testTimeout: 120_000 },
      },
      {
        extends: true,
        test: { name: 'dom', include: ['test/renderer/**/*.test.ts'], environment: 'happy-dom' },
      },
      {
        extends: true,
        test: {
          name: 'window',
          include: ['test/e2e/**/*.e2e.ts'],
          exclude: ['test/e2e/{package,accessibility}.e2e.ts'],
          testTimeout: 180_000,
          hookTimeout: 120_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'accessibility',
          include: ['test/e2e/accessibility.e2e.ts'],
          testTimeout: 180_000,
          hookTimeout: 120_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'package',
          include: ['test/e2e/package.e2e.ts'],
          testTimeout: 180_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
})
