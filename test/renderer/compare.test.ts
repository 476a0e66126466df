/** The Compare page: numbers shown equal brute force over the runs; tabs, grouping, charts and exports. */
import { afterEach, describe, expect, it, vi } from 'vitest'
import { readingOf } from '../../src/renderer/components/compare/significance-text.ts'
import { differenceText } from '../../src/shared/format/metric.ts'
import { runsOf } from '../../src/shared/link.ts'
import { OWN_STUDY } from '../fakes/fake-lab.ts'
import { mountApp } from './mount.ts'
import type { Mounted } from './mount.ts'

let open: Mounted | null = null
async function compare(): Promise<Mounted> {
  open = await mountApp(`/compare?study=${OWN_STUDY.id}`, { begun: [OWN_STUDY] })
  return open
}
async function choose({ window, settle }: Mounted, tab: string): Promise<void> {
  await window
    .findAll('[role=tab]')
    .find((each) => each.text() === tab)
    ?.trigger('click')
  await settle()
}
afterEach(() => {
  open?.window.unmount()
  vi.restoreAllMocks()
})

it('shows every mean and deviation as brute force over the runs has them', async () => {
  const { window, lab } = await compare()
  const groups = [...new Set(lab.rows.map((row) => row.group))]
  const shown = window.findAll('.compare tbody tr').map((row) => row.get('.value').text())
  expect(shown).toHaveLength(groups.length)
  groups.forEach((group, index) => {
    const values = lab.rows
      .filter((row) => row.group === group && row.status === 'finished')
      .map((row) => row.last['test.accuracy'])
    const mean = values.reduce((a, b) => a + b) / values.length
    const std = Math.sqrt(values.reduce((a, b) => a + (b - mean) ** 2, 0) / (values.length - 1))
    expect(shown[index].replace('*', '').trim()).toBe(
      `${(100 * mean).toFixed(2)} ± ${(100 * std).toFixed(2)}`,
    )
    expect(shown[index].includes('*')).toBe(values.length < 5)
  })
})

it('changes the band of the table of a chart, and keeps it', async () => {
  const mounted = await compare()
  const { window, settle } = mounted
  const press = async (text: string) => {
    await window
      .findAll('.controls button')
      .find((each) => each.text() === text)
      ?.trigger('click')
    await settle()
  }
  await window.findAll('.chart-panel')[0].findAll('.segmented button')[2].trigger('click')
  const first = () => window.findAll('.chart-panel')[0].get('tbody td').text()
  expect(first()).toContain(' ± ')
  await press('min–max')
  expect(first()).toContain(' to ')
  expect(window.findAll('.chart-panel')[0].get('figcaption').text()).toContain('minimum to maximum')
  expect(localStorage.getItem('curves.band')).toBe('"min-max"')
  await press('epoch')
  expect(window.findAll('.chart-panel')[0].get('thead th').text()).toBe('Epoch')
})

it('draws one group when its name is pressed, and all again', async () => {
  const { window, settle } = await compare()
  const drawn = () => window.findAll('.chart-panel')[0].findAll('.legend button[aria-pressed=true]').length
  expect(drawn()).toBe(9)
  await window.findAll('.compare .name')[2].trigger('click')
  await settle()
  expect(drawn()).toBe(1)
  expect(window.findAll('.compare tbody tr')[2].classes()).toContain('focused')
  await window.findAll('.compare .name')[2].trigger('click')
  await settle()
  expect(drawn()).toBe(9)
})

it('raises the curve of the row under the pointer, and the row of the legend entry', async () => {
  const { window } = await compare()
  const row = window.findAll('.compare tbody tr')[1]
  await row.trigger('pointerenter')
  expect(window.findAll('.legend button')[1].classes()).toContain('raised')
  await row.trigger('pointerleave')
  await window.findAll('.legend button')[3].trigger('pointerenter')
  expect(window.findAll('.compare tbody tr')[3].classes()).toContain('raised')
})

it('draws the price of sparsity from the figure’s data, and exports that figure', async () => {
  const mounted = await compare()
  await choose(mounted, 'Price of sparsity')
  const { window, lab, exported, settle } = mounted
  const panel = window.get('.chart-panel')
  expect(panel.get('canvas').attributes('aria-label')).toContain('ERK-EOI: 3 points')
  await panel
    .findAll('button')
    .find((each) => each.text() === 'Export')
    ?.trigger('click')
  await panel
    .findAll('.list button')
    .find((each) => each.text().startsWith('PDF'))
    ?.trigger('click')
  await settle()
  expect(exported[0].request).toMatchObject({
    what: 'figure',
    format: 'pdf',
    figure: 'price-of-sparsity',
    band: 'std',
    study: OWN_STUDY.id,
  })
  expect(lab.calls.some((call) => call.method === 'figures/get')).toBe(true)
})

it('says what to run where a figure has nothing to show', async () => {
  const mounted = await compare()
  await choose(mounted, 'Angles')
  expect(mounted.window.get('.empty').text()).toContain('run Appendix G')
})

it('groups by fewer axes when asked to', async () => {
  const mounted = await compare()
  const { window, lab, settle } = mounted
  const button = window.findAll('button').find((each) => each.text() === 'Group: all but the seed')
  await button?.trigger('click')
  await window.get('fieldset input').trigger('change')
  await settle()
  const asked = lab.calls.findLast((call) => call.method === 'compare/table')
  expect(asked?.input).toMatchObject({ groupBy: ['Density'] })
})

