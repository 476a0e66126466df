/** What learning curves draw and say, held against brute force. */
import { describe, expect, it } from 'vitest'
import { bandOf } from '../../src/renderer/charts/band.ts'
import { continued, drawCurves } from '../../src/renderer/charts/curves.ts'
import type { CurveChoice } from '../../src/renderer/charts/curves.ts'
import { bandText, nearestIndex, readingsAt, snap, stepFrom } from '../../src/renderer/charts/readout.ts'
import { smoothAlong, spacingOf } from '../../src/shared/stats/smoothing.ts'
import { BANDS } from '../../src/shared/contract/lab.ts'
import type { Series } from '../../src/shared/contract/lab.ts'
import { limits } from '../../src/shared/stats/band.ts'
import { smooth } from '../../src/shared/stats/series.ts'

function random(seed: number): () => number {
  let state = seed
  return () => (state = (state * 48271) % 2147483647) / 2147483647
}
const curve = (run: number, steps: number[], values: number[], total = steps.length): Series => ({
  run,
  phase: 'train',
  name: 'loss',
  steps,
  values,
  epochs: steps.map((step) => step / 100),
  seconds: steps.map((step) => step / (run + 1)),
  total,
})
const PLAIN: CurveChoice = { band: 'std', axis: 'step', weight: 0, members: false, most: Infinity }
const group = (curves: Series[]) => [{ key: 'a', label: 'A', style: 0, curves }]

describe.each(BANDS)('the band %s', (kind) => {
  it('is the shared one at every step; what is not finite leaves a gap', () => {
    const next = random(7)
    const steps = [0, 10, 20, 30, 40]
    const curves = [1, 2, 3, 4].map((run) =>
      curve(
        run,
        steps,
        steps.map(() => (next() < 0.2 ? NaN : next() * 10)),
      ),
    )
    const band = bandOf(curves, { kind })
    steps.forEach((_, at) => {
      const values = curves.map(({ values }) => values[at])
      expect(band.n[at]).toBe(values.length)
      if (!values.every(Number.isFinite)) return expect(band.mean[at]).toBeNaN()
      const [low, high] = limits(values, kind)
      expect(band.low[at]).toBeCloseTo(low, 12)
      expect(band.high[at]).toBeCloseTo(high, 12)
    })
  })
})

describe('smoothing', () => {
  it('is the shared debiased average on even steps, NaN passed over', () => {
    const next = random(3)
    const values = Array.from({ length: 50 }, (_, at) => (at === 9 ? NaN : next()))
    const places = values.map((_, at) => at * 5)
    const finite = values.filter(Number.isFinite)
    const found = smoothAlong(values, places, 5, 0.9)
    expect(found[0]).toBe(values[0])
    expect(found[8]).toBeCloseTo(smooth(values, 0.9)[8], 12)
    expect(found[9]).toBeNaN()
    expect(
      smoothAlong(
        finite,
        finite.map((_, at) => at),
        1,
        0.9,
      ).at(-1),
    ).toBeCloseTo(smooth(finite, 0.9).at(-1) ?? NaN, 12)
  })
  it('hardly changes where points of a slow curve were left out', () => {
    const steps = Array.from({ length: 2000 }, (_, at) => at)
    const values = steps.map((step) => Math.exp(-step / 300))
    const whole = smoothAlong(values, steps, 1, 0.98)
    const kept = steps.filter((step) => step % 10 === 0)
    const thin = smoothAlong(
      kept.map((step) => values[step]),
      kept,
      spacingOf(kept, 1991),
      0.98,
    )
    kept.slice(20).forEach((step, at) => expect(Math.abs(thin[at + 20] - whole[step])).toBeLessThan(0.02))
    // Without regard to what was left out it would lag ten times as far.
    const wrong = smoothAlong(
      kept.map((step) => values[step]),
      kept,
      10,
      0.98,
    )
    expect(Math.abs(wrong[50] - whole[500])).toBeGreaterThan(0.1)
  })
})

describe('runs that diverged and runs under way', () => {
  it('stay in the mean with what they count with, or in none', () => {
    const whole = curve(1, [0, 10, 20], [0.1, 0.5, 0.9])
    const end = { run: 2, step: 7, accuracy: 0.1, loss: NaN }
    const gone = continued(curve(2, [0], [0.3]), 'validation.accuracy', end, [0, 10, 20])
    expect([gone.steps, gone.values]).toEqual([
      [0, 10, 20],
      [0.3, 0.1, 0.1],
    ])
    const [line] = drawCurves(group([whole, gone]), PLAIN).series
    expect(line.y).toEqual([0.2, 0.3, 0.5].map((value) => expect.closeTo(value, 12)))
    expect(line.n).toEqual([2, 2, 2])
    const losses = continued(curve(2, [0], [2.3]), 'train.loss', end, [0, 10])
    expect(losses.values).toEqual([2.3, NaN])
    const live = curve(3, [0, 10], [0, 0])
    const { series, notes: said } = drawCurves([{ ...group([whole])[0], live: [live] }], PLAIN)
    expect(series.map(({ faint, y }) => [faint ?? false, y])).toEqual([
      [false, whole.values],
      [true, live.values],
    ])
    expect(said.join(' ')).toContain('in no mean')
  })
})

