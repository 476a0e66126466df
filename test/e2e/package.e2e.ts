/**
 * The installable program: made, installed in a folder of the test's own, started with nothing on PATH, used
 * by command line and window, removed. Linux alone: dpkg-deb makes the package and unpacks it.
 */
import { execFile, execFileSync, spawn } from 'node:child_process'
import {
  closeSync,
  existsSync,
  mkdtempSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import Database from 'better-sqlite3'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Stream } from '../../src/engine/index.ts'
import { writeDigits } from '../../torture/inputs/digits.ts'
import { ROOT } from './app.ts'

const scratch = mkdtempSync(join(tmpdir(), 'givens-package-'))
const place = join(scratch, 'installed')
const home = join(scratch, 'home')
const windowHome = join(scratch, 'window-home')
/** Runs that the window is waited for; closing it leaves the rest at their checkpoints. */
const TRAINED = 2
const program = join(place, 'usr', 'bin', 'givens-bench')
let packageFile = ''

/** Nothing of what the machine has: no Node, no Python, no variables of a checkout. */
const bare = {
  HOME: join(scratch, 'user'),
  PATH: '',
  DISPLAY: process.env.DISPLAY,
  XAUTHORITY: process.env.XAUTHORITY,
  // Two threads of a step wait for each other; beside other tests that is longer than one alone takes.
  GIVENS_THREADS: '1',
}

interface Ended {
  readonly code: number
  readonly out: string
  readonly err: string
}
function lab(
  words: readonly string[],
  extra: Readonly<Record<string, string>> = {},
  at = home,
): Promise<Ended> {
  return new Promise((resolve) => {
    execFile(
      program,
      ['lab', '--home', at, ...words],
      { env: { ...bare, DISPLAY: undefined, ...extra }, cwd: scratch, timeout: 300_000 },
      (error, out, err) => resolve({ code: Number(error?.code ?? 0), out, err }),
    )
  })
}