it('lays the comparison out two ways and exports that table', async () => {
  const mounted = await compare()
  await choose(mounted, 'Two-way table')
  const { window, lab, exported, settle } = mounted
  await settle()
  const table = window.get('.two-way')
  expect(table.findAll('thead tr').at(-1)?.text()).toContain('Scheme')
  const schemes = [...new Set(lab.rows.map((row) => row.labels.Scheme))]
  const densities = [...new Set(lab.rows.map((row) => row.labels.Density))]
  expect(table.findAll('tbody tr')).toHaveLength(schemes.length)
  expect(table.findAll('tbody td')).toHaveLength(schemes.length * densities.length)
  // Some run of every column has not ended, so that nothing is best yet.
  expect(table.find('.bold').exists()).toBe(false)
  expect(table.find('tbody sup').text()).toContain('*')
  await window
    .findAll('.panel .controls button')
    .find((each) => each.text() === 'LaTeX')
    ?.trigger('click')
  await settle()
  expect(exported[0].request).toMatchObject({
    what: 'two-way',
    format: 'latex',
    rows: ['Scheme'],
    columns: ['Density'],
  })
})

it('chooses the family of tests, and queues more seeds for rows that no test tells apart', async () => {
  const mounted = await compare()
  await choose(mounted, 'Significance')
  const { window, lab, settle } = mounted
  await window.get('select[aria-label="Pairs that are tested"]').setValue('baseline')
  await settle()
  const asked = () => lab.calls.findLast((call) => call.method === 'compare/table')?.input
  expect(asked()).toMatchObject({ significance: true, family: 'baseline' })
  expect(window.find('select[aria-label="Baseline"]').exists()).toBe(true)
})

describe('tests in words', () => {
  const pair = {
    a: 0,
    b: 1,
    first: 'A',
    second: 'B',
    test: 'welch',
    n: [3, 3],
    t: 1,
    degrees: 4,
    p: 0.01,
    low: 0,
    high: 1,
    bootstrap: null,
    incomplete: false,
  } as const
  it('claim no more than the corrected p shows', () => {
    expect(readingOf({ ...pair, difference: -1, adjusted: 0.04 })).toBe('B is higher')
    expect(readingOf({ ...pair, difference: 1, adjusted: 0.06 })).toBe('no difference shown')
    expect(readingOf({ ...pair, difference: 1, adjusted: NaN })).toContain('not tested')
    expect(readingOf({ ...pair, difference: 1, adjusted: 0.01, incomplete: true })).toBe(
      'A is higher, so far',
    )
  })
  it('give differences of shares in percentage points, with their sign', () => {
    expect(differenceText('test.accuracy', -0.0136)).toBe('−1.36')
    expect(differenceText('test.accuracy', 0)).toBe('0.00')
    expect(differenceText('test.loss', 0.25)).toBe('+0.2500')
    expect(differenceText('test.loss', NaN)).toBe('–')
  })
})

it('brushes parallel coordinates, and filters all of Compare by it', async () => {
  const mounted = await compare()
  const { window, router, settle, lab } = mounted
  await choose(mounted, 'Parallel coordinates')
  const lines = () => window.findAll('path.line').length - window.findAll('path.line.faded').length
  const all = lines()
  expect(all).toBe(new Set(lab.rows.map((row) => row.group)).size)
  const level = (name: string) => window.get(`[role=checkbox][aria-label="${name}"]`)
  await level('Scheme: ERK-EOI').trigger('keydown', { key: 'Enter' })
  expect(lines()).toBe(all / 3)
  expect(level('Scheme: ERK-AI').attributes('aria-checked')).toBe('false')
  const press = async (text: string) => {
    await window
      .findAll('button')
      .find((each) => each.text() === text)
      ?.trigger('click')
    await settle()
  }
  const from = window.get('[aria-label="Test accuracy (%) from"]')
  await from.setValue('100')
  expect(lines()).toBe(0)
  await from.setValue('')
  expect(lines()).toBe(all / 3)
  await press('Filter Compare by these values')
  expect(JSON.parse(String(router.currentRoute.value.query.only))).toEqual({ Scheme: ['ERK-EOI'] })
  await level('Density: 0.1').trigger('click')
  await press('Compare these runs')
  const ids = lab.rows.filter(({ labels }) => labels.Density === '0.1').map(({ id }) => id)
  expect(runsOf(String(router.currentRoute.value.query.runs))).toEqual(ids)
})

it('shows the importance of fields with the method named, and writes the table', async () => {
  const mounted = await compare()
  const { window, exported } = mounted
  await choose(mounted, 'Importance')
  const rows = window.findAll('.importance tbody tr')
  expect(rows.map((row) => row.get('th').text()).sort()).toEqual(
    ['Density', 'Interactions of three and more', 'Scheme', 'Scheme × Density', 'Seeds'].sort(),
  )
  const shares = rows.map((row) => Number(row.get('.share').text().replace(' %', '')))
  expect(Math.max(...shares)).toBe(Math.max(...shares.slice(0, 1), shares.at(-1) ?? 0))
  expect(window.text()).toContain('analysis of variance, type II sums of squares')
  await window
    .findAll('.controls button')
    .find((each) => each.text() === 'LaTeX')
    ?.trigger('click')
  expect(exported.at(-1)?.request).toMatchObject({ what: 'importance', format: 'latex', study: OWN_STUDY.id })
})
