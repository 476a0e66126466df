import { describe, expect, it, vi } from 'vitest'

vi.mock('electron', () => ({
  ipcMain: {},
  protocol: {},
  powerSaveBlocker: {},
  Menu: {},
  BrowserWindow: {},
  nativeTheme: {},
  screen: {},
}))

const { resolveAsset } = await import('../../src/main/protocol.ts')
const { answer, parseShellInput } = await import('../../src/main/shell.ts')
const { clampBounds } = await import('../../src/main/window.ts')
const { titleOf } = await import('../../src/main/activity.ts')
const { menuTemplate } = await import('../../src/main/menu.ts')
const { recentMenu, withRecent } = await import('../../src/main/recent.ts')
const { pageOrigin } = await import('../../src/main/security.ts')
const { bundleOf } = await import('../../src/main/bundles.ts')
const { COMMAND_NAMES, commandOf } = await import('../../src/shared/commands.ts')

describe('resolveAsset', () => {
  it('finds files of the page', () => {
    expect(resolveAsset('/app/renderer', 'app://bench/')).toBe('/app/renderer/index.html')
    expect(resolveAsset('/app/renderer/', 'app://bench/assets/a.js?x=1#y')).toBe('/app/renderer/assets/a.js')
  })
  it('never leaves the folder, however the way out is written', () => {
    expect(resolveAsset('/app/renderer', 'app://bench/%2e%2e/main/index.js')).toBe(
      '/app/renderer/main/index.js',
    )
  })
  it.each([
    'app://bench/..%2f..%2fetc/passwd.js',
    'app://bench/%2e%2e%2frenderer-secret/a.js',
    'app://other/index.html',
    'file:///app/renderer/index.html',
    'app://bench/a.map',
    'app://bench/a%00.js',
    'app://bench/%zz.js',
    'app://bench/a%5c..%5cb.js',
    'nonsense',
  ])('refuses %s', (address) => expect(resolveAsset('/app/renderer', address)).toBeNull())
})

describe('the gate for the page’s questions', () => {
  const handlers = new Proxy({}, { get: () => () => 'done' }) as Parameters<typeof answer>[0]
  it('answers our page and no other', async () => {
    expect(await answer(handlers, 'shell/theme', 'app://bench/index.html', 'dark')).toEqual({
      ok: true,
      output: 'done',
    })
    for (const url of ['', 'https://bench/', 'app://bench.example/', 'app://benchmark/index.html']) {
      expect(await answer(handlers, 'shell/theme', url, 'dark')).toMatchObject({
        ok: false,
        error: { code: 'bad-input' },
      })
    }
  })
  it('says which field is wrong', () => {
    const request = { request: { what: 'groups', format: 'exe' }, name: 'x' }
    expect(() => parseShellInput('shell/export', request)).toThrow(/shell\/export\.request\.format/)
  })
  it('never takes a file name from the page', () => {
    const request = { request: { what: 'runs', format: 'csv', file: '/etc/passwd' }, name: 'x' }
    expect(() => parseShellInput('shell/export', request)).toThrow(/file/)
  })
  it('turns a handler’s failure into an answer', async () => {
    const failing = {
      ...handlers,
      'shell/folder': () => {
        throw new Error('no dialog')
      },
    }
    expect(await answer(failing, 'shell/folder', 'app://bench/', null)).toMatchObject({
      ok: false,
      error: { code: 'internal', message: 'no dialog' },
    })
  })
})

describe('clampBounds', () => {
  const areas = [
    { x: 0, y: 0, width: 1920, height: 1040 },
    { x: 1920, y: 0, width: 1280, height: 1000 },
  ]
  it('keeps what is in sight', () => {
    expect(clampBounds({ x: 10, y: 20, width: 1200, height: 800 }, areas)).toEqual({
      x: 10,
      y: 20,
      width: 1200,
      height: 800,
    })
  })
  it('moves and shrinks to the display that shows most of it', () => {
    expect(clampBounds({ x: 1900, y: 500, width: 2000, height: 900 }, areas)).toEqual({
      x: 1920,
      y: 100,
      width: 1280,
      height: 900,
    })
  })
  it('forgets a display that is gone', () => {
    expect(clampBounds({ x: 5000, y: 0, width: 1000, height: 800 }, areas)).toBeNull()
  })
})

it('tells the progress in the title', () => {
  const queue = {
    paused: false,
    running: 1,
    queued: 3,
    finished: 2,
    failed: 0,
    fraction: 0.429,
    secondsLeft: 9,
    concurrency: 1,
  }
  expect(titleOf(queue)).toBe('42 % – Givens Bench')
  expect(titleOf({ ...queue, paused: true })).toBe('Paused – Givens Bench')
  expect(titleOf({ ...queue, running: 0, queued: 0 })).toBe('Givens Bench')
})

it('keeps ten recent things, each once, the newest first', () => {
  const study = (id: string) => ({ kind: 'study' as const, id, title: `Study ${id}` })
  const twelve = Array.from({ length: 12 }, (_, at) => study(String(at)))
  const list = twelve.reduce(withRecent, [])
  expect(list.map((each) => each.kind === 'study' && each.id)).toEqual([
    '11',
    '10',
    '9',
    '8',
    '7',
    '6',
    '5',
    '4',
    '3',
    '2',
  ])
  const again = withRecent(list, { kind: 'study', id: '5', title: 'Renamed' })
  expect(again).toHaveLength(10)
  expect(again[0]).toEqual({ kind: 'study', id: '5', title: 'Renamed' })
  const opened: string[] = []
  const menu = recentMenu([{ kind: 'bundle', file: '/home/me/this & that.givens' }], {
    open: (recent) => opened.push(recent.kind),
    clear: () => {},
  })
  expect(menu[0].label).toBe('this && that.givens')
  expect(recentMenu([], { open: () => {}, clear: () => {} })[0].enabled).toBe(false)
})

it('takes the build tool’s page in development only, and from this machine only', () => {
  expect(pageOrigin('http://localhost:5173', true)).toBe('http://localhost:5173')
  expect(pageOrigin('http://localhost:5173', false)).toBe('app://bench')
  for (const address of [
    undefined,
    'http://example.org',
    'https://localhost.example.org',
    'file:///x',
    'x',
  ]) {
    expect(pageOrigin(address, true)).toBe('app://bench')
  }
})

it('finds the bundle among the arguments of the program', () => {
  expect(bundleOf(['electron', '--no-sandbox', '/a/b.givens'])).toBe('/a/b.givens')
  expect(bundleOf(['/a/b.givens', '.', '--file=x.givens'])).toBeNull()
})

it('puts every command of the registry in the menu once, each shortcut given once', () => {
  const items = menuTemplate({ command: () => {}, recent: [] }).flatMap((menu) =>
    Array.isArray(menu.submenu) ? menu.submenu : [],
  )
  expect(items.flatMap((item) => item.id ?? []).sort()).toEqual([...COMMAND_NAMES].sort())
  const keys = COMMAND_NAMES.flatMap((name) => commandOf(name).accelerator ?? [])
  expect(new Set(keys).size).toBe(keys.length)
})
