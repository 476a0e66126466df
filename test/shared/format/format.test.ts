import Papa from 'papaparse'
import { describe, expect, it } from 'vitest'
import type { CompareRow, CompareTable } from '../../../src/shared/contract/lab.ts'
import { csvTable } from '../../../src/shared/format/csv.ts'
import type { CsvValue } from '../../../src/shared/format/csv.ts'
import { latexTable, latexText } from '../../../src/shared/format/latex.ts'
import { meanText, metricName } from '../../../src/shared/format/metric.ts'
import { shownTable } from '../../../src/shared/format/shown-table.ts'
import {
  formatBytes,
  formatCount,
  formatDuration,
  formatNumber,
  formatP,
  formatPercent,
} from '../../../src/shared/format/number.ts'
import { textCompareTable, textTable } from '../../../src/shared/format/text-table.ts'
import { uniformFrom } from '../stats/random.ts'

const row = (
  label: string,
  mean: number,
  std: number | null,
  n: number,
  marks: Partial<CompareRow> = {},
): CompareRow => ({
  group: label,
  labels: { Scheme: label },
  label,
  n,
  expected: n,
  mean,
  std,
  min: mean,
  max: mean,
  diverged: 0,
  runs: [],
  seeds: [],
  values: [],
  parameters: 272_474,
  density: 0.125,
  bestOfFamily: false,
  bestOverall: false,
  ...marks,
})
const table: CompareTable = {
  metric: 'test.accuracy',
  at: 'last',
  higherIsBetter: true,
  axes: ['Scheme'],
  caption: 'Bold: best. Underlined: best & all.',
  rows: [
    row('ERK-EOI', 0.9312, 0.0021, 5, { bestOfFamily: true, bestOverall: true }),
    row('ERK_Base', 0.1135, null, 1, { expected: 5 }),
    row('Empty', NaN, null, 0),
    row('Bad', NaN, NaN, 2, { diverged: 2 }),
  ],
  differences: [],
  equal: [],
}

describe('numbers', () => {
  it('are written as a table shows them', () => {
    const accuracy = (row: CompareRow) => meanText('test.accuracy', row)
    expect(table.rows.slice(0, 3).map(accuracy)).toEqual(['93.12 ± 0.21', '11.35', '–'])
    expect(meanText('test.loss', { mean: 123.456, std: 1.2, n: 3 })).toBe('123.46 ± 1.20')
    expect(meanText('test.loss', { mean: 0.23145, std: 0.00123, n: 3 })).toBe('0.2314 ± 0.0012')
    expect(meanText('test.loss', { mean: NaN, std: NaN, n: 2 })).toBe('NaN')
    expect(
      [0, -0.00001, 1e-5, 1234567, Infinity, -Infinity, -2.5].map((value) => formatNumber(value)),
    ).toEqual(['0', '−1.00e−5', '1.00e−5', '1.23e+6', '∞', '−∞', '−2.5'])
    expect(formatNumber(-0.00001, 4)).toBe('0.0000')
  })

  it('of times, sizes and counts never show 60 s, 1000 kB or 24 h', () => {
    expect(
      [0, 0.0354, 0.0996, 9.96, 59.6, 60, 3599.6, 3600, 86399, 100_000, NaN, -5].map(formatDuration),
    ).toEqual([
      '0.0 s',
      '35 ms',
      '0.1 s',
      '10 s',
      '1 min 0 s',
      '1 min 0 s',
      '1 h 00 min',
      '1 h 00 min',
      '1 d 0 h',
      '1 d 4 h',
      'unknown',
      '−5.0 s',
    ])
    expect([0, 999, 1234, 999_600, 853e6, 1.5e12].map(formatBytes)).toEqual([
      '0 B',
      '999 B',
      '1.2 kB',
      '1.0 MB',
      '853 MB',
      '1.5 TB',
    ])
    expect([236.4897, 9999, 272_474, 25_557_032].map(formatCount)).toEqual([
      ...['236', '9999', '272 k', '25.6 M'],
    ])
    expect([formatPercent(0.125), formatP(0.0004), formatP(0.0421), formatP(NaN)]).toEqual([
      '12.5 %',
      '< 0.001',
      '0.042',
      '–',
    ])
  })
})

