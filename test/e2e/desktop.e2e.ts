/** The manners of a desktop program: sample results, bundles, recent files, the queue, quitting; and axe. */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { AxeResults } from 'axe-core'
import type { ElectronApplication, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { openApp } from './app.ts'
import type { OpenApp } from './app.ts'

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const scratch = mkdtempSync(join(tmpdir(), 'givens-desktop-'))
let open: OpenApp
let page: Page
let app: ElectronApplication

beforeAll(async () => {
  open = await openApp()
  page = open.page
  app = open.app
})
afterAll(async () => {
  await answerQuit(0)
  await open.close()
  rmSync(scratch, { recursive: true, force: true })
})

/** As the menu gives a command. */
async function menu(id: string): Promise<void> {
  await app.evaluate(({ Menu }, name) => Menu.getApplicationMenu()?.getMenuItemById(name)?.click(), id)
}
async function go(hash: string, ready: string): Promise<void> {
  await page.evaluate((next) => {
    location.hash = next
  }, hash)
  await page.locator(ready).first().waitFor()
}
/** The answer to the question before quitting; how often it was asked is counted. */
async function answerQuit(response: number): Promise<void> {
  await app.evaluate(({ dialog }, answer) => {
    Reflect.set(globalThis, 'asked', 0)
    dialog.showMessageBox = () => {
      Reflect.set(globalThis, 'asked', Number(Reflect.get(globalThis, 'asked')) + 1)
      return Promise.resolve({ response: answer, checkboxChecked: false })
    }
  }, response)
}
function recentLabels(): Promise<string[]> {
  return app.evaluate(({ Menu }) => {
    const file = Menu.getApplicationMenu()?.items[0].submenu
    const recent = file?.items.find((item) => item.label === 'Open recent')?.submenu
    return recent?.items.map((item) => item.label) ?? []
  })
}
/** Serious findings of axe in what is shown, in both themes. */
async function findings(): Promise<string[]> {
  await page.evaluate(AXE)
  const found: string[] = []
  for (const theme of ['light', 'dark']) {
    await menu(`theme/${theme}`)
    await page.waitForTimeout(250)
    const { violations } = await page.evaluate(() => {
      const axe = Reflect.get(globalThis, 'axe') as { run: () => Promise<AxeResults> }
      return axe.run()
    })
    for (const { id, impact, nodes } of violations) {
      if (impact !== 'serious' && impact !== 'critical') continue
      found.push(`${theme} ${id}: ${nodes.map((node) => node.html.slice(0, 160)).join(' | ')}`)
    }
  }
  return found
}

it('opens sample results on an empty bench, and lists their study among the recent', async () => {
  await go('#/runs', '.empty')
  await page.getByRole('button', { name: 'Open sample results' }).click()
  await page.locator('.compare tbody tr').first().waitFor()
  await expect.poll(recentLabels).toContainEqual(expect.stringContaining('Quick start'))
})

it('writes a share bundle and brings it in again, which changes nothing', async () => {
  const file = join(scratch, 'shared.givens')
  await app.evaluate(({ dialog }, filePath) => {
    dialog.showSaveDialog = () => Promise.resolve({ canceled: false, filePath })
    dialog.showOpenDialog = () => Promise.resolve({ canceled: false, filePaths: [filePath] })
  }, file)
  await menu('bundle/export')
  await page.locator('dialog.export input[value=bundle]').waitFor()
  await page.getByRole('button', { name: 'Export…', exact: true }).last().click()
  await page.getByText(/written to .*shared\.givens/).waitFor()
  expect(existsSync(file)).toBe(true)
  await menu('bundle/import')
  await page.getByText(/0 runs added, \d+ runs here already/).waitFor()
  expect(await recentLabels()).toContain('shared.givens')
})

it('exports a figure through the one dialog', async () => {
  const file = join(scratch, 'figure.svg')
  await app.evaluate(({ dialog }, filePath) => {
    dialog.showSaveDialog = () => Promise.resolve({ canceled: false, filePath })
  }, file)
  await go('#/compare?study=quick-start', '.compare tbody tr')
  await menu('export/choose')
  await page.getByLabel('What', { exact: true }).selectOption('figure:learning-curves')
  await page.locator('dialog.export input[value=svg]').check()
  expect(await findings()).toEqual([])
  await page.getByRole('button', { name: 'Export…', exact: true }).last().click()
  await expect.poll(() => existsSync(file), { timeout: 20_000 }).toBe(true)
  expect(readFileSync(file, 'utf8')).toMatch(/^<(\?xml|svg)[\s\S]*<text/)
})

it('has a grouped table of runs, with its menus open, that axe finds nothing serious in', async () => {
  await go('#/runs?study=quick-start', '.line')
  await page.getByLabel('Group by', { exact: true }).selectOption('all-but-seed')
  await page.locator('.line').first().click()
  await page.getByRole('button', { name: 'Columns' }).click()
  expect(await findings()).toEqual([])
  await page.keyboard.press('Escape')
  expect(await page.locator('[role=treegrid] [aria-expanded=true]').count()).toBe(1)
})

it('leads through a tour that can be left', async () => {
  await menu('help/tour')
  await page.locator('.tour').waitFor()
  expect(await findings()).toEqual([])
  await page.getByRole('button', { name: 'Next' }).click()
  await page.locator('.line').first().waitFor()
  await page.getByRole('button', { name: 'Skip the rest' }).click()
  expect(await page.locator('.tour').count()).toBe(0)
})

it('asks before it quits while a run is on, stays when told so, and orders what waits', async () => {
  await go('#/studies/new', '#title')
  await page.getByLabel('Title', { exact: true }).fill('Long')
  await page.getByLabel('Seeds', { exact: true }).fill('1-4')
  await page.getByLabel('Epochs', { exact: true }).fill('200')
  await page.getByRole('button', { name: 'Save and start' }).click()
  await menu('queue/panel')
  await page.locator('[data-run]').nth(2).waitFor({ timeout: 60_000 })
  const order = () =>
    page.locator('[data-run]').evaluateAll((lines) => lines.map((line) => line.getAttribute('data-run')))
  const [first, second, third] = await order()
  await page.locator(`[data-run="${third}"]`).dragTo(page.locator(`[data-run="${first}"]`))
  await expect.poll(order).toEqual([third, first, second])
  await page.locator(`[data-run="${first}"] .handle`).focus()
  await page.keyboard.press('Alt+Home')
  await expect.poll(order).toEqual([first, third, second])
  expect(await findings()).toEqual([])

  await expect
    .poll(() => page.evaluate(() => document.querySelector('footer')?.textContent ?? ''), { timeout: 60_000 })
    .toContain('1 running')
  await answerQuit(1)
  await app.evaluate(({ app: shell }) => shell.quit())
  await expect.poll(() => app.evaluate(() => Number(Reflect.get(globalThis, 'asked')))).toBe(1)
  await page.waitForTimeout(300)
  expect(await page.locator('nav').isVisible()).toBe(true)
  expect(await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().length)).toBe(1)
})
