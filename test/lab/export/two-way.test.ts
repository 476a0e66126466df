/** The two-way table: its cells against brute force over the runs, its marks, and every export of it. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import Papa from 'papaparse'
import { describe, expect, it, vi } from 'vitest'
import { latexCell } from '../../../src/shared/format/latex.ts'
import { markdownCell } from '../../../src/shared/format/markdown.ts'
import { meanText } from '../../../src/shared/format/metric.ts'
import { headSpans, twoWayGrid } from '../../../src/shared/format/two-way.ts'
import { twoWayLatex } from '../../../src/shared/format/two-way-latex.ts'
import { compareTable } from '../../../src/shared/stats/compare.ts'
import { twoWayTable } from '../../../src/shared/stats/two-way.ts'
import { bruteMoments, randomStudy } from '../../shared/stats/oracle.ts'
import { fakeLab, fakeStudy, start, temporaryFolder, until } from '../support.ts'

vi.mock('../../../src/lab/run/pool.ts', () => import('../../fakes/no-thread.ts'))

/** A random study's table with schemes down (within activations) and densities across. */
function tableOf(seed: number) {
  const { axes, entries } = randomStudy(seed)
  const [activation, scheme, density] = axes
  const rows = [activation, scheme]
  const labelled = entries.map((entry) => {
    const labels = Object.fromEntries([...rows, density].map((axis) => [axis, entry.labels[axis] ?? 'any']))
    return { ...entry, labels, group: JSON.stringify(labels) }
  })
  const compared = compareTable({
    metric: 'test.accuracy',
    at: 'last',
    axes: [...rows, density],
    entries: labelled,
  })
  return { labelled, rows, density, table: twoWayTable(compared, rows, [density], 'higher') }
}

/** AI with fewer steps than the paper's says so behind its label. */
const plainOf = (label: string) => label.replace(/ \([\d,]+ steps\)$/, '')

describe('a two-way table', () => {
  it('has in every cell what brute force finds over the runs of that row and column', () => {
    let cellsSeen = 0
    for (let seed = 0; seed < 80; seed++) {
      const { labelled, rows, density, table } = tableOf(seed)
      const values = (head: readonly string[], column: string) => {
        const own = labelled.filter(
          ({ labels }) =>
            labels[density] === column && rows.every((key, at) => labels[key] === plainOf(head[at])),
        )
        const units = new Map<string, number>()
        for (const entry of [...own].sort((a, b) => a.id - b.id)) {
          if (entry.status !== 'finished' && entry.status !== 'diverged') continue
          if (entry.value === null) continue
          const { aiSteps, scheme } = entry.spec.initialization
          const unit = `${entry.spec.seed} ${scheme === 'ai' ? aiSteps : ''}`
          if (!units.has(unit)) units.set(unit, entry.value)
        }
        return [...units.values()]
      }
      for (const { head, cells } of table.rows) {
        cells.forEach((cell, column) => {
          const found = values(head, table.columnHeads[column][0])
          // A label that tells AI's steps in one column only makes two rows of the scheme.
          if (cell === null) return
          cellsSeen += 1
          const { mean } = bruteMoments(found)
          expect(cell.row.n).toBe(found.length)
          if (Number.isNaN(mean)) expect(cell.row.mean).toBeNaN()
          else expect(cell.row.mean).toBeCloseTo(mean, 12)
          // Bold: a finite mean, and none of its column and activation is better.
          const rivals = table.rows.filter((row) => row.head[0] === head[0]).map((row) => row.cells[column])
          if (cell.bold || cell.underlined) expect(Number.isFinite(cell.row.mean)).toBe(true)
          if (cell.bold)
            for (const rival of rivals)
              if (rival && Number.isFinite(rival.row.mean)) expect(rival.row.mean > cell.row.mean).toBe(false)
          if (rivals.some((rival) => rival && rival.row.n < rival.row.expected && rival.row.n > 0))
            expect(cell.bold).toBe(false)
        })
      }
      for (const { head, spans } of table.across) {
        expect(spans.reduce((sum, { span }) => sum + span, 0)).toBe(table.columnHeads.length)
        const { mean } = bruteMoments(values(head, 'any'))
        for (const { row } of spans) if (row && !Number.isNaN(mean)) expect(row.mean).toBeCloseTo(mean, 12)
      }
    }
    expect(cellsSeen).toBeGreaterThan(500)
  })

  it('is written in LaTeX cell by cell as shown, with as many columns in every line', () => {
    for (let seed = 0; seed < 40; seed++) {
      const grid = twoWayGrid(tableOf(seed).table)
      const text = twoWayLatex(grid, 'tab:x')
      const columns = /\\begin\{tabular\}\{([lr]+)\}/.exec(text)?.[1].length ?? 0
      const lines = text.split('\n').filter((line) => line.trim().endsWith('\\\\'))
      for (const line of lines) {
        const spans = [...line.matchAll(/\\multicolumn\{(\d+)\}/g)].map(([, span]) => Number(span) - 1)
        const cells = line.replaceAll('\\&', '').split('&').length
        expect(cells + spans.reduce((a, b) => a + b, 0)).toBe(columns)
      }
      for (const { cells } of grid.rows) for (const cell of cells) expect(text).toContain(latexCell(cell))
      expect(text.includes('\\multicolumn')).toBe(grid.across.length > 0)
    }
  })

  it('joins equal neighbours of an outer head, and no others', () => {
    expect(headSpans(['a', 'a', 'b', 'a'], ['x', 'x', 'x', 'x'])).toEqual([
      { head: 'a', span: 2 },
      { head: 'b', span: 1 },
      { head: 'a', span: 1 },
    ])
    expect(headSpans(['a', 'a'], ['x', 'y'])).toHaveLength(2)
  })
})

