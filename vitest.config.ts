import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'vitest/config'
import { BaseSequencer } from 'vitest/node'
import type { TestSpecification } from 'vitest/node'

/** Rooms whose tests compute for long. Files that share a process are dealt out beforehand, these singly. */
const LONG = 'test/engine/{backend,compiler,own,train,laboratory}/**/*.test.ts'

/** Files that take longest come first, so that no process computes alone at the end. */
class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification): number =>
      /\.native\.|-slow\.|\/(own-data|remote|runs|kernels)\./.test(moduleId) ? 0 : 1
    return (await super.sort(files)).toSorted((a, b) => rank(a) - rank(b))
  }
}

// Projects by what a test needs: nothing, a process, the native engine, a DOM, a window. `slow` is
// part of the name of a file that takes more than a few seconds.
export default defineConfig({
  plugins: [vue()],
  test: {
    pool: 'forks',
    testTimeout: 60_000,
    sequence: { sequencer: LongestFirst },
    projects: [
      {
        extends: true,
        test: {
          name: 'pure',
          include: ['test/shared/**/*.test.ts', 'test/engine/**/*.test.ts', 'test/*.test.ts'],
          exclude: ['test/**/*.native.test.ts', LONG],
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
          // Threads of a step wait for each other, which takes long where other tests have the processor.
          env: { GIVENS_THREADS: '1' },
        },
      },
      {
        extends: true,
        test: { name: 'long', include: [LONG], exclude: ['test/**/*.native.test.ts'] },
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