describe.skipIf(process.platform !== 'linux' || !existsSync('/usr/bin/dpkg-deb'))('the .deb', () => {
  beforeAll(() => {
    const out = join(scratch, 'out')
    const { npm_execpath: npm = '', ...environment } = process.env
    execFileSync('node', [join(ROOT, 'scripts', 'package.mjs'), '--target', 'deb', '--fast', '--out', out], {
      env: { ...environment, npm_execpath: npm },
      stdio: ['ignore', 'ignore', 'inherit'],
    })
    packageFile = join(out, readdirSync(out).find((name) => name.endsWith('.deb')) ?? '')
    for (const folder of ['info', 'updates'])
      mkdirSync(join(place, 'var/lib/dpkg', folder), { recursive: true })
    for (const file of ['status', 'available']) writeFileSync(join(place, 'var/lib/dpkg', file), '')
    mkdirSync(bare.HOME)
    if (process.getuid?.() === 0)
      execFileSync('dpkg', [`--root=${place}`, '--force-depends', '-i', packageFile], { stdio: 'ignore' })
    else execFileSync('dpkg-deb', ['-x', packageFile, place])
  }, 300_000)
  afterAll(() => rmSync(scratch, { recursive: true, force: true }))

  it('is described for the system: name, icon, desktop entry, kind of file, licences', () => {
    const field = (name: string) =>
      execFileSync('dpkg-deb', ['-f', packageFile, name], { encoding: 'utf8' }).trim()
    expect(field('Package')).toBe('givens-bench')
    const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { version: string }
    expect(field('Version')).toBe(version)
    expect(field('Depends')).toMatch(/libnss3/)
    const share = (path: string) => readFileSync(join(place, 'usr/share', path), 'utf8')
    expect(share('applications/givens-bench.desktop')).toMatch(/^Exec=givens-bench %U$/m)
    expect(share('mime/packages/givens-bench.xml')).toContain('*.givens')
    expect(existsSync(join(place, 'usr/share/icons/hicolor/512x512/apps/givens-bench.png'))).toBe(true)
    const notices = readFileSync(join(place, 'usr/lib/givens-bench/THIRD-PARTY-NOTICES.txt'), 'utf8')
    for (const name of ['vue', 'better-sqlite3', 'commander', 'fontkit'])
      expect(notices).toMatch(new RegExp(`^${name} \\d`, 'm'))
  })

  it('does not run as Node, nor with options of Node, nor sources that lie beside it', async () => {
    const fuses = createRequire(join(ROOT, 'packaging', 'package.json'))('@electron/fuses') as {
      getCurrentFuseWire: (file: string) => Promise<Record<string, number | string>>
      FuseV1Options: Record<string, number>
    }
    const wire = await fuses.getCurrentFuseWire(join(place, 'usr/lib/givens-bench/givens-bench-window'))
    const [off, on] = ['0'.charCodeAt(0), '1'.charCodeAt(0)]
    expect(
      Object.fromEntries(Object.entries(fuses.FuseV1Options).map(([name, at]) => [name, wire[at]])),
    ).toMatchObject({
      RunAsNode: off,
      EnableNodeOptionsEnvironmentVariable: off,
      EnableNodeCliInspectArguments: off,
      GrantFileProtocolExtraPrivileges: off,
      EnableCookieEncryption: on,
      EnableEmbeddedAsarIntegrityValidation: on,
      OnlyLoadAppFromAsar: on,
    })
    const script = join(scratch, 'foreign.cjs')
    writeFileSync(script, `require('node:fs').writeFileSync(${JSON.stringify(join(scratch, 'ran'))}, '')`)
    const { code, out } = await lab(['--version'], {
      ELECTRON_RUN_AS_NODE: '1',
      NODE_OPTIONS: `--require ${script}`,
    })
    expect([code, out.trim()]).toEqual([0, expect.stringMatching(/^\d+\.\d+\.\d+$/)])
    expect(existsSync(join(scratch, 'ran'))).toBe(false)
  })

  it('does not start from an archive in which a byte is another one', async () => {
    const archive = join(place, 'usr/lib/givens-bench/resources/app.asar')
    const flip = (): void => {
      process.noAsar = true
      const descriptor = openSync(archive, 'r+')
      const byte = Buffer.alloc(1)
      const at = statSync(archive).size >> 1
      readSync(descriptor, byte, 0, 1, at)
      byte[0] ^= 1
      writeSync(descriptor, byte, 0, 1, at)
      closeSync(descriptor)
      process.noAsar = false
    }
    flip()
    const damaged = await lab(['--version'])
    flip()
    expect([damaged.code, damaged.err]).toEqual([1, expect.stringContaining('is not what was installed')])
  })

  it(
    'trains the quick start by command line and window at once, and exports it',
    { timeout: 400_000 },
    async () => {
      // Pictures in MNIST's files, few enough for a test; the study is the one that comes with the bench.
      const digits = writeDigits(join(scratch, 'digits'), Stream.root(1), { train: 1600, t10k: 200 })
      const linked = await lab(['data', 'link', 'mnist', '--path', digits])
      expect(linked.code, linked.err).toBe(0)
      const run = ['study', 'run', 'quick-start', '--seeds', '1', '--set', 'initialization.aiSteps=20']
      // The window trains it in full depth.
      const shallow = ['--set', 'model.depth=20']
      const [trained] = await Promise.all([lab([...run, ...shallow]), trainInWindow()])
      expect(trained.code, trained.err).toBe(0)
      const csv = async (of: string, name: string): Promise<string[]> => {
        const file = join(scratch, name)
        const words = ['--study', 'quick-start', '--what', 'runs', '--format', 'csv', '--out', file]
        const exported = await lab(['export', ...words], {}, of)
        expect(exported.code, exported.err).toBe(0)
        return readFileSync(file, 'utf8').trim().split('\n')
      }
      const [rows, ofWindow] = [await csv(home, 'runs.csv'), await csv(windowHome, 'window.csv')]
      expect(rows[0]).toContain('metric.last.test.accuracy')
      expect(rows).toHaveLength(1 + 5)
      expect(ofWindow).toHaveLength(1 + 15)
      expect(ofWindow.filter((row) => row.includes('finished')).length).toBeGreaterThanOrEqual(TRAINED)
      expect((await lab(['runs', 'show', '99'])).code).not.toBe(0)
    },
  )

  it('opens the home and the bundle of version 0.1.0, and refuses a home of a newer one', async () => {
    const [old, newer] = ['old', 'newer'].map((name) => join(scratch, name))
    for (const folder of [old, newer]) {
      mkdirSync(folder)
      const fixture = readFileSync(join(ROOT, 'test/fixtures/home-v1.sqlite.gz'))
      writeFileSync(join(folder, 'bench.sqlite'), gunzipSync(fixture))
    }
    const database = new Database(join(newer, 'bench.sqlite'))
    database.pragma('user_version = 9999')
    database.close()
    const bundle = await lab(['bundle', 'import', join(ROOT, 'resources', 'sample.givens')], {}, old)
    expect(bundle.code, bundle.err).toBe(0)
    const [listed, refused] = await Promise.all([lab(['runs', '--json'], {}, old), lab(['runs'], {}, newer)])
    expect(JSON.parse(listed.out)).toHaveLength(6 + 10)
    expect([refused.code, refused.err]).toEqual([1, expect.stringMatching(/newer/)])
  })

  it('says what TensorFlow needs there', async () => {
    const { out } = await lab(['doctor'])
    expect(out).toMatch(/ok +backend sparse/)
    expect(out).not.toMatch(/npm (start|install|run)/)
  })

  it.skipIf(process.getuid?.() !== 0)('leaves the home where it is when it is removed', () => {
    execFileSync('dpkg', [`--root=${place}`, '--purge', 'givens-bench'], { stdio: 'ignore' })
    expect(existsSync(program)).toBe(false)
    expect(existsSync(join(place, 'usr/lib/givens-bench'))).toBe(false)
    for (const folder of [home, windowHome]) expect(existsSync(join(folder, 'bench.sqlite'))).toBe(true)
  })
})