describe('a row to which some columns make no difference', () => {
  const spec = randomStudy(1).entries[0].spec
  const entry = (id: number, activation: string, density: string, scheme: string, value: number) => {
    const labels = { Activation: activation, Density: density, Scheme: scheme }
    const common = { spec, status: 'finished' as const, divergedAt: null, parameters: null, density: null }
    return { ...common, id, group: JSON.stringify(labels), labels, value }
  }
  const entries = ['relu', 'tanh'].flatMap((activation, at) => [
    entry(10 * at, activation, '0.1', 'EOI', 0.5),
    entry(10 * at + 1, activation, 'any', 'Dense', at === 0 ? 0.5 : 0.75),
    entry(10 * at + 2, activation, '0.2', 'EOI', 0.6),
  ])
  const compared = compareTable({
    metric: 'test.accuracy',
    at: 'last',
    axes: ['Scheme', 'Activation', 'Density'],
    entries,
  })

  it('stands once across the columns that agree with it, and in no column of its own', () => {
    const table = twoWayTable(compared, ['Scheme'], ['Activation', 'Density'], 'higher')
    expect(table.columnHeads).toEqual([
      ['relu', '0.1'],
      ['relu', '0.2'],
      ['tanh', '0.1'],
      ['tanh', '0.2'],
    ])
    expect(table.rows.map(({ head }) => head)).toEqual([['EOI']])
    expect(table.across).toHaveLength(1)
    expect(table.across[0].spans.map(({ row, span }) => [row?.mean, span])).toEqual([
      [0.5, 2],
      [0.75, 2],
    ])
    const latex = twoWayLatex(twoWayGrid(table), 'tab:x')
    expect(latex).toContain('Dense & \\multicolumn{2}{c}{50.00 (1)} & \\multicolumn{2}{c}{75.00 (1)} \\\\')
  })

  it('keeps a column of its own where nothing else agrees with it', () => {
    const alone = [...entries, entry(99, 'gelu', 'any', 'Dense', 0.4)]
    const more = compareTable({ metric: 'x', at: 'last', axes: compared.axes, entries: alone })
    const table = twoWayTable(more, ['Scheme'], ['Activation', 'Density'], 'higher')
    expect(table.columnHeads).toContainEqual(['gelu', 'any'])
    const cells = table.rows.find(({ head }) => head[0] === 'Dense')?.cells ?? []
    expect(cells.filter((cell) => cell !== null).map((cell) => cell?.row.mean)).toEqual([0.4])
  })
})

