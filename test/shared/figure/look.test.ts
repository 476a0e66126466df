/** The look of figures in print: units, words, ranges, cuts. */
import { describe, expect, it } from 'vitest'
import { clippedArea, clippedLine } from '../../../src/shared/figure/clip.ts'
import { facetSheet } from '../../../src/shared/figure/facets.ts'
import { withLook } from '../../../src/shared/figure/look.ts'
import { drawSheet, sheetOf } from '../../../src/shared/figure/sheet.ts'
import { thinnedPlaces, withRoom, xLabelWithin } from '../../../src/shared/figure/room.ts'
import { makeScale } from '../../../src/shared/figure/scale.ts'

const figure = (label: string, values: readonly number[]) => ({
  title: 'Price of sparsity',
  xLabel: 'Density reached (log scale)',
  yLabel: 'Test accuracy',
  xLog: true,
  series: [{ label, points: values.map((y, at) => ({ x: 0.1 * (at + 1), y, low: y - 0.1, high: y + 0.1 })) }],
  references: [{ label: 'Dense', y: 0.95 }],
  caption: 'Bands.',
})
const sheet = sheetOf(figure('ERK-EOI', [0.5, 0.8, 0.97]))

describe('a look', () => {
  it('puts accuracies in per cent and keeps bands and axis within what they can be', () => {
    const { panels } = withLook(sheet, {})
    expect(panels[0].yLabel).toBe('Test accuracy (%)')
    expect(panels[0].series[0].points[1]).toMatchObject({ y: 80, low: expect.closeTo(70, 9) })
    expect(panels[0].series[0].points[2].high).toBe(100)
    expect(panels[0].references?.[0].y).toBe(95)
    const loss = withLook(sheetOf({ ...figure('x', [2]), yLabel: 'Test loss' }), {}).panels[0]
    expect([loss.yLabel, loss.series[0].points[0].y]).toEqual(['Test loss', 2])
    expect(withLook(sheet, { percent: false }).panels[0].series[0].points[1].y).toBe(0.8)
  })

  it('renames without another colour, adds target lines, drops title and caption', () => {
    const look = {
      rename: { 'ERK-EOI': 'ours' },
      targets: [{ label: 'paper', y: 90 }],
      title: false,
      caption: false,
    }
    const svg = drawSheet(sheet, look)
    expect(svg).toContain('>ours<')
    expect(svg).not.toContain('>ERK-EOI<')
    expect(svg).toContain('>paper<')
    expect(svg).not.toContain('font-weight="bold"')
    expect(svg).not.toContain('Bands.')
    const colour = /stroke="(#[0-9a-f]{6})" stroke-width="1.8"/
    expect(colour.exec(svg)?.[1]).toBe(colour.exec(drawSheet(sheet))?.[1])
  })

  it('has ticks that do not touch, markers that can be told apart, words within its width', () => {
    const ticks = [0, 10, 20, 100].map((at) => ({ at, label: '50000' }))
    const roomy = withRoom(
      ticks,
      ({ at }) => at,
      () => 30,
    )
    expect(roomy.map(({ at }) => at)).toEqual([0, 100])
    const dense = Array.from({ length: 101 }, (_, x) => ({ x }))
    const thin = thinnedPlaces(dense, 10)
    expect([thin.length, thin[0].x, thin.at(-1)?.x]).toEqual([11, 0, 100])
    expect(thinnedPlaces(dense.slice(0, 8), 10)).toHaveLength(8)
    expect(xLabelWithin('Density reached (log scale)', 150, { x: 90, y: 0 })).toContain('>Density reached<')
    const { ticks: few } = makeScale({ values: [2.2, 4.6], log: true, from: 0, to: 100 })
    expect(few.length).toBeGreaterThan(1)
  })

  it('has the width of the paper, whatever the letters', () => {
    for (const fontSize of [6, 8, 12]) {
      const svg = drawSheet(sheet, { width: 3.25, fontSize })
      expect(Number(/<svg [^>]*width="([\d.]+)"/.exec(svg)?.[1])).toBeCloseTo(3.25 * 96, 1)
      const units = Number(/viewBox="0 0 ([\d.]+)/.exec(svg)?.[1])
      // Letters are 12 units high: 12 units are so many points.
      expect(((12 * 3.25 * 96) / units) * 0.75).toBeCloseTo(fontSize, 1)
    }
  })

  it('cuts bands along their edges where an axis was made to end', () => {
    const box = { left: 0, right: 10, top: 0, bottom: 10 }
    const corners = (points: readonly [number, number][]) => points.map(([x, y]) => ({ x, y }))
    // A band from (0, 5 … 6) to (10, 25 … 26): its lower edge leaves the box at x = 2, its upper at 2.5.
    const area = clippedArea(
      corners([
        [0, 5],
        [10, 25],
        [10, 26],
        [0, 6],
      ]),
      box,
    )
    expect(new Set(area.map(({ x, y }) => `${x} ${y}`))).toEqual(new Set(['0 5', '2.5 10', '2 10', '0 6']))
    expect(
      clippedArea(
        corners([
          [0, 11],
          [10, 12],
          [10, 13],
        ]),
        box,
      ),
    ).toEqual([])
    const inside = corners([
      [1, 1],
      [2, 2],
      [1, 3],
    ])
    expect(clippedArea(inside, box)).toEqual(inside)
  })

  it('cuts lines where an axis was made to end', () => {
    const box = { left: 0, right: 10, top: 0, bottom: 10 }
    const places = [
      { x: 0, y: 5 },
      { x: 4, y: 15 },
      { x: 8, y: 5 },
    ]
    expect(clippedLine(places, box)).toEqual([
      [
        { x: 0, y: 5 },
        { x: 2, y: 10 },
      ],
      [
        { x: 6, y: 10 },
        { x: 8, y: 5 },
      ],
    ])
    const scale = makeScale({ values: [0, 1], log: false, from: 0, to: 100, fixed: [0.5, null] })
    expect(scale.place(0.5)).toBeCloseTo(0)
    expect(
      makeScale({ values: [0, 0.99], log: false, from: 0, to: 100, limits: [0, 1] }).place(1),
    ).toBeLessThan(100.1)
  })
})

describe('facets', () => {
  it('have one vertical axis, all lines in one order, and one legend', () => {
    const other = sheetOf({ ...figure('ERK-Base', [0.1, 0.2, 0.3]), references: [] })
    const both = facetSheet('Activation', [
      { value: 'relu', sheet },
      { value: 'tanh', sheet: other },
    ])
    expect(both.panels.map(({ title }) => title)).toEqual(['relu', 'tanh'])
    expect(new Set(both.panels.map(({ yRange }) => JSON.stringify(yRange))).size).toBe(1)
    for (const { series } of both.panels)
      expect(series.map(({ label }) => label)).toEqual(['ERK-EOI', 'ERK-Base'])
    const svg = drawSheet(both, { letters: true })
    expect(svg).toContain('(a) relu')
    expect(svg.match(/>ERK-EOI</g)).toHaveLength(1)
  })
})
