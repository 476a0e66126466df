/** A page mounted as in the window, over a fake lab and a fake bridge. */
import { fakeModel } from '../fakes/fake-model.ts'
import { flushPromises, mount } from '@vue/test-utils'
import type { VueWrapper } from '@vue/test-utils'
import { createMemoryHistory } from 'vue-router'
import type { Router } from 'vue-router'
import { vi } from 'vitest'
import type { BenchBridge, LabsAnswer, LabState, ShellInput } from '../../src/shared/contract/shell.ts'
import type { SshQuestion } from '../../src/shared/contract/remotes.ts'
import type { CommandName } from '../../src/shared/commands.ts'
import { DEFAULT_METHOD_SETTINGS } from '../../src/shared/contract/methods.ts'
import App from '../../src/renderer/App.vue'
import { provideLab } from '../../src/renderer/composables/useLab.ts'
import { createBenchRouter } from '../../src/renderer/router.ts'
import { clientOf, createFakeLab } from '../fakes/fake-lab.ts'
import type { FakeLab, FakeLabOptions } from '../fakes/fake-lab.ts'

export interface Mounted {
  readonly window: VueWrapper
  readonly lab: FakeLab
  readonly router: Router
  readonly exported: ShellInput<'shell/export'>[]
  readonly times: ShellInput<'shell/export-times'>[]
  /** Names of files that were dropped. */
  readonly dropped: readonly string[]
  /** Methods that the user was asked to allow. */
  readonly trusted: readonly string[]
  /** Where the shell leads, as a notification does. */
  readonly go: (address: string) => void
  readonly command: (name: CommandName) => void
  readonly labState: (state: LabState) => void
  readonly settle: () => Promise<void>
}

/** Mounts the whole app at an address. */
export async function mountApp(
  address: string,
  options: FakeLabOptions & {
    readonly labs?: (input: ShellInput<'shell/labs'>) => LabsAnswer
    readonly onAnswer?: (input: ShellInput<'shell/answer'>) => void
    readonly onQuestions?: (listener: (questions: readonly SshQuestion[]) => void) => void
  } = {},
): Promise<Mounted> {
  // No canvas in this DOM: charts are held by their words and tables, and drawn in the end-to-end tests.
  vi.spyOn(HTMLCanvasElement.prototype, 'getContext').mockReturnValue(null)
  localStorage.clear()
  const lab = createFakeLab(options)
  const client = clientOf(lab)
  const exported: ShellInput<'shell/export'>[] = []
  const times: ShellInput<'shell/export-times'>[] = []
  const dropped: string[] = []
  const trusted: string[] = []
  let go: (address: string) => void = () => {}
  let command: (name: CommandName) => void = () => {}
  let labState: (state: LabState) => void = () => {}
  const bridge: BenchBridge = {
    ready: () =>
      Promise.resolve({
        ok: true,
        output: { theme: 'system', version: '0.1.0', lab: { kind: 'up', restarts: 0, readOnly: null } },
      }),
    exportFile: (input) => {
      exported.push(structuredClone(input))
      return Promise.resolve({ ok: true, output: { file: 'table.csv', rows: 3, bytes: 99 } })
    },
    exportDrawing: (input) =>
      Promise.resolve({ ok: true, output: { file: `${input.name}.${input.format}`, bytes: 99 } }),
    exportTimes: (input) => {
      times.push(structuredClone(input))
      return Promise.resolve({
        ok: true,
        output: { file: 'times-to-initialize.csv', rows: input.points.length, bytes: 99 },
      })
    },
    exportWeights: (input) =>
      Promise.resolve({ ok: true, output: { file: `weights.${input.format}`, arrays: 4, bytes: 99 } }),
    exportOnnx: ({ run }) =>
      Promise.resolve({ ok: true, output: { file: `run-${run}.onnx`, layers: 4, bytes: 99 } }),
    importModel: () => Promise.resolve({ ok: true, output: null }),
    dropModel: (file) => {
      dropped.push(file.name)
      return Promise.resolve({ ok: true, output: { model: fakeModel(), before: 'nothing' } })
    },
    exportModel: ({ name }) => Promise.resolve({ ok: true, output: { file: `${name}.json`, bytes: 99 } }),
    exportBundle: ({ study }) =>
      Promise.resolve({ ok: true, output: { file: `${study}.givens`, runs: 3, bytes: 99 } }),
    importBundle: () => Promise.resolve({ ok: true, output: null }),
    dropBundle: (file) => {
      dropped.push(file.name)
      return Promise.resolve({
        ok: true,
        output: {
          study: 'quick-start',
          title: 'Quick start',
          added: [1, 2],
          skipped: [],
          models: [],
          untrusted: [],
        },
      })
    },
    addRecentStudy: () => Promise.resolve({ ok: true, output: null }),
    copyDiagnostics: () => Promise.resolve({ ok: true, output: 'Givens Bench 0.1.0' }),
    copyText: () => Promise.resolve({ ok: true, output: null }),
    showAbout: () => Promise.resolve({ ok: true, output: null }),
    onGo: (listener) => {
      go = listener
      return () => {}
    },
    onImported: () => () => {},
    labs: (input) =>
      Promise.resolve({
        ok: true,
        output: options.labs?.(input) ?? { current: 'here', labs: [], hosts: [] },
      }),
    onSetup: () => () => {},
    answerQuestion: (input) => {
      options.onAnswer?.(input)
      return Promise.resolve({ ok: true, output: null })
    },
    onQuestions: (listener) => {
      options.onQuestions?.(listener)
      return () => {}
    },
    chooseFolder: () => Promise.resolve({ ok: true, output: null }),
    chooseOwnData: () => Promise.resolve({ ok: true, output: null }),
    dropData: () =>
      Promise.resolve({ ok: true, output: { name: 'file', path: '/dropped', label: '', present: true } }),
    chooseWeightsFile: () => Promise.resolve({ ok: true, output: '/chosen/weights.npz' }),
    addMethod: () => Promise.resolve({ ok: true, output: null }),
    dropMethod: (file) => {
      dropped.push(file.name)
      return Promise.resolve({ ok: true, output: null })
    },
    updateMethod: () => Promise.resolve({ ok: true, output: null }),
    trustMethod: (input) => {
      trusted.push(input.name)
      return Promise.resolve({ ok: true, output: null })
    },
    choosePython: () => Promise.resolve({ ok: true, output: null }),
    methodSettings: (change) =>
      Promise.resolve({ ok: true, output: { ...DEFAULT_METHOD_SETTINGS, ...change } }),
    saveCluster: ({ cluster }) => Promise.resolve({ ok: true, output: cluster }),
    setTheme: (theme) => Promise.resolve({ ok: true, output: theme }),
    notify: () => Promise.resolve({ ok: true, output: true }),
    restartLab: () => Promise.resolve({ ok: true, output: null }),
    onCommand: (listener) => {
      command = listener
      return () => {}
    },
    onLabState: (listener) => {
      labState = listener
      return () => {}
    },
  }
  const router = createBenchRouter(createMemoryHistory())
  await router.push(address)
  const window = mount(App, {
    props: { bridge },
    attachTo: document.body,
    global: { plugins: [router, { install: (app) => provideLab(app, client) }] },
  })
  const settle = async (): Promise<void> => {
    for (let turn = 0; turn < 6; turn += 1) await flushPromises()
  }
  await settle()
  return {
    window,
    lab,
    router,
    exported,
    times,
    dropped,
    trusted,
    go: (address) => go(address),
    command: (name) => command(name),
    labState: (state) => labState(state),
    settle,
  }
}