function inWindow(status: string): number {
  const database = new Database(join(windowHome, 'bench.sqlite'), { readonly: true })
  try {
    const count = database.prepare<[string], number>('SELECT COUNT(*) FROM runs WHERE status = ?').pluck()
    return count.get(status) ?? 0
  } finally {
    database.close()
  }
}

/** Starts the quick start by its buttons, and waits for its first runs. A foreign page is not let in. */
async function trainInWindow(): Promise<void> {
  const window = await openWindow({ ELECTRON_RENDERER_URL: 'http://127.0.0.1:9/' })
  try {
    expect(await window.evaluate('location.origin')).toBe('app://bench')
    expect(await window.evaluate(`'require' in globalThis || 'process' in globalThis`)).toBe(false)
    const click = (scope: string): Promise<unknown> =>
      window.evaluate(`(() => {
        const buttons = [...document.querySelectorAll('${scope} button')]
        const button = buttons.find(({ textContent }) => /^\\s*(Start|Run)/.test(textContent))
        if (!button || button.disabled) return false
        button.click()
        return true
      })()`)
    await window.evaluate(`location.hash = '#/studies'`)
    await expect.poll(() => click('.quick'), { timeout: 60_000 }).toBe(true)
    await expect.poll(() => click('dialog[open]'), { timeout: 60_000 }).toBe(true)
    await expect
      .poll(() => window.evaluate(`document.querySelectorAll('.line').length`), { timeout: 60_000 })
      .toBe(15)
    await expect.poll(() => inWindow('finished'), { timeout: 200_000 }).toBeGreaterThanOrEqual(TRAINED)
    // The signal that ends it comes while a run is on, about which nobody is there to be asked.
    await expect.poll(() => inWindow('running'), { timeout: 60_000 }).toBe(1)
  } finally {
    await window.close()
  }
}

interface InstalledWindow {
  /** The value of an expression in the page. */
  readonly evaluate: (expression: string) => Promise<unknown>
  readonly close: () => Promise<void>
}

interface EvaluateReply {
  readonly id?: number
  readonly result?: { readonly result: { readonly value?: unknown }; readonly exceptionDetails?: unknown }
}

/** The window by Chromium's own debugging protocol: a fuse keeps out the debugger of Node. */
async function openWindow(extra: Readonly<Record<string, string>>): Promise<InstalledWindow> {
  const child = spawn(program, ['--remote-debugging-port=0'], {
    env: { ...bare, ...extra, GIVENS_HOME: windowHome },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve))
  const port = await new Promise<string>((resolve, reject) => {
    let text = ''
    child.stderr.setEncoding('utf8').on('data', (part: string) => {
      text += part
      const found = /DevTools listening on ws:\/\/127\.0\.0\.1:(\d+)/.exec(text)
      if (found) resolve(found[1])
    })
    void ended.then((code) => reject(new Error(`The window ended with ${code}:\n${text}`)))
  })
  let address: string | null = null
  await expect.poll(async () => (address = await pageAddress(port)), { timeout: 60_000 }).not.toBeNull()
  const socket = new WebSocket(String(address))
  await new Promise((resolve) => socket.addEventListener('open', resolve, { once: true }))
  let last = 0
  const evaluate = (expression: string): Promise<unknown> =>
    new Promise((resolve, reject) => {
      const id = ++last
      const listen = ({ data }: MessageEvent): void => {
        const reply = JSON.parse(String(data)) as EvaluateReply
        if (reply.id !== id) return
        socket.removeEventListener('message', listen)
        if (reply.result && !reply.result.exceptionDetails) resolve(reply.result.result.value)
        else reject(new Error(`${expression}: ${String(data)}`))
      }
      socket.addEventListener('message', listen)
      const params = { expression, returnByValue: true }
      socket.send(JSON.stringify({ id, method: 'Runtime.evaluate', params }))
    })
  return {
    evaluate,
    close: async () => {
      socket.close()
      child.kill('SIGTERM')
      await ended
    },
  }
}

/**
 * Where the page of the window can be spoken to; null while there is none. It is listed with its address
 * before its document is there, then without one: the title is the document's own.
 */
async function pageAddress(port: string): Promise<string | null> {
  const list = (await (await fetch(`http://127.0.0.1:${port}/json/list`)).json()) as {
    type: string
    url: string
    title: string
    webSocketDebuggerUrl: string
  }[]
  const page = list.find(
    ({ type, url, title }) => type === 'page' && url.startsWith('app://bench/') && title === 'Givens Bench',
  )
  return page?.webSocketDebuggerUrl ?? null
}