describe('over the store', () => {
  it('is made of the runs of a filter alone, as are comparison, figures and exports', async () => {
    const lab = fakeLab()
    const runs = await start(lab, fakeStudy(['steps=10', 'steps=12'], [1, 2, 3]))
    await until(lab, runs, 'finished')
    const scope = { study: 'fake', metric: 'validation.accuracy', at: 'last' as const }
    const only = { Case: ['steps=12'] }
    const whole = await lab.call('compare/table', scope)
    const table = await lab.call('compare/table', { ...scope, only })
    expect(table.rows.map(({ mean }) => mean)).toEqual([whole.rows[1].mean])
    const two = await lab.call('compare/two-way', { ...scope, only, rows: ['scheme'], columns: ['Case'] })
    expect(two.columnHeads).toEqual([['steps=12']])
    const figure = { study: 'fake', figure: 'learning-curves', metric: 'validation.accuracy' } as const
    const narrowed = await lab.call('figures/get', { ...figure, only })
    expect(narrowed.panels[0].series).toHaveLength(1)
    const file = join(temporaryFolder(), 'runs.csv')
    expect(
      (await lab.call('export/write', { study: 'fake', what: 'runs', format: 'csv', only, file })).rows,
    ).toBe(3)
    const facets = await lab.call('figures/get', { ...figure, facet: 'Case' })
    expect(facets.panels.map(({ title }) => title)).toEqual(['steps=10', 'steps=12'])
    // Both panels have all lines in one order, and one vertical axis.
    expect(new Set(facets.panels.map(({ yRange }) => JSON.stringify(yRange))).size).toBe(1)
    expect(facets.panels[0].series.map(({ label }) => label)).toEqual(
      facets.panels[1].series.map(({ label }) => label),
    )
    await expect(lab.call('compare/table', { ...scope, only: { Nothing: ['1'] } })).rejects.toThrow(
      /no “Nothing” to filter by/,
    )
    await expect(lab.call('figures/get', { ...figure, facet: 'Nothing' })).rejects.toThrow(/panels of/)
  })

  it('has rows without a label of an axis across its columns, and differences to a reference', async () => {
    const lab = fakeLab()
    const study = fakeStudy(['steps=10', 'steps=12', 'alone'], [1, 2])
    const of = { when: { 'data.path': 'steps=10' } }
    const sizes = ['16', '32'].map((label) => ({
      label,
      set: { 'training.batchSize': Number(label) },
      ...of,
    }))
    const axes = [...(study.axes ?? []), { name: 'Size', points: sizes }]
    const runs = await start(lab, { ...study, axes })
    await until(lab, runs, 'finished')
    const scope = { study: 'fake', metric: 'validation.accuracy', at: 'last' as const }
    const asked = { ...scope, rows: ['Case'], columns: ['Size'], reference: 'steps=12' }
    const table = await lab.call('compare/two-way', asked)
    expect(table.columnHeads).toEqual([['16'], ['32']])
    expect(table.across.map(({ head, spans }) => [head[0], spans.length])).toEqual([
      ['steps=12', 1],
      ['alone', 1],
    ])
    const mean = table.across[0].spans[0].row?.mean ?? NaN
    for (const cell of table.rows[0].cells)
      expect(cell?.row.against).toMatchObject({ mean, difference: (cell?.row.mean ?? NaN) - mean })
    const figure = { ...scope, figure: 'learning-curves', reference: 'steps=12', targets: [] } as const
    const drawn = await lab.call('figures/get', { ...figure, targets: [{ label: 'Goal', value: 0.5 }] })
    expect(drawn.panels[0].references?.map(({ label, y }) => [label, y])).toEqual([
      ['steps=12', mean],
      ['Goal', 0.5],
    ])
  })

  it('takes axes and fields, says what it does not know, and is exported as shown', async () => {
    const lab = fakeLab()
    const runs = await start(lab, fakeStudy(['steps=10', 'steps=12'], [1, 2, 3]))
    await until(lab, runs, 'finished')
    const scope = { study: 'fake', metric: 'validation.accuracy', at: 'last' as const }
    const keys = await lab.call('compare/keys', { study: 'fake' })
    expect(keys.map(({ key }) => key)).toEqual(expect.arrayContaining(['Case', 'scheme', 'data.path']))
    expect(keys[0]).toEqual({ key: 'Case', axis: true, values: ['steps=10', 'steps=12'] })
    const asked = { ...scope, rows: ['scheme'], columns: ['Case'] }
    const table = await lab.call('compare/two-way', asked)
    expect(table.columnHeads).toEqual([['steps=10'], ['steps=12']])
    const compared = await lab.call('compare/table', scope)
    expect(table.rows[0].cells.map((cell) => cell && meanText(table.metric, cell.row))).toEqual(
      compared.rows.map((row) => meanText(table.metric, row)),
    )
    await expect(lab.call('compare/two-way', { ...scope, rows: ['x'], columns: [] })).rejects.toMatchObject({
      code: 'bad-input',
      message: expect.stringContaining('Known: Case, scheme') as string,
    })
    const file = join(temporaryFolder(), 't')
    const grid = twoWayGrid(table)
    await lab.call('export/write', { ...asked, what: 'two-way', format: 'csv', file })
    expect(Papa.parse<string[]>(readFileSync(file, 'utf8').trimEnd()).data).toEqual([
      ['scheme', 'steps=10', 'steps=12'],
      [...grid.rows[0].head, ...grid.rows[0].cells.map(({ text, marks = '' }) => text + marks)],
    ])
    await lab.call('export/write', { ...asked, what: 'two-way', format: 'markdown', file })
    const markdown = readFileSync(file, 'utf8')
    for (const cell of grid.rows[0].cells) expect(markdown).toContain(markdownCell(cell))
    await lab.call('export/write', { ...asked, what: 'two-way', format: 'latex', file })
    expect(readFileSync(file, 'utf8')).toBe(twoWayLatex(grid, 'tab:fake-two-way'))
  })
})
