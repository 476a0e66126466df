/** The shell: boots, opens the window, keeps the lab's process alive. Computes nothing. */
import { app, nativeTheme, session } from 'electron'
import type { BrowserWindow } from 'electron'
import { join } from 'node:path'
import { BenchError, toErrorMessage } from '../shared/contract/errors.ts'
import { createLabClient } from '../shared/contract/client.ts'
import { HERE } from '../shared/contract/remotes.ts'
import { addressOf, LINK_SCHEME, linkIn } from '../shared/link.ts'
import { PORT_MESSAGE } from '../shared/contract/shell.ts'
import type { LabState, ShellEvents } from '../shared/contract/shell.ts'
import type { LabInfo, QueueState } from '../shared/contract/lab.ts'
import { serveQuestions } from './askpass.ts'
import { createActivity } from './activity.ts'
import { bundleOf, createBundles } from './bundles.ts'
import { shellHandlers } from './handlers.ts'
import { commandLine, runCommandLine } from './command-line.ts'
import { createChosenPaths } from './grants.ts'
import { damageOf } from './integrity.ts'
import { connectClient } from './lab-connection.ts'
import { labsHandler } from './labs.ts'
import { startLabProcess } from './lab-process.ts'
import type { LabProcess } from './lab-process.ts'
import { setMenu } from './menu.ts'
import { registerScheme, serveApp } from './protocol.ts'
import { guardQuit } from './quit.ts'
import { recentMenu } from './recent.ts'
import { confineSession, PAGE_ORIGIN } from './security.ts'
import { openSettings } from './settings.ts'
import { serveShell } from './shell.ts'
import { openWindow } from './window.ts'

const here = import.meta.dirname
const words = commandLine(process.argv)
const damage = app.isPackaged && process.platform === 'linux' ? damageOf(process.resourcesPath) : null
if (damage !== null) {
  console.error(`error: ${damage}`)
  app.exit(1)
} else if (words) runCommandLine(join(here, 'cli.js'), words)
else start()

function start(): void {
  const home = process.env.GIVENS_HOME
  // One window for one home: the lock of the single instance lies in this folder.
  if (home) app.setPath('userData', join(home, 'window'))
  registerScheme()
  if (!app.requestSingleInstanceLock()) app.quit()
  else void app.whenReady().then(boot)
}

