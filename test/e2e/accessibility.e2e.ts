/** axe finds nothing serious on any page, tab or dialog, in both themes. */
import { mkdtempSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { AxeResults } from 'axe-core'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { openLab } from '../../src/lab/lab.ts'
import type { StudyInput } from '../../src/shared/spec/study-schema.ts'
import { openApp } from './app.ts'
import type { OpenApp } from './app.ts'

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const RUN_TABS = ['Curves', 'Layers', 'Events', 'Specification', 'Environment']
const COMPARE_TABS = [
  'Curves',
  'Differences',
  'Significance',
  'Price of sparsity',
  'Pareto',
  'Singular values',
  'Layer densities',
  'Angles',
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
  ['runs', '#/runs'],
  ...RUN_TABS.map((name) => [`a run: ${name}`, '#/runs/1', tab(name)] as const),
  ['a run: curves as tables', '#/runs/1', async (at) => (await tab('Curves')(at), tables(at))],
  ...COMPARE_TABS.map((name) => [`compare: ${name}`, '#/compare?study=tiny', tab(name)] as const),
  ['compare: tables', '#/compare?study=tiny', async (at) => (await tab('Curves')(at), tables(at))],
  ['compare: the export of the table', '#/compare?study=tiny', press('Export')],
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

describe.each(['light', 'dark'])('in the %s theme', (theme) => {
  it.each(PAGES.map(([name, address, act]) => ({ name, address, act })))(
    '$name',
    async ({ address, act }) => {
      await page.evaluate(
        async ([hash, wanted]) => {
          const bench = Reflect.get(globalThis, 'bench') as { setTheme: (theme: string) => Promise<unknown> }
          await bench.setTheme(wanted)
          location.hash = hash
        },
        [address, theme],
      )
      await page.waitForTimeout(600)
      await act?.(page)
      await page.waitForTimeout(500)
      const { violations } = await page.evaluate(() => {
        const axe = Reflect.get(globalThis, 'axe') as { run: () => Promise<AxeResults> }
        return axe.run()
      })
      // What was opened is closed, so that it does not lie over the next page.
      await page.keyboard.press('Escape')
      const serious = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical')
      expect(
        serious.map(
          ({ id, nodes }) =>
            `${id}: ${nodes
              .slice(0, 3)
              .map((node) => node.html.slice(0, 160))
              .join(' | ')}`,
        ),
      ).toEqual([])
    },
  )
})
