import { describe, expect, it } from 'vitest'
import type { CompareRow } from '../../../src/shared/contract/lab.ts'
import { learningCurves, priceOfSparsity } from '../../../src/shared/figure/figures.ts'
import { figureStyles, lineFigure } from '../../../src/shared/figure/line-figure.ts'
import {
  BACKGROUNDS,
  COLORS,
  contrast,
  indexStyle,
  schemeStyle,
  stylesOf,
} from '../../../src/shared/figure/palette.ts'
import { makeScale } from '../../../src/shared/figure/scale.ts'
import { sheetCsv, sheetOf, withoutLines } from '../../../src/shared/figure/sheet.ts'
import { smooth } from '../../../src/shared/stats/series.ts'

/** A colour as a deuteranope or protanope sees it (Machado et al. 2009, severity 1), in linear RGB. */
const BLINDNESS = {
  protan: [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  deutan: [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
}
const linear = (color: string) => [1, 3, 5].map((at) => (parseInt(color.slice(at, at + 2), 16) / 255) ** 2.2)
function lab([r, g, b]: number[]): number[] {
  const xyz = [
    0.4124 * r + 0.3576 * g + 0.1805 * b,
    0.2126 * r + 0.7152 * g + 0.0722 * b,
    0.0193 * r + 0.1192 * g + 0.9505 * b,
  ]
  const f = xyz.map((value, axis) => Math.cbrt(Math.max(0, value) / [0.9505, 1, 1.089][axis]))
  return [116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])]
}

describe('palette', () => {
  it('has contrast 3 with its background in both themes', () => {
    for (const theme of ['light', 'dark'] as const) {
      for (const color of COLORS[theme])
        expect(contrast(color, BACKGROUNDS[theme]), `${theme} ${color}`).toBeGreaterThanOrEqual(3)
    }
    expect(contrast('#000000', '#ffffff')).toBeCloseTo(21)
  })

  it('keeps the schemes’ six colours apart for red-green blind eyes', () => {
    for (const theme of ['light', 'dark'] as const) {
      for (const [kind, matrix] of Object.entries(BLINDNESS)) {
        const seen = COLORS[theme]
          .slice(0, 6)
          .map((color) =>
            lab(matrix.map((line) => line.reduce((sum, each, i) => sum + each * linear(color)[i], 0))),
          )
        seen.forEach((a, i) =>
          seen.slice(i + 1).forEach((b, j) => {
            expect(
              Math.hypot(...a.map((each, axis) => each - b[axis])),
              `${theme} ${kind} ${i} ${i + 1 + j}`,
            ).toBeGreaterThan(12)
          }),
        )
      }
    }
  })

  it('gives a scheme one look everywhere and never the same look twice in a chart', () => {
    expect(schemeStyle('ERK-EOI')).toEqual({ color: 0, dash: [], marker: 'circle' })
    expect(schemeStyle('SNIP-EOI')?.color).toBe(0)
    expect(schemeStyle('SNIP-EOI')?.marker).not.toBe('circle')
    expect(schemeStyle('Dense, same size')?.color).toBe(schemeStyle('Dense')?.color)
    expect(schemeStyle('1°')).toBeNull()
    const names = ['ERK', 'Uniform', 'SNIP', 'GraSP', 'SynFlow'].flatMap((d) =>
      ['Base', 'AI', 'EOI', 'Fan-in'].map((w) => `${d}-${w}`),
    )
    for (const list of [
      [...names, 'SAO', 'Dense', 'Dense, same size', 'ERK-EOI + RigL', 'ERK-EOI + SET'],
      ['1°', '80°', 'uniform', '3°'],
    ]) {
      const styles = stylesOf(list)
      expect(new Set(styles.map((style) => `${style.color} ${style.marker}`)).size).toBe(list.length)
    }
    const [narrow, dense] = stylesOf(['Dense, same size', 'Dense'])
    expect(dense.color).toBe(narrow.color)
    expect(stylesOf(['x', 'ERK-EOI'])[1]).toEqual(schemeStyle('ERK-EOI'))
    expect(
      new Set(
        Array.from({ length: 64 }, (_, index) => `${indexStyle(index).color} ${indexStyle(index).marker}`),
      ).size,
    ).toBe(64)
  })
})

