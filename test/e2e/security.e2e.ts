/** The page is confined: what it may load, open, ask and reach, held against a page that tries. */
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { BenchBridge } from '../../src/shared/contract/shell.ts'
import { openApp } from './app.ts'
import type { OpenApp } from './app.ts'

let open: OpenApp
beforeAll(async () => {
  open = await openApp()
})
afterAll(() => open.close())

it('runs sandboxed, isolated and without Node', async () => {
  const reach = await open.page.evaluate(() => ({
    require: typeof Reflect.get(globalThis, 'require'),
    process: typeof Reflect.get(globalThis, 'process'),
    ipc: typeof Reflect.get(globalThis, 'ipcRenderer'),
    bridge: Object.keys(Reflect.get(globalThis, 'bench') as object).sort(),
  }))
  expect(reach).toEqual({
    require: 'undefined',
    process: 'undefined',
    ipc: 'undefined',
    bridge: [
      'addMethod',
      'addRecentStudy',
      'answerQuestion',
      'chooseFolder',
      'chooseOwnData',
      'choosePython',
      'chooseWeightsFile',
      'copyDiagnostics',
      'copyText',
      'dropBundle',
      'dropData',
      'dropMethod',
      'dropModel',
      'exportBundle',
      'exportDrawing',
      'exportFile',
      'exportModel',
      'exportOnnx',
      'exportTimes',
      'exportWeights',
      'importBundle',
      'importModel',
      'labs',
      'methodSettings',
      'notify',
      'onCommand',
      'onGo',
      'onImported',
      'onLabState',
      'onQuestions',
      'onSetup',
      'ready',
      'restartLab',
      'saveCluster',
      'setTheme',
      'showAbout',
      'trustMethod',
      'updateMethod',
    ],
  })
  const preferences = await open.app.evaluate(({ BrowserWindow }) => {
    // Not in Electron's typings.
    const contents = BrowserWindow.getAllWindows()[0].webContents
    const read: unknown = Reflect.get(contents, 'getLastWebPreferences')
    if (typeof read !== 'function') throw new Error('getLastWebPreferences is gone')
    return read.call(contents) as Record<string, unknown>
  })
  expect(preferences).toMatchObject({
    sandbox: true,
    contextIsolation: true,
    nodeIntegration: false,
    webSecurity: true,
    webviewTag: false,
  })
})

it('sends the content security policy with every answer and serves nothing outside its folder', async () => {
  const answers = await open.page.evaluate(async () => {
    const of = async (path: string) => {
      const answer = await fetch(path)
      return { status: answer.status, policy: answer.headers.get('content-security-policy') ?? '' }
    }
    return {
      page: await of('/index.html'),
      missing: await of('/nothing.js'),
      out: await of('/%2e%2e/main/index.js'),
      encoded: await of('/..%2fmain%2findex.js'),
      json: await of('/../../package.json'),
    }
  })
  expect(answers.page.status).toBe(200)
  for (const each of Object.values(answers)) {
    expect(each.policy).toContain("default-src 'none'")
    expect(each.policy).toContain("script-src 'self'")
    expect(each.policy).not.toContain('unsafe')
  }
  expect([answers.missing, answers.out, answers.encoded, answers.json].map((each) => each.status)).toEqual([
    404, 404, 404, 404,
  ])
})

it('forbids eval, inline scripts and remote content', async () => {
  const tried = await open.page.evaluate(async () => {
    const script = document.createElement('script')
    script.textContent = 'globalThis.inlineRan = true'
    document.head.append(script)
    const remote = await fetch('https://example.org/').then(
      () => 'loaded',
      () => 'refused',
    )
    // In a task of the page's own: what the debugger runs is allowed to evaluate.
    const evaluated = await new Promise((resolve) =>
      setTimeout(() => {
        try {
          new Function('return 1')()
          resolve('ran')
        } catch (error) {
          resolve(error instanceof EvalError ? 'refused' : String(error))
        }
      }),
    )
    return { inline: Reflect.get(globalThis, 'inlineRan') ?? 'refused', remote, evaluated }
  })
  expect(tried).toEqual({ inline: 'refused', remote: 'refused', evaluated: 'refused' })
})

