/**
 * The window as a user drives it: a study on real digits, the curve that grows, the comparison, the CSV; and
 * a killed lab.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import Papa from 'papaparse'
import type { ElectronApplication, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { labProcesses, openApp } from './app.ts'
import type { OpenApp } from './app.ts'

let open: OpenApp
let page: Page
let app: ElectronApplication

beforeAll(async () => {
  open = await openApp()
  page = open.page
  app = open.app
  // Quitting asks while runs are on; the answer of a user who wants to go.
  await app.evaluate(({ dialog }) => {
    dialog.showMessageBox = () => Promise.resolve({ response: 0, checkboxChecked: false })
  })
})
afterAll(() => open.close())

interface DatabaseRun {
  readonly id: number
  readonly step: number
  readonly status: string
}

function query<T>(sql: string, ...values: (string | number)[]): T[] {
  const database = new Database(join(open.home, 'bench.sqlite'), { readonly: true })
  try {
    return database.prepare<(string | number)[], T>(sql).all(...values)
  } finally {
    database.close()
  }
}

async function fill(label: string, value: string): Promise<void> {
  await page.getByLabel(label, { exact: true }).fill(value)
}

/** Writes a study in the editor: an MLP with three layers on few real digits, two schemes. */
async function makeStudy(title: string, epochs: string, seeds: string): Promise<void> {
  await page.evaluate(() => {
    location.hash = '#/studies/new'
  })
  await page.getByLabel('Title').waitFor()
  await fill('Title', title)
  await fill('Seeds', seeds)
  await fill('Depth', '3')
  await fill('Width', '32')
  await fill('Limit', '3000')
  await fill('Epochs', epochs)
  await fill('Batch size', '32')
  await page.locator('summary').filter({ hasText: 'sparsity' }).click()
  await fill('Density', '0.25')
  await page.getByLabel('Density distribution').selectOption('erk')
  await page.getByLabel('Vary').selectOption('initialization.scheme')
  await fill('Values of the axis', 'base, eoi')
  await page.getByRole('button', { name: 'Axis', exact: true }).click()
}

function points(): Promise<number> {
  return page.evaluate(() => {
    const label = document.querySelector('canvas[role=img]')?.getAttribute('aria-label') ?? ''
    return Number(/Training: (\d+) points/.exec(label)?.[1] ?? 0)
  })
}

