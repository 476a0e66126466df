/** Charts as a user handles them: crosshair over a page, band, highlight, keyboard, exported figures. */
import { mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Papa from 'papaparse'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { openLab } from '../../src/lab/lab.ts'
import type { LabInput } from '../../src/shared/contract/lab.ts'
import { openApp } from './app.ts'
import type { OpenApp } from './app.ts'

const STUDY: LabInput<'studies/save'>['study'] = {
  id: 'curves',
  title: 'Curves',
  seeds: [1, 2],
  base: {
    model: { depth: 2, width: 16 },
    data: { limit: 600 },
    training: { batchSize: 32, epochs: 1, evaluations: 3 },
    sparsity: { distribution: 'erk' },
  },
  axes: [
    {
      name: 'Density',
      points: [0.2, 0.5].map((density) => ({ label: String(density), set: { 'sparsity.density': density } })),
    },
    {
      name: 'Scheme',
      points: ['base', 'eoi'].map((scheme) => ({
        label: scheme === 'eoi' ? 'ERK-EOI' : 'ERK-Base',
        set: { 'initialization.scheme': scheme },
      })),
    },
  ],
}

let open: OpenApp
let page: Page
let home = ''
beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'givens-charts-'))
  const lab = openLab({
    home,
    role: 'the test',
    workerUrl: new URL('../../out/main/worker.js', import.meta.url),
  })
  await lab.call('studies/save', { study: STUDY })
  await lab.call('studies/start', { id: STUDY.id })
  await vi.waitFor(async () => expect((await lab.call('queue/state', {})).finished).toBe(8), {
    timeout: 180_000,
    interval: 200,
  })
  await lab.close()
  open = await openApp(home)
  page = open.page
  await page.evaluate(() => {
    location.hash = '#/compare?study=curves'
  })
  await page.locator('.chart canvas').nth(1).waitFor()
  await page.waitForTimeout(500)
}, 240_000)
afterAll(() => open?.close())

/** Whether anything but the ground is painted on the canvas. */
const painted = (index: number) =>
  page
    .locator('.chart canvas')
    .nth(index)
    .evaluate((canvas: HTMLCanvasElement) => {
      const { data } = canvas.getContext('2d')!.getImageData(0, 0, canvas.width, canvas.height)
      const colors = new Set<number>()
      for (let at = 0; at < data.length; at += 4)
        if (data[at + 3] > 200) colors.add((data[at] << 16) | (data[at + 1] << 8) | data[at + 2])
      return colors.size
    })

describe('learning curves', () => {
  it('are painted', async () => {
    expect(await painted(0)).toBeGreaterThan(20)
    expect(await painted(1)).toBeGreaterThan(20)
  })
  it('share one crosshair in steps, and read every line there', async () => {
    const box = (await page.locator('.chart').first().boundingBox())!
    await page.mouse.move(box.x + box.width * 0.6, box.y + box.height * 0.5)
    await expect.poll(() => page.locator('.hair').count()).toBe(2)
    const heads = await page.locator('.over .box > p:first-child').allTextContents()
    expect(heads[0].trim()).toMatch(/^Step \d+$/)
    expect(heads[1].trim()).toBe(heads[0].trim())
    expect(await page.locator('.over').first().locator('.line').count()).toBe(4)
    await page.mouse.move(5, 5)
    await expect.poll(() => page.locator('.hair').count()).toBe(0)
  })
  it('are read by keyboard', async () => {
    const handle = page.locator('.handle').first()
    await handle.focus()
    await page.keyboard.press('Home')
    const first = Number(await handle.getAttribute('aria-valuenow'))
    await page.keyboard.press('ArrowRight')
    expect(Number(await handle.getAttribute('aria-valuenow'))).toBeGreaterThan(first)
    await page.keyboard.press('End')
    expect(await handle.getAttribute('aria-valuetext')).toMatch(/^Step \d+: .*ERK-EOI \d.* ± /)
  })
  it('stand out with their row, and the row with them', async () => {
    const before = await painted(0)
    await page.locator('.compare tbody tr').nth(1).hover()
    await expect.poll(() => page.locator('.legend button.raised').count()).toBe(2)
    await expect.poll(() => painted(0)).not.toBe(before)
    await page.locator('.legend button').nth(2).hover()
    await expect.poll(() => page.locator('.compare tr.raised').count()).toBe(1)
  })
  it('have the band that is chosen, in picture, words and table', async () => {
    const caption = page.locator('.chart-panel figcaption').first()
    await expect.poll(() => caption.textContent()).toContain('sample standard deviation')
    await page.getByRole('button', { name: 'min–max', exact: true }).click()
    await expect.poll(() => caption.textContent()).toContain('minimum to maximum')
    await page.getByRole('button', { name: '± std', exact: true }).click()
  })
})

describe('a figure', () => {
  it('is exported with the numbers of the chart', async () => {
    await page.getByRole('tab', { name: 'Price of sparsity' }).click()
    const panel = page.locator('.chart-panel').first()
    await panel.getByRole('button', { name: 'Table' }).click()
    const shown = await panel
      .locator('tbody tr')
      .evaluateAll((rows) =>
        rows.map((row) => [...row.children].map((cell) => cell.textContent?.trim() ?? '')),
      )
    const headers = await panel.locator('thead th').allTextContents()
    const header = headers.slice(1).map((text) => text.trim())
    expect(header).toEqual(['ERK-Base', 'ERK-EOI'])
    for (const format of ['CSV', 'SVG', 'PDF', 'PNG']) {
      const file = join(home, `figure.${format.toLowerCase()}`)
      await open.app.evaluate(({ dialog }, filePath) => {
        dialog.showSaveDialog = () => Promise.resolve({ canceled: false, filePath })
      }, file)
      await panel.getByRole('button', { name: 'Export' }).click()
      await panel.locator('.list button').filter({ hasText: format }).first().click()
      await page.getByText(`figure.${format.toLowerCase()}`).waitFor()
    }
    const csv = Papa.parse<Record<string, string>>(readFileSync(join(home, 'figure.csv'), 'utf8'), {
      header: true,
      skipEmptyLines: true,
    })
    expect(csv.errors).toEqual([])
    expect(csv.data).toHaveLength(4)
    // Points stand at the density that was reached, which may differ from scheme to scheme.
    for (const { series, x, y } of csv.data) {
      const values = shown
        .filter((each) => Math.abs(Number(each[0]) - Number(x)) < 1e-3)
        .map((each) => Number(each[header.indexOf(series) + 1].split(' ')[0]))
      const near = values.filter((value) => Math.abs(value - 100 * Number(y)) < 0.01)
      expect(near, `${series} at ${x}: ${values.join(', ')}`).toHaveLength(1)
    }
    const svg = readFileSync(join(home, 'figure.svg'), 'utf8')
    for (const text of [...header, 'Density reached (log scale)']) expect(svg).toContain(text)
    expect(readFileSync(join(home, 'figure.pdf')).subarray(0, 5).toString()).toBe('%PDF-')
    expect(readFileSync(join(home, 'figure.png')).subarray(1, 4).toString()).toBe('PNG')
  })
})