it('denies new windows, navigation and permissions', async () => {
  const before = open.page.url()
  const opened = await open.page.evaluate(() => window.open('https://example.org/') === null)
  expect(opened).toBe(true)
  await open.page.evaluate(() => {
    location.href = 'https://example.org/'
  })
  await open.page.evaluate(() => {
    location.href = 'file:///etc/passwd'
  })
  await open.page.waitForTimeout(300)
  expect(new URL(open.page.url()).origin).toBe(new URL(before).origin)
  expect(await open.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().length)).toBe(1)
  const notifications = await open.page.evaluate(() => Notification.requestPermission())
  expect(notifications).toBe('denied')
  expect(await open.page.evaluate(() => window.open('about:blank') === null)).toBe(true)
})

it('denies downloads, the screen, and connections past the policy', async () => {
  await open.app.evaluate(({ session }) => {
    // Asked after the shell’s own.
    session.defaultSession.once('will-download', (event) =>
      Reflect.set(globalThis, 'downloadPrevented', event.defaultPrevented),
    )
  })
  await open.page.evaluate(() => {
    const link = document.createElement('a')
    link.href = URL.createObjectURL(new Blob(['taken']))
    link.download = 'taken.txt'
    link.click()
  })
  await expect
    .poll(() => open.app.evaluate(() => Reflect.get(globalThis, 'downloadPrevented') as unknown))
    .toBe(true)
  const tried = await open.page.evaluate(async () => {
    const screen = await navigator.mediaDevices.getDisplayMedia().then(
      () => 'shown',
      () => 'refused',
    )
    const found: string[] = []
    let reached: string
    try {
      const connection = new RTCPeerConnection()
      connection.createDataChannel('out')
      connection.onicecandidate = ({ candidate }) => candidate && found.push(candidate.candidate)
      await connection.setLocalDescription(await connection.createOffer())
      await new Promise((resolve) => setTimeout(resolve, 1500))
      reached = found.length === 0 ? 'refused' : 'offered'
      connection.close()
    } catch {
      reached = 'refused'
    }
    return { screen, reached }
  })
  expect(tried).toEqual({ screen: 'refused', reached: 'refused' })
})

it('answers hostile payloads with an error that names the field, and goes on', async () => {
  const replies = await open.page.evaluate(async () => {
    const bench = Reflect.get(globalThis, 'bench') as BenchBridge
    const hostile = (value: unknown) => value as never
    return [
      await bench.setTheme(hostile('url(javascript:1)')),
      await bench.exportFile(hostile({ request: { what: 'groups', format: 'exe' }, name: 'x' })),
      await bench.exportFile(
        hostile({ request: { what: 'groups', format: 'csv', file: '/etc/passwd' }, name: 'x' }),
      ),
      await bench.exportFile(hostile(null)),
      await bench.exportBundle(hostile({ study: 'a', file: '/etc/passwd' })),
      await bench.addRecentStudy(hostile({ id: 'a', title: 'x', file: '/etc/passwd' })),
      await bench.notify(hostile({ title: 'x'.repeat(10_000) })),
    ].map((reply) => (reply.ok ? 'accepted' : reply.error.code))
  })
  expect(new Set(replies)).toEqual(new Set(['bad-input']))
  // A file that the page made up has no path on disk.
  const made = await open.page.evaluate(async () => {
    const bench = Reflect.get(globalThis, 'bench') as BenchBridge
    const reply = await bench.dropBundle(new File(['x'], '/etc/passwd.givens'))
    return reply.ok ? 'accepted' : reply.error.code
  })
  expect(made).toBe('bad-file')
  expect(await open.page.locator('nav').isVisible()).toBe(true)
})