describe('captions', () => {
  const notes = (curves: Series[], choice: Partial<CurveChoice> = {}) =>
    drawCurves(group(curves), { ...PLAIN, ...choice }).notes.join(' ')
  const even = [curve(1, [0, 10], [1, 2]), curve(2, [0, 10], [3, 4])]
  it('say the band and how many runs', () => {
    expect(notes(even, { band: 'sem' })).toBe('Line: mean over 2 runs a group. Band: ± standard error.')
  })
  it('say that n varies, and from what to what', () => {
    expect(notes([...even, curve(3, [0], [5])])).toContain('n varies along one curve, from 2 to 3')
  })
  it('say that means lie between recorded points, only where they do', () => {
    expect(notes([curve(1, [0, 10], [1, 2]), curve(2, [0, 5, 10], [3, 3, 4])])).toContain('between recorded')
    expect(notes(even)).not.toContain('between recorded')
  })
  it('say what was left out and how it is smoothed', () => {
    expect(notes([curve(1, [0, 10], [1, 2], 5000)], { weight: 0.9 })).toMatch(
      /Drawn from 2 of 5,000 points.*weight 0\.9/,
    )
  })
})

it('draws members thin, the raw mean faint behind a smoothed one, and one legend entry', () => {
  const { series } = drawCurves(group([curve(1, [0, 10], [1, 3]), curve(2, [0, 10], [3, 5])]), {
    ...PLAIN,
    members: true,
    weight: 0.5,
  })
  expect(series.map(({ key, faint }) => [key, faint ?? false])).toEqual([
    ['a', false],
    ['a raw', true],
    ['a 1', true],
    ['a 2', true],
  ])
  expect(series[1].y).toEqual([2, 4])
  expect(new Set(series.map((each) => each.group))).toEqual(new Set(['a']))
})

it('puts means at the mean time of their runs, and never at none', () => {
  const { series } = drawCurves(group([curve(1, [0, 10], [1, 3]), curve(3, [0, 10], [3, 5])]), {
    ...PLAIN,
    axis: 'seconds',
  })
  expect(series[0].x).toEqual([0, (10 / 2 + 10 / 4) / 2])
  const { seconds: _none, ...timeless } = curve(1, [0, 10], [1, 3])
  expect(drawCurves(group([timeless]), { ...PLAIN, axis: 'seconds' }).series[0].x).toEqual([])
})

describe('the crosshair', () => {
  const line = (key: string, x: number[], y: number[]) => ({ key, label: key, style: 0, x, y })
  const lines = [line('a', [0, 10, 20], [1, 2, 3]), line('b', [0, 7], [9, NaN])]
  it('snaps to the nearest recorded place and steps through all of them', () => {
    expect(nearestIndex([0, 10, 20], 14)).toBe(1)
    expect(snap(lines, 8)).toBe(7)
    expect([stepFrom(lines, 0, 1), stepFrom(lines, 7, 1), stepFrom(lines, 10, 1)]).toEqual([7, 10, 20])
    expect([stepFrom(lines, 20, 1), stepFrom(lines, 10, -1)]).toEqual([20, 7])
  })
  it('reads lines that reach there, the highest first and NaN last', () => {
    expect(readingsAt(lines, 0).map(({ key, y }) => [key, y])).toEqual([
      ['b', 9],
      ['a', 1],
    ])
    expect(readingsAt(lines, 7).map(({ key }) => key)).toEqual(['a', 'b'])
    expect(readingsAt(lines, 20).map(({ key }) => key)).toEqual(['a'])
  })
  it('says where a value is from that was not recorded at the crosshair', () => {
    const level = { key: 'c', label: 'C', style: 2, x: [0, 20], y: [5, 5] }
    const places = new Map(readingsAt([...lines, level], 7).map(({ key, at }) => [key, at]))
    for (const { key, x } of lines) {
      const nearest = x.reduce((a, b) => (Math.abs(b - 7) < Math.abs(a - 7) ? b : a))
      expect(places.get(key)).toBe(nearest === 7 ? undefined : nearest)
    }
    expect(places.get('c')).toBeUndefined()
  })
  it('says an even band with ±, an uneven one with its ends', () => {
    expect(bandText({ y: 5, low: 4, high: 6 }, String)).toBe('5 ± 1')
    expect(bandText({ y: 5, low: 4, high: 8 }, String)).toBe('5 (4 to 8)')
    expect(bandText({ y: 5, low: NaN, high: NaN }, String)).toBe('5')
  })
})
