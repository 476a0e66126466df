/** axe finds nothing serious on any page, tab or dialog, in both themes. */
import { mkdtempSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { AxeResults } from 'axe-core'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { openLab } from '../../src/lab/lab.ts'
import type { StudyInput } from '../../src/shared/spec/study-schema.ts'
import { openApp } from './app.ts'
import type { OpenApp } from './app.ts'

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const RUN_TABS = ['Curves', 'Layers', 'Events', 'Specification', 'Environment']
const COMPARE_TABS = [
  'Curves',
  'Two-way table',
  'Differences',
  'Significance',
  'Price of sparsity',
  'Pareto',
  'Singular values',
  'Layer densities',
  'Angles',
  'Parallel coordinates',
  'Importance',
  'Time to initialize',
]
type Act = (page: Page) => Promise<void>
const tab =
  (name: string): Act =>
  (at) =>
    at.getByRole('tab', { name }).click()
const press =
  (name: string | RegExp): Act =>
  (at) =>
    at.getByRole('button', { name }).first().click()
const tables: Act = async (at) => {
  for (const button of await at.getByRole('button', { name: 'Table', exact: true }).all())
    await button.click()
}
const keys =
  (combination: string): Act =>
  (at) =>
    at.keyboard.press(combination)

/** What is looked at: a name, the address, and what is done there. */
const PAGES: readonly (readonly [name: string, address: string, act?: Act])[] = [
  ['studies', '#/studies'],
  ['the dialog that starts a study', '#/studies', press(/^Start/)],
  ['the editor', '#/studies/new?from=tiny'],
  ['the editor: a field is chosen', '#/studies/new?from=tiny', press('Field')],
  ['runs', '#/runs'],
  ...RUN_TABS.map((name) => [`a run: ${name}`, '#/runs/1', tab(name)] as const),
  [
    'a run: a layer',
    '#/runs/1',
    async (at) => {
      await tab('Layers')(at)
      await press('hidden1.kernel')(at)
      await at
        .getByRole('img', { name: /^Weights of hidden1.kernel/ })
        .nth(1)
        .waitFor()
    },
  ],
  ['a run: curves as tables', '#/runs/1', async (at) => (await tab('Curves')(at), tables(at))],
  ...COMPARE_TABS.map((name) => [`compare: ${name}`, '#/compare?study=tiny', tab(name)] as const),
  ['compare: tables', '#/compare?study=tiny', async (at) => (await tab('Curves')(at), tables(at))],
  ['compare: the export of the table', '#/compare?study=tiny', press('Export')],
  [
    'compare: a figure for print',
    '#/compare?study=tiny&tab=Curves',
    async (at) => {
      await at.locator('.chart-panel').first().getByRole('button', { name: 'Export' }).click()
      await at.getByRole('button', { name: /^For print/ }).click()
      await at.getByRole('img', { name: /as it will be written/ }).waitFor()
    },
  ],
  ['initialization', '#/laboratory'],
  ['initialization: timing', '#/laboratory', tab('Timing')],
  ['theory', '#/theory'],
  ['theory: measured', '#/theory', press('Measure')],
  ['data', '#/data'],
  ['model', '#/model'],
  ['settings', '#/settings'],
  ['the command palette', '#/settings', keys('Control+K')],
]
const TINY: StudyInput = {
  id: 'tiny',
  title: 'Tiny',
  seeds: [1],
  base: {
    model: { depth: 2, width: 16 },
    data: { limit: 600 },
    training: { batchSize: 32 },
    sparsity: { density: 0.5, distribution: 'erk' },
  },
  axes: [
    {
      name: 'Scheme',
      points: ['base', 'eoi'].map((scheme) => ({
        label: scheme,
        set: { 'initialization.scheme': scheme },
      })),
    },
  ],
}

let open: OpenApp | undefined
let page: Page
beforeAll(async () => {
  const home = mkdtempSync(join(tmpdir(), 'givens-axe-'))
  const lab = openLab({
    home,
    role: 'the test',
    workerUrl: new URL('../../out/main/worker.js', import.meta.url),
  })
  await lab.call('studies/save', { study: TINY })
  await lab.call('studies/start', { id: TINY.id })
  await vi.waitFor(async () => expect((await lab.call('queue/state', {})).finished).toBe(2), {
    timeout: 60_000,
    interval: 200,
  })
  await lab.close()
  open = await openApp(home)
  page = open.page
  // Through the debugger, since the page's policy allows no foreign script.
  await page.evaluate(AXE)
})
afterAll(() => open?.close())

/** Waits until the page has been still for a while: no change of its elements, and none under way. */
function settled(at: Page): Promise<void> {
  return at.evaluate(
    ([still, most]) =>
      new Promise<void>((resolve) => {
        const began = performance.now()
        let last = began
        const watcher = new MutationObserver(() => {
          last = performance.now()
        })
        watcher.observe(document, { subtree: true, childList: true, attributes: true, characterData: true })
        const timer = setInterval(() => {
          const now = performance.now()
          if (now - last < still && now - began < most) return
          clearInterval(timer)
          watcher.disconnect()
          resolve()
        }, 30)
      }),
    [250, 3000] as const,
  )
}

async function seriousProblems(): Promise<string[]> {
  const { violations } = await page.evaluate(() => {
    const axe = Reflect.get(globalThis, 'axe') as { run: () => Promise<AxeResults> }
    return axe.run()
  })
  const html = (nodes: AxeResults['violations'][number]['nodes']) =>
    nodes.slice(0, 3).map((node) => node.html.slice(0, 160))
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${html(nodes).join(' | ')}`)
}

// Each view is opened once, and looked at in one theme after the other.
it.each(PAGES.map(([name, address, act]) => ({ name, address, act })))('$name', async ({ address, act }) => {
  await page.evaluate((hash) => {
    location.hash = hash
  }, address)
  await settled(page)
  await act?.(page)
  const found: Record<string, string[]> = {}
  for (const theme of ['light', 'dark']) {
    await page.evaluate(async (wanted) => {
      const bench = Reflect.get(globalThis, 'bench') as { setTheme: (theme: string) => Promise<unknown> }
      await bench.setTheme(wanted)
    }, theme)
    const dark = theme === 'dark'
    await expect
      .poll(() => page.evaluate(() => matchMedia('(prefers-color-scheme: dark)').matches))
      .toBe(dark)
    await settled(page)
    found[theme] = await seriousProblems()
  }
  // What was opened is closed, so that it does not lie over the next page.
  await page.keyboard.press('Escape')
  expect(found).toEqual({ light: [], dark: [] })
})
