/** The shell: boots, opens the window, keeps the lab's process alive. Computes nothing. */
import { app, nativeTheme, Notification, session } from 'electron'
import type { BrowserWindow } from 'electron'
import { join } from 'node:path'
import { BenchError } from '../shared/contract/errors.ts'
import { createLabClient } from '../shared/contract/client.ts'
import { PORT_MESSAGE } from '../shared/contract/shell.ts'
import type { LabState } from '../shared/contract/shell.ts'
import type { LabInfo, QueueState } from '../shared/contract/lab.ts'
import { createActivity } from './activity.ts'
import { askForFile, askForFolder, showAbout } from './dialogs.ts'
import { connectClient } from './lab-connection.ts'
import { startLabProcess } from './lab-process.ts'
import type { LabProcess } from './lab-process.ts'
import { setMenu } from './menu.ts'
import { registerScheme, serveApp } from './protocol.ts'
import { guardQuit } from './quit.ts'
import { denyPermissions, ORIGIN } from './security.ts'
import { openSettings } from './settings.ts'
import { serveShell } from './shell.ts'
import { openWindow } from './window.ts'

const here = import.meta.dirname
const home = process.env.GIVENS_HOME
// One window for one home: the lock of the single instance lies in this folder.
if (home) app.setPath('userData', join(home, 'window'))
registerScheme()

if (!app.requestSingleInstanceLock()) app.quit()
else void app.whenReady().then(boot)

function boot(): void {
  const settings = openSettings(join(app.getPath('userData'), 'settings.json'))
  const client = createLabClient()
  const activity = createActivity()
  let window: BrowserWindow | null = null
  let queue: QueueState | null = null
  let info: LabInfo | null = null

  const showQueue = (next: QueueState | null): void => {
    queue = next
    activity.show(window, queue)
  }
  const lab: LabProcess = startLabProcess({
    entry: join(here, 'lab.js'),
    environment: process.env,
    onState: (state) => onLabState(state),
  })
  const quitting = guardQuit({ lab, running: () => queue?.running ?? 0, window: () => window })

  function onLabState(state: LabState): void {
    window?.webContents.send('shell/lab-state', state)
    if (state.kind !== 'up') {
      client.disconnect()
      showQueue(null)
      return
    }
    const port = lab.openPort('shell')
    if (port) connectClient(client, port)
    handOver()
    client.call('queue/state', {}).then(showQueue, ignoreLoss)
    client.call('lab/info', {}).then((next) => {
      info = next
    }, ignoreLoss)
  }
  // A lab that dies with our question open is asked again when it is back.
  function ignoreLoss(error: unknown): void {
    if (!(error instanceof BenchError && error.code === 'unavailable')) console.error(error)
  }
  function handOver(): void {
    const port = window && pageReady ? lab.openPort('window') : null
    if (port) window?.webContents.postMessage(PORT_MESSAGE, null, [port])
  }
  let pageReady = false

  function theWindow(): BrowserWindow {
    if (!window) throw new BenchError('unavailable', 'The window is closed.')
    return window
  }

  function open(): void {
    pageReady = false
    const opened = openWindow({
      preload: join(here, '../preload/index.cjs'),
      url: `${ORIGIN}/index.html`,
      icon: join(here, '../../resources/icon.png'),
      settings,
    })
    window = opened
    quitting.guard(opened)
    opened.on('closed', () => {
      window = null
    })
    opened.webContents.on('render-process-gone', () => opened.reload())
    opened.webContents.on('did-start-navigation', (details) => {
      if (details.isMainFrame && !details.isSameDocument) pageReady = false
    })
  }

  client.on('queue/changed', showQueue)
  nativeTheme.themeSource = settings.get().theme
  denyPermissions(session.defaultSession)
  serveApp(join(here, '../renderer'))
  serveShell({
    'shell/ready': () => {
      pageReady = true
      handOver()
      return { theme: settings.get().theme, version: app.getVersion(), lab: lab.state() }
    },
    'shell/export': async ({ request, name }) => {
      const file = await askForFile(theWindow(), settings, request.format, name)
      return file ? client.call('export/write', { ...request, file }) : null
    },
    'shell/export-drawing': async ({ name, ...request }) => {
      const file = await askForFile(theWindow(), settings, request.format, name)
      return file ? client.call('init/export', { ...request, file }) : null
    },
    'shell/export-weights': async (request) => {
      const file = await askForFile(theWindow(), settings, request.format, `run-${request.run}-weights`)
      return file ? client.call('weights/write', { ...request, file }) : null
    },
    'shell/folder': () => askForFolder(theWindow()),
    'shell/theme': (theme) => {
      nativeTheme.themeSource = theme
      settings.set({ theme })
      return theme
    },
    'shell/notify': (notice) => {
      if (!window || window.isFocused() || !Notification.isSupported()) return false
      const notification = new Notification({ title: notice.title, body: notice.body })
      notification.on('click', () => window?.focus())
      notification.show()
      return true
    },
    'shell/restart-lab': () => {
      lab.restart()
      return null
    },
  })
  setMenu({
    command: (name) => window?.webContents.send('shell/command', name),
    about: () => {
      if (window) void showAbout(window, info)
    },
  })
  app.on('second-instance', () => {
    if (!window) return
    if (window.isMinimized()) window.restore()
    window.focus()
  })
  app.on('window-all-closed', () => app.quit())
  open()
}