describe('a study from form to CSV', () => {
  it('counts the runs before it starts, runs them, and shows the curve as it grows', async () => {
    await makeStudy('Tiny study on digits', '6', '1, 2')
    await expect.poll(() => page.locator('.summary').textContent()).toContain('Runs4')
    await expect
      .poll(() => page.locator('.summary').textContent(), { timeout: 20_000 })
      .toMatch(/about|unknown/)
    await page.getByRole('button', { name: 'Save and start' }).click()
    await page.locator('.line').first().waitFor()
    expect(await page.locator('.line').count()).toBe(4)
    await page.evaluate(() => {
      location.hash = '#/runs/1'
    })
    await expect.poll(points, { timeout: 60_000 }).toBeGreaterThan(1)
    const before = await points()
    await expect.poll(points, { timeout: 60_000 }).toBeGreaterThan(before)
    await expect
      .poll(() => query<DatabaseRun>('SELECT * FROM runs WHERE status = ?', 'finished').length, {
        timeout: 120_000,
      })
      .toBe(4)
  })

  it('compares the schemes and exports exactly that table', async () => {
    const file = join(open.home, 'groups.csv')
    await page.evaluate(() => {
      location.hash = '#/compare?study=tiny-study-on-digits'
    })
    await page.locator('.compare tbody tr').first().waitFor()
    const shown = await page.locator('.compare tbody tr').evaluateAll((rows) =>
      rows.map((row) => ({
        label: row.querySelector('.name')?.textContent?.trim() ?? '',
        value: row.querySelector('.value')?.textContent?.trim() ?? '',
      })),
    )
    expect(shown.map((row) => row.label)).toEqual(['ERK-Base', 'ERK-EOI'])
    await app.evaluate(({ dialog }, filePath) => {
      dialog.showSaveDialog = () => Promise.resolve({ canceled: false, filePath })
    }, file)
    await page.getByRole('button', { name: 'Export', exact: true }).first().click()
    await page.getByRole('button', { name: 'Table as CSV' }).click()
    await page.getByText(/rows written to/).waitFor()
    const parsed = Papa.parse<Record<string, string>>(readFileSync(file, 'utf8'), {
      header: true,
      skipEmptyLines: true,
    })
    expect(parsed.errors).toEqual([])
    expect(parsed.data).toHaveLength(2)
    const accuracies = query<{ run: number; value: number }>(
      `SELECT series.run AS run, metrics.value AS value FROM metrics JOIN series ON series.id = metrics.series
       WHERE series.phase = 'test' AND series.name = 'accuracy'
         AND metrics.step = (SELECT MAX(step) FROM metrics AS other WHERE other.series = series.id)
       ORDER BY series.run`,
    )
    expect(accuracies).toHaveLength(4)
    for (const [index, row] of parsed.data.entries()) {
      // Groups in grid order, seeds innermost: runs 1, 2 are base, 3, 4 are eoi.
      const values = accuracies.slice(2 * index, 2 * index + 2).map(({ value }) => value)
      const mean = (values[0] + values[1]) / 2
      const std = Math.abs(values[0] - values[1]) / Math.SQRT2
      expect(Number(row.mean)).toBeCloseTo(mean, 12)
      expect(Number(row.std)).toBeCloseTo(std, 12)
      expect(Number(row.n)).toBe(2)
      expect(shown[index].value).toBe(`${(100 * mean).toFixed(2)} ± ${(100 * std).toFixed(2)}`)
    }
  })

  it('restarts a lab that is killed, and the run goes on with neither gap nor repetition', async () => {
    await makeStudy('Killed in the middle', '60', '7')
    await page.getByRole('button', { name: 'Save and start' }).click()
    await page.locator('.line').first().waitFor()
    const [{ id }] = query<{ id: number }>('SELECT MIN(id) AS id FROM runs WHERE id > 4')
    await page.evaluate((run) => {
      location.hash = `#/runs/${run}`
    }, id)
    await expect.poll(points, { timeout: 60_000 }).toBeGreaterThan(60)

    expect(query<DatabaseRun>('SELECT * FROM runs WHERE id = ?', id)[0].status).toBe('running')
    const labs = await labProcesses(app)
    expect(labs).toHaveLength(1)
    process.kill(labs[0], 'SIGKILL')
    await expect
      .poll(async () => (await labProcesses(app)).filter((pid) => pid !== labs[0]).length, {
        timeout: 30_000,
      })
      .toBe(1)

    await expect
      .poll(() => query<DatabaseRun>('SELECT * FROM runs WHERE id = ?', id)[0].status, { timeout: 150_000 })
      .toBe('finished')
    const steps = query<{ step: number }>(
      `SELECT step FROM metrics JOIN series ON series.id = metrics.series
       WHERE series.run = ? AND series.phase = 'train' AND series.name = 'loss' ORDER BY step`,
      id,
    ).map(({ step }) => step)
    const [run] = query<{ step: number }>('SELECT step FROM runs WHERE id = ?', id)
    const gaps = steps.slice(1).map((step, index) => step - steps[index])
    expect(new Set(steps).size).toBe(steps.length)
    expect(Math.max(...gaps)).toBe(Math.min(...gaps.slice(0, 10)))
    expect(steps.at(-1)).toBe(run.step)
    // What the page drew, live through the restart, is what the database has.
    await expect.poll(points, { timeout: 20_000 }).toBe(steps.length)
  })
})
