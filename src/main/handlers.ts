/** What the shell answers the page: dialogs, files, theme, notices. Each payload was parsed by the gate. */
import { app, clipboard, nativeTheme, Notification } from 'electron'
import type { BrowserWindow } from 'electron'
import type { LabClient } from '../shared/contract/client.ts'
import { BenchError } from '../shared/contract/errors.ts'
import { HERE } from '../shared/contract/remotes.ts'
import { writesFolder } from '../shared/contract/export.ts'
import type { LabInfo } from '../shared/contract/lab.ts'
import type { LabProcess } from './lab-process.ts'
import type { Bundles } from './bundles.ts'
import {
  askForBundle,
  askForData,
  askForFile,
  askForFolder,
  askForModel,
  askForNewFolder,
  askForWeights,
  diagnostics,
  mayName,
  mayUse,
  showAbout,
} from './dialogs.ts'
import type { Questions } from './askpass.ts'
import { methodHandlers } from './methods.ts'
import type { ChosenPaths } from './grants.ts'
import type { SettingsFile } from './settings.ts'
import type { ShellHandlers } from './shell.ts'

export interface HandlerContext {
  readonly client: LabClient
  readonly lab: () => LabProcess
  readonly labs: ShellHandlers['shell/labs']
  readonly questions: Questions
  /** Name of the lab that is shown. */
  readonly current: () => string
  readonly settings: SettingsFile
  readonly bundles: Bundles
  readonly paths: ChosenPaths
  readonly window: () => BrowserWindow | null
  readonly info: () => LabInfo | null
  /** The page listens: give it its port and what waited for it. */
  readonly onReady: () => void
  /** Leads the page to an address. */
  readonly go: (address: string) => void
}

/** Notices that are shown: one that is collected as garbage forgets its click. */
const shown = new Set<Notification>()

/** The handlers of all channels. */
export function shellHandlers(context: HandlerContext): ShellHandlers {
  const { client, lab, settings, bundles, paths, onReady, go } = context

  function theWindow(): BrowserWindow {
    const window = context.window()
    if (!window) throw new BenchError('unavailable', 'The window is closed.')
    return window
  }
  /** A lab elsewhere cannot read the files of this computer: there paths are typed, and asked about. */
  async function chosenPlace(what: string, here: () => Promise<string | null>): Promise<string | null> {
    const lab = context.current()
    if (lab === HERE) return paths.chosen(await here())
    const path = (await context.questions.askForPath(lab, `Path of ${what} there:`))?.trim() ?? null
    if (path === null) return null
    if (!path.startsWith('/'))
      throw new BenchError('bad-input', `“${path}” is no whole path; it begins with /.`, 'path')
    if (!(await mayName(theWindow(), lab, path))) return null
    await client.call('paths/grant', { paths: [path] })
    return path
  }
  /** What is dropped lies on this computer. */
  function onlyHere(): void {
    if (context.current() === HERE) return
    throw new BenchError(
      'impossible',
      `The lab that is shown is “${context.current()}”, and this file lies here. Choose one that lies there.`,
      'path',
    )
  }
  const ask = (format: Parameters<typeof askForFile>[2], name: string) =>
    askForFile(theWindow(), settings, format, name)

  return {
    'shell/save-cluster': async ({ cluster }) =>
      (await mayUse(theWindow(), cluster)) ? client.call('cluster/save', { cluster }) : null,
    'shell/ready': () => {
      onReady()
      return { theme: settings.get().theme, version: app.getVersion(), lab: lab().state() }
    },
    'shell/export': async ({ request, name }) => {
      const { format } = request
      const file = await (format === 'tensorboard' || writesFolder(request)
        ? askForNewFolder(theWindow(), settings, name)
        : ask(format, name))
      return file ? client.call('export/write', { ...request, file }) : null
    },
    'shell/export-drawing': async ({ name, ...request }) => {
      const file = await ask(request.format, name)
      return file ? client.call('laboratory/export', { ...request, file }) : null
    },
    'shell/export-times': async (request) => {
      const file = await ask('csv', 'times-to-initialize')
      return file ? client.call('laboratory/export-times', { ...request, file }) : null
    },
    'shell/export-weights': async (request) => {
      const file = await ask(request.format, `run-${request.run}-weights`)
      return file ? client.call('weights/write', { ...request, file }) : null
    },
    'shell/export-onnx': async (request) => {
      const file = await ask('onnx', `run-${request.run}`)
      return file ? client.call('onnx/write', { ...request, file }) : null
    },
    'shell/import-model': async () => {
      const file = await askForModel(theWindow(), settings)
      return file ? client.call('models/import', { file }) : null
    },
    'shell/drop-model': ({ file }) => client.call('models/import', { file }),
    'shell/export-model': async ({ name }) => {
      const file = await ask('model', name.replace(/^own:/, ''))
      return file ? client.call('models/export', { name, file }) : null
    },
    'shell/export-bundle': async ({ study }) => {
      const file = await ask('bundle', study)
      if (!file) return null
      const written = await client.call('bundle/export', { study, file })
      bundles.remember({ kind: 'bundle', file })
      return written
    },
    'shell/import-bundle': async () => {
      const file = await askForBundle(theWindow(), settings)
      return file ? bundles.bringIn(file) : null
    },
    'shell/drop-bundle': ({ file }) => bundles.bringIn(file),
    'shell/recent-study': ({ id, title }) => {
      bundles.remember({ kind: 'study', id, title })
      return null
    },
    'shell/diagnostics': () => {
      const text = diagnostics(context.info())
      clipboard.writeText(text)
      return text
    },
    'shell/copy': ({ text }) => {
      clipboard.writeText(text)
      return null
    },
    'shell/about': async () => {
      await showAbout(theWindow(), context.info())
      return null
    },
    'shell/folder': () => chosenPlace('a folder', () => askForFolder(theWindow())),
    'shell/own-data': async ({ kind }) => {
      const ask = kind === 'folder' ? askForFolder : askForData
      const path = await chosenPlace(`a ${kind} with data`, () => ask(theWindow()))
      return path === null ? null : client.call('data/add', { path })
    },
    'shell/drop-data': async ({ file }) => {
      onlyHere()
      if (file === '')
        throw new BenchError('bad-input', 'What was dropped is no file or folder on disk.', 'file')
      await paths.chosen(file)
      return client.call('data/add', { path: file })
    },
    'shell/weights-file': () => chosenPlace('a file of weights', () => askForWeights(theWindow())),
    ...methodHandlers(client, theWindow),
    'shell/theme': (theme) => {
      nativeTheme.themeSource = theme
      settings.set({ theme })
      return theme
    },
    'shell/notify': ({ title, body, run }) => {
      const window = context.window()
      if (!window || window.isFocused() || !Notification.isSupported()) return false
      const notification = new Notification({ title, body })
      shown.add(notification)
      notification.on('close', () => shown.delete(notification))
      notification.on('click', () => {
        shown.delete(notification)
        if (window.isDestroyed()) return
        if (window.isMinimized()) window.restore()
        window.focus()
        go(run === null ? '/runs' : `/runs/${run}`)
      })
      notification.show()
      return true
    },
    'shell/labs': context.labs,
    'shell/answer': ({ id, text }) => {
      context.questions.answer(id, text)
      return null
    },
    'shell/restart-lab': () => {
      lab().restart()
      return null
    },
  }
}