describe('scales', () => {
  it('have round ticks within the range, in order', () => {
    expect(
      makeScale({ values: [0, 1], log: false, from: 0, to: 100 }).ticks.map((tick) => tick.label),
    ).toEqual(['0.0', '0.2', '0.4', '0.6', '0.8', '1.0'])
    expect(
      makeScale({ values: [0.03, 1], log: true, from: 0, to: 100 }).ticks.map((tick) => tick.label),
    ).toEqual(['0.05', '0.1', '0.2', '0.5', '1'])
    expect(makeScale({ values: [1e-12, 1e6], log: true, from: 0, to: 100 }).ticks.length).toBeLessThan(8)
    for (const values of [[5], [], [NaN, Infinity], [-3, 7.7], [1e-9, 2e-9], [123456, 123999]]) {
      const scale = makeScale({ values, log: false, from: 0, to: 100 })
      const places = scale.ticks.map((tick) => scale.place(tick.value))
      expect(places.length).toBeGreaterThan(1)
      expect(
        places.every(
          (place, index) => place >= 0 && place <= 100 && (index === 0 || place > places[index - 1]),
        ),
      ).toBe(true)
    }
    const log = makeScale({ values: [1, 100], log: true, from: 0, to: 100 })
    expect(log.place(10)).toBeCloseTo(50)
    expect(log.place(0)).toBeNaN()
  })
})

describe('figures', () => {
  const row = (scheme: string, density: number, values: number[]): CompareRow => ({
    group: `${scheme}${density}`,
    labels: { Scheme: scheme },
    label: scheme,
    n: values.length,
    expected: values.length,
    mean: values.reduce((a, b) => a + b, 0) / values.length,
    std: 0.1,
    min: 0,
    max: 1,
    diverged: 0,
    runs: [],
    seeds: [],
    values,
    parameters: null,
    density,
    bestOfFamily: false,
    bestOverall: false,
  })
  const table = {
    metric: 'test.accuracy',
    at: 'last' as const,
    higherIsBetter: true,
    axes: ['Scheme'],
    caption: '',
    differences: [],
    equal: [],
    rows: [
      row('ERK-EOI', 0.5, [0.9, 0.8]),
      row('ERK-EOI', 0.1, [0.7, 0.6]),
      row('ERK-Base <&>', 0.1, [0.3]),
      row('Dense', 1, [0.95]),
    ],
  }

  it('draw the price of sparsity: lines by scheme, sorted by density, dense as a line across', () => {
    const figure = priceOfSparsity(table, 'min-max')
    expect(figure.series[0]).toEqual({
      label: 'ERK-EOI',
      points: [
        { x: 0.1, y: expect.closeTo(0.65, 12), low: 0.6, high: 0.7 },
        { x: 0.5, y: expect.closeTo(0.85, 12), low: 0.8, high: 0.9 },
      ],
    })
    expect(figure.references).toEqual([{ label: 'Dense', y: 0.95 }])
  })

  it('are well-formed SVG with real, escaped text and no empty numbers', () => {
    const svg = lineFigure(priceOfSparsity(table))
    expect(svg).toContain('<text')
    expect(svg).toContain('ERK-Base &lt;&amp;&gt;</text>')
    expect(svg).not.toMatch(/NaN|undefined|Infinity/)
    const open: string[] = []
    for (const [, close, name, self] of svg.matchAll(/<(\/?)([a-z]+)[^>]*?(\/?)>/g)) {
      if (close) expect(open.pop()).toBe(name)
      else if (!self) open.push(name)
    }
    expect(open).toEqual([])
  })

  it('leave gaps where values are not finite', () => {
    const points = [1, 2, NaN, 4, 5].map((mean, step) => ({ step, n: 1, mean, low: mean, high: mean }))
    const svg = lineFigure(learningCurves('train.loss', [{ label: 'a', points }], 'std'))
    const path = /<path d="([^"]*)" fill="none" stroke-linejoin/.exec(svg)?.[1] ?? ''
    expect(path.split('M')).toHaveLength(3)
    expect(svg).not.toContain('NaN')
  })
})