describe('csv', () => {
  it('is read back by another program, to the last digit', () => {
    const uniform = uniformFrom(4)
    const texts = [
      'plain',
      'a,b',
      'say "x"',
      'two\nlines',
      'cr\r\nlf',
      '',
      ' space ',
      'ümlaut ± σ',
      '=1+1',
      '+1',
      '-x',
      '@a',
      '\tt',
    ]
    const rows: CsvValue[][] = Array.from({ length: 200 }, () => [
      texts[Math.floor(uniform() * texts.length)],
      (uniform() - 0.5) * 10 ** Math.floor(uniform() * 40 - 20),
      [NaN, Infinity, -Infinity, null, undefined, 0.1 + 0.2][Math.floor(uniform() * 6)],
      uniform() < 0.5,
    ])
    const text = csvTable(['a', 'b', 'c', 'd'], rows)
    const parsed = Papa.parse<string[]>(text, { newline: '\r\n' })
    expect(parsed.errors).toEqual([])
    expect(parsed.data.slice(0, -1)).toEqual([
      ['a', 'b', 'c', 'd'],
      ...rows.map((cells) =>
        cells.map((cell) =>
          cell === null || cell === undefined
            ? ''
            : typeof cell === 'string' && /^[=+\-@\t]/.test(cell)
              ? `'${cell}`
              : String(cell),
        ),
      ),
    ])
    parsed.data.slice(1, -1).forEach((cells, index) => expect(Number(cells[1])).toBe(rows[index][1]))
  })

  it('never puts an apostrophe before a number, and refuses ragged rows', () => {
    expect(csvTable(['x'], [[-1.5], ['-1.5']])).toBe("x\r\n-1.5\r\n'-1.5\r\n")
    expect(() => csvTable(['x'], [[1, 2]])).toThrow(RangeError)
  })
})

describe('latex', () => {
  it('is a booktabs table with as many cells in each row, balanced, bold and underlined as on screen', () => {
    const text = latexTable(table)
    const lines = text.split('\n').filter((line) => line.trim().endsWith('\\\\'))
    expect(lines).toHaveLength(5)
    const cells = lines.map((line) => line.replaceAll('\\&', '').split('&').length)
    expect(new Set(cells)).toEqual(new Set([8]))
    expect(text).toMatch(/\\begin\{tabular\}\{lrrrrrrl\}/)
    expect(lines[0]).toContain('Scheme & Test accuracy (\\%), mean $\\pm$ std & $n$ & min & max & Parameters')
    expect(lines[1]).toContain(
      'ERK-EOI & \\underline{\\textbf{93.12 $\\pm$ 0.21}} & 5 & 93.12 & 93.12 & 272 k & 0.125',
    )
    expect(lines[2]).toContain('ERK\\_Base & 11.35$^{*}$ & 1 of 5')
    expect(lines[4]).toContain('& NaN$^{\\dagger}$')
    for (const name of ['table', 'tabular']) {
      expect(text.split(`\\begin{${name}}`)).toHaveLength(2)
      expect(text.split(`\\end{${name}}`)).toHaveLength(2)
    }
    const unescaped = text.replace(/\\[{}]/g, '')
    expect(unescaped.split('{').length).toBe(unescaped.split('}').length)
    for (const rule of ['toprule', 'midrule', 'bottomrule']) expect(text).toContain(`\\${rule}`)
    expect(text).toContain('\\caption{Bold: best. Underlined: best \\& all.}')
  })

  it('has no two columns of one name, and names metrics as people do', () => {
    const doubled = { ...table, axes: ['n', 'Density reached'] }
    const titles = shownTable(doubled).columns.map(({ title }) => title)
    expect(new Set(titles).size).toBe(titles.length)
    expect(['test.accuracy', 'train.loss', 'initialization.jacobian-mean'].map(metricName)).toEqual([
      'Test accuracy',
      'Training loss',
      'Jacobian mean at initialization',
    ])
  })

  it('escapes every special character', () => {
    expect(latexText('50% of $x_1^2 & {a} #~\\')).toBe(
      '50\\% of \\$x\\_1\\textasciicircum{}2 \\& \\{a\\} \\#\\textasciitilde{}\\textbackslash{}',
    )
  })
})

describe('text', () => {
  it('aligns columns by what is seen', () => {
    expect(
      textTable(
        ['a', 'long'],
        [
          ['xyz', '1'],
          ['ü', '±22'],
        ],
        new Set([1]),
      ),
    ).toBe('a    long\n───  ────\nxyz     1\nü     ±22')
  })

  it('shows the comparison with its marks', () => {
    const lines = textCompareTable(table).split('\n')
    expect(lines[0]).toMatch(
      /^Scheme +Test accuracy \(%\), mean ± std +n +min +max +Parameters +Density reached +Seeds$/,
    )
    expect(lines[2]).toMatch(/^ERK-EOI +_\*\*93\.12 ± 0\.21\*\*_ +5 +93\.12 +93\.12 +272 k +0\.125/)
    expect(lines[3]).toMatch(/11\.35\* +1 of 5/)
    expect(lines[5]).toMatch(/ NaN† +2/)
  })
})