function boot(): void {
  const settings = openSettings(join(app.getPath('userData'), 'settings.json'))
  /** Of the lab that the window shows, and of this computer's own. */
  const client = createLabClient()
  const own = createLabClient()
  const activity = createActivity()
  let window: BrowserWindow | null = null
  let queue: QueueState | null = null
  let info: LabInfo | null = null

  const showQueue = (next: QueueState | null): void => {
    queue = next
    activity.show(window, queue)
  }
  const questions = serveQuestions(process.env, (waiting) => {
    tell('shell/questions', waiting)
    if (waiting.length > 0 && window?.isFocused() === false) window.flashFrame(true)
  })
  app.on('will-quit', () => questions.close())
  const entry = join(here, 'lab.js')
  const ownLab: LabProcess = startLabProcess({
    entry,
    environment: questions.environment,
    onState: (state) => {
      onOwnState(state)
      if (far === null) onLabState(state)
    },
  })
  /** What passes on to the lab of another computer, while the window shows one. */
  let far: LabProcess | null = null
  const lab = (): LabProcess => far ?? ownLab

  function startFar(name: string): void {
    const started = startLabProcess({
      entry,
      environment: questions.environment,
      far: name,
      onState: (state) => {
        if (started === undefined || far === started) onLabState(state)
      },
    })
    far = started
  }
  /** Shows another lab; the page begins anew with it. */
  function showLab(name: string): void {
    settings.set({ lab: name === HERE ? null : name })
    void far?.stop(1000)
    far = null
    client.disconnect()
    if (name === HERE) onLabState(ownLab.state())
    else startFar(name)
    pageReady = false
    window?.reload()
  }
  const quitting = guardQuit({ lab: ownLab, running: () => queue?.running ?? 0, window: () => window })

  function onOwnState(state: LabState): void {
    if (state.kind !== 'up') {
      own.disconnect()
      showQueue(null)
      return
    }
    const port = ownLab.openPort('shell')
    if (port) connectClient(own, port)
    paths.tellAll().catch(ignoreLoss)
    own.call('queue/state', {}).then(showQueue, ignoreLoss)
  }
  function onLabState(state: LabState): void {
    tell('shell/lab-state', state)
    if (state.kind !== 'up') {
      client.disconnect()
      return
    }
    const port = lab().openPort('shell')
    if (port) connectClient(client, port)
    handOver()
    client.call('lab/info', {}).then((next) => {
      info = next
    }, ignoreLoss)
  }
  // A lab that dies with our question open is asked again when it is back.
  function ignoreLoss(error: unknown): void {
    if (!(error instanceof BenchError && error.code === 'unavailable')) console.error(error)
  }
  function handOver(): void {
    const port = window && pageReady ? lab().openPort('window') : null
    if (port) window?.webContents.postMessage(PORT_MESSAGE, null, [port])
  }
  let pageReady = false
  const current = (): string => settings.get().lab ?? HERE

  function tell<E extends keyof ShellEvents>(event: E, payload: ShellEvents[E]): void {
    window?.webContents.send(event, payload)
  }
  async function bringIn(file: string): Promise<void> {
    try {
      tell('shell/imported', { ok: true, output: await bundles.bringIn(file) })
    } catch (error) {
      tell('shell/imported', { ok: false, error: toErrorMessage(error) })
    }
  }
  function showMenu(): void {
    const recent = recentMenu(settings.get().recent, {
      open: (each) => {
        if (each.kind === 'bundle') void bringIn(each.file)
        else tell('shell/go', `/compare?study=${encodeURIComponent(each.id)}`)
      },
      clear: () => bundles.forget(),
    })
    setMenu({ command: (name) => tell('shell/command', name), recent })
  }
  const bundles = createBundles(client, settings, showMenu)
  const paths = createChosenPaths(own, settings)
  /** A bundle that the program was started with, until the page can say what became of it. */
  let waiting = bundleOf(process.argv)
  /** A link that the program was started with. */
  let wanted = linkIn(process.argv)
  function follow(address: string | null): void {
    if (address !== null) tell('shell/go', address)
  }

  function open(): void {
    pageReady = false
    const opened = openWindow({
      preload: join(here, '../preload/index.cjs'),
      url: `${PAGE_ORIGIN}/index.html`,
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

  own.on('queue/changed', showQueue)
  own.on('remotes/told', ({ line }) => tell('shell/setup', line))
  nativeTheme.themeSource = settings.get().theme
  confineSession(session.defaultSession)
  serveApp(join(here, '../renderer'))
  serveShell(
    shellHandlers({
      client,
      lab,
      labs: labsHandler({
        own,
        client,
        current,
        show: showLab,
        window: () => {
          if (window === null) throw new BenchError('unavailable', 'The window is closed.')
          return window
        },
      }),
      current,
      questions,
      settings,
      bundles,
      paths,
      window: () => window,
      info: () => info,
      onReady: () => {
        pageReady = true
        handOver()
        tell('shell/questions', questions.waiting())
        if (waiting) void bringIn(waiting)
        waiting = null
        follow(wanted)
        wanted = null
      },
      go: (address) => tell('shell/go', address),
    }),
  )
  showMenu()
  const shown = settings.get().lab
  if (shown !== null) startFar(shown)
  app.on('second-instance', (_event, argv) => {
    if (!window) return
    if (window.isMinimized()) window.restore()
    window.focus()
    const file = bundleOf(argv)
    if (file) void bringIn(file)
    follow(linkIn(argv))
  })
  // Links that were copied in the window open it where they point to.
  if (app.isPackaged) app.setAsDefaultProtocolClient(LINK_SCHEME)
  app.on('open-url', (event, url) => {
    event.preventDefault()
    if (pageReady) follow(addressOf(url))
    else wanted = addressOf(url)
  })
  app.on('open-file', (event, file) => {
    event.preventDefault()
    void bringIn(file)
  })
  app.on('window-all-closed', () => app.quit())
  open()
}