describe('figures as they are shown', () => {
  const points = Array.from({ length: 30 }, (_, step) => ({
    step,
    n: 2,
    mean: step % 2,
    low: step % 2,
    high: step % 2,
  }))

  it('keep their plot whatever the length of the labels, which then stand beneath in lines', () => {
    const plotOf = (label: string) => {
      const svg = lineFigure(learningCurves('train.loss', [{ label, points }], 'std'))
      // The path of the axes: down the left side, then to the right.
      return Number(/d="M64 34V\d+H([\d.]+)"/.exec(svg)?.[1]) - 64
    }
    expect(plotOf('short')).toBeGreaterThan(400)
    for (const letters of [40, 80, 300, 1000]) expect(plotOf('x'.repeat(letters))).toBeGreaterThan(400)
    const svg = lineFigure(learningCurves('train.loss', [{ label: 'word '.repeat(80), points }], 'std'))
    const height = Number(/height="(\d+)"/.exec(svg)?.[1])
    for (const [, y] of svg.matchAll(/<text[^>]* y="([\d.]+)"/g)) expect(Number(y)).toBeLessThan(height)
  })

  it('mark the ends of rounds with dotted lines at their places, and say so', () => {
    const curves = [{ label: 'a', points }]
    const svg = lineFigure(learningCurves('train.loss', curves, 'std', { rounds: [10, 20, 500] }))
    const places = [...svg.matchAll(/<path d="M([\d.]+) 34V[\d.]+" stroke="#999"/g)].map(([, x]) => Number(x))
    const tick = (words: string) =>
      Number(new RegExp(`<text x="([\\d.]+)"[^>]*>${words}</text>`).exec(svg)?.[1])
    expect(places).toEqual([tick('10'), tick('20')])
    expect(svg).toContain('Dotted lines: ends of rounds.')
    expect(lineFigure(learningCurves('train.loss', curves, 'std'))).not.toContain('#999')
  })

  it('have the smoothing, the runs behind the mean, and no hidden lines', () => {
    const members = [[{ x: 0, y: 5 }]]
    const curves = [
      { label: 'a', points, members },
      { label: 'b', points },
    ]
    const figure = learningCurves('train.loss', curves, 'std', { smoothing: 0.9 })
    expect(figure.series.map(({ label, behind }) => [label, behind])).toEqual([
      ['a', 'run'],
      ['a', 'raw'],
      ['a', undefined],
      ['b', 'raw'],
      ['b', undefined],
    ])
    expect(figure.series[2].points.map(({ y }) => y)).toEqual(
      smooth(
        points.map(({ mean }) => mean),
        0.9,
      ).map((value) => expect.closeTo(value, 12)),
    )
    expect(figure.caption).toContain('weight 0.9')
    const sheet = withoutLines(sheetOf(figure), ['a'])
    expect(new Set(sheet.panels[0].series.map(({ label }) => label))).toEqual(new Set(['b']))
    const kinds = sheetCsv(sheetOf(figure)).map((line) => line.trim().split(',').at(-1))
    expect(new Set(kinds)).toEqual(new Set(['line', 'run', 'raw mean', 'mean']))
  })

  it('differ in colour where all are of one scheme, and else have the colour of theirs', () => {
    const series = (labels: readonly string[], scheme: string) =>
      labels.map((label) => ({ label, scheme, points: [{ x: 0, y: 1 }] }))
    const colors = (all: ReturnType<typeof series>) =>
      figureStyles({ title: '', xLabel: '', yLabel: '', series: all }).map(({ color }) => color)
    const angles = series(['uniform', '1°', '80°'], 'ERK-EOI')
    expect(new Set(colors(angles)).size).toBe(3)
    const eoi = schemeStyle('ERK-EOI')?.color
    expect(colors([...angles, ...series(['Base'], 'ERK-Base')])).toEqual([
      ...angles.map(() => eoi),
      schemeStyle('ERK-Base')?.color,
    ])
  })

  it('tell up to 512 rows of one scheme apart', () => {
    const styles = stylesOf(Array.from({ length: 500 }, () => 'ERK-EOI'))
    const looks = styles.map((style) => `${style.color} ${style.dash.join()} ${style.marker}`)
    expect(new Set(looks).size).toBe(500)
    // Lines without markers are told apart by colour and dash: 64 of them.
    expect(new Set(styles.slice(0, 64).map((style) => `${style.color} ${style.dash.join()}`)).size).toBe(64)
  })
})
