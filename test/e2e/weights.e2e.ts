/** The weights of a run written from its page in the real window, and read again. */
import { mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { spawnSync } from 'node:child_process'
import { arraysOf } from '../../src/engine/interchange/weights-file.ts'
import { openApp, ROOT } from './app.ts'
import type { OpenApp } from './app.ts'

const home = mkdtempSync(join(tmpdir(), 'givens-e2e-weights-'))
let open: OpenApp

beforeAll(async () => {
  const set = ['training.epochs=0', 'data.limit=1500', 'model.depth=1', 'model.width=8']
  const made = spawnSync(
    process.execPath,
    [join(ROOT, 'src/cli/index.ts'), '--home', home, 'study', 'run', 'quick-start', '--seeds', '1'].concat(
      set.flatMap((each) => ['--set', each]),
    ),
    { env: { ...process.env, ELECTRON_RUN_AS_NODE: '1' }, encoding: 'utf8' },
  )
  expect(made.status, made.stderr).toBe(0)
  open = await openApp(home)
}, 240_000)
afterAll(() => open.close())

it('writes PyTorch’s names by the choice in the menu, and says how many arrays', async () => {
  const { page, app } = open
  const file = join(home, 'weights.npz')
  await page.evaluate(() => {
    location.hash = '#/runs/1'
  })
  await app.evaluate(({ dialog }, filePath) => {
    dialog.showSaveDialog = () => Promise.resolve({ canceled: false, filePath })
  }, file)
  await page.getByLabel('Export weights').selectOption({ label: 'NPZ, for PyTorch' })
  await page.getByText('6 arrays written to').waitFor()
  const arrays = arraysOf(file, new Uint8Array(readFileSync(file)))
  expect(arrays.map(({ name, shape }) => [name, ...shape])).toEqual([
    ['hidden1.weight', 8, 784],
    ['hidden1.weight_mask', 8, 784],
    ['hidden1.bias', 8],
    ['classifier.weight', 10, 8],
    ['classifier.weight_mask', 10, 8],
    ['classifier.bias', 10],
  ])
})
