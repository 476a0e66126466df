// Takes the pictures of docs/images: every page in both themes, from real runs. Needs a built app,
// Electron-as-Node and a display (xvfb-run will do):
// xvfb-run -a <electron as node> scripts/screenshots.mjs [--home DIR] [--out DIR]
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { openLab } from '../src/lab/lab.ts'
import { openApp, ROOT } from '../test/e2e/app.ts'

const { values: options } = parseArgs({ options: { home: { type: 'string' }, out: { type: 'string' } } })
const home = options.home ?? mkdtempSync(join(tmpdir(), 'givens-shots-'))
const out = options.out ?? join(ROOT, 'docs/images')
const SIZE = { width: 1360, height: 860 }

const study = {
  id: 'start-of-sparse-networks',
  title: 'How should a sparse network begin?',
  description: 'MLP-20 on 6,000 digits of MNIST: three ways to begin, three densities.',
  base: {
    model: { name: 'mlp', depth: 20, width: 64 },
    data: { limit: 6000 },
    sparsity: { distribution: 'erk' },
    initialization: { gain: 1.0247, aiSteps: 300 },
    training: { epochs: 6, batchSize: 64, learningRate: 0.01, evaluations: 2 },
  },
  axes: [
    {
      name: 'Density',
      points: [0.05, 0.125, 0.5].map((value) => ({
        label: String(value),
        set: { 'sparsity.density': value },
      })),
    },
    {
      name: 'Scheme',
      points: [
        ['ERK-Base', 'base'],
        ['ERK-AI', 'ai'],
        ['ERK-EOI', 'eoi'],
      ].map(([label, scheme]) => ({ label, set: { 'initialization.scheme': scheme } })),
    },
  ],
  seeds: [1, 2, 3],
}

/** Runs the study in a lab of its own until nothing is left to do; a home that has it is used as it is. */
async function prepare() {
  const lab = openLab({
    home,
    role: 'the screenshots',
    workerUrl: new URL('../out/main/worker.js', import.meta.url),
  })
  await lab.call('studies/save', { study })
  const { runs } = await lab.call('studies/start', { id: study.id })
  for (;;) {
    const { running, queued, fraction } = await lab.call('queue/state', {})
    if (running + queued === 0) break
    if (process.stderr.isTTY)
      process.stderr.write(`\rRunning ${runs.length} runs: ${Math.round((fraction ?? 0) * 100)} %  `)
    await new Promise((resolve) => setTimeout(resolve, 500))
  }
  await lab.close()
}

async function shoot(page, theme, name) {
  await page.waitForTimeout(700)
  // Where the pictures were taken is nobody's business; a user's own home stands here.
  await page.evaluate(
    (folders) => {
      const walker = document.createTreeWalker(document.body, 4 /* text */)
      for (let node = walker.nextNode(); node; node = walker.nextNode()) {
        for (const [folder, shown] of folders) {
          if (node.data.includes(folder)) node.data = node.data.replaceAll(folder, shown)
        }
      }
    },
    [
      [home, '~/.local/share/givens-bench'],
      [homedir(), '~'],
    ],
  )
  await page.screenshot({ path: join(out, `${name}-${theme}.png`) })
}

async function tour(app, page, theme) {
  // As the menu does it, so that the page knows its theme.
  await app.evaluate(
    ({ Menu }, id) => Menu.getApplicationMenu().getMenuItemById(id).click(),
    `theme/${theme}`,
  )
  const go = async (address, ready) => {
    await page.evaluate((hash) => {
      location.hash = hash
    }, address)
    await page.waitForSelector(ready)
  }
  await go('#/studies', '.cards .card')
  await page.waitForSelector('.dot.good, .dot.warn')
  await shoot(page, theme, 'studies')
  await go(`#/studies/new?from=${study.id}`, '.axis')
  await page.waitForTimeout(4000)
  await shoot(page, theme, 'editor')
  await go('#/runs', '.line')
  await shoot(page, theme, 'runs')
  await page.locator('.line').first().click()
  await page.waitForSelector('canvas')
  await shoot(page, theme, 'run')
  for (const tab of ['Layers', 'Events', 'Specification', 'Environment']) {
    await page.getByRole('tab', { name: tab }).click()
    await shoot(page, theme, `run-${tab.toLowerCase()}`)
  }
  await go(`#/compare?study=${study.id}`, '.compare tbody tr')
  await shoot(page, theme, 'compare')
  for (const tab of await page.getByRole('tab').allTextContents()) {
    await page.getByRole('tab', { name: tab, exact: true }).click()
    await page.locator('[role=tablist]').first().scrollIntoViewIfNeeded()
    await shoot(
      page,
      theme,
      `compare-${tab
        .trim()
        .toLowerCase()
        .replaceAll(/[^a-z]+/g, '-')}`,
    )
  }
  await go('#/laboratory', '.card canvas')
  await page.waitForTimeout(2500)
  await shoot(page, theme, 'initialization')
  await go('#/laboratory?tab=timing', '[aria-label="What is timed"]')
  await page.locator('[aria-label="What is timed"] select').selectOption('128')
  await page.getByLabel('AI').first().uncheck()
  await page.getByRole('button', { name: 'Measure' }).click()
  await page.getByRole('button', { name: 'Measure' }).waitFor({ timeout: 120_000 })
  await shoot(page, theme, 'initialization-timing')
  await go('#/model', 'table tbody tr')
  await shoot(page, theme, 'model')
  await go('#/data', 'main h2')
  await page.waitForTimeout(1500)
  await shoot(page, theme, 'data')
  await go('#/settings', '.doctor li')
  await shoot(page, theme, 'settings')
}

mkdirSync(out, { recursive: true })
await prepare()
const { app, page, close } = await openApp(home)
page.on('console', (message) => process.stderr.write(`page: ${message.text()}\n`))
page.on('pageerror', (error) => process.stderr.write(`page: ${error.stack}\n`))
await app.evaluate(
  ({ BrowserWindow }, size) => BrowserWindow.getAllWindows()[0].setBounds({ x: 0, y: 0, ...size }),
  SIZE,
)
for (const theme of ['light', 'dark']) await tour(app, page, theme)
await close(true)
if (!options.home) rmSync(home, { recursive: true, force: true })
