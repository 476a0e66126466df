import { describe, expect, it } from 'vitest'
import { bandOf } from '../../src/renderer/charts/band.ts'
import { datasetsOf, summaryOf } from '../../src/renderer/charts/datasets.ts'
import { lineStyle, rowStyles } from '../../src/renderer/charts/palette.ts'
import { appended } from '../../src/renderer/composables/useSeries.ts'
import {
  axisOfValues,
  draftOf,
  emptyDraft,
  parseSeeds,
  slug,
  studyOf,
} from '../../src/renderer/components/study/draft.ts'
import { columnsFor } from '../../src/renderer/components/runs/columns.ts'
import { filterRows, parseFilter, readFilter, sortRows } from '../../src/renderer/components/runs/filter.ts'
import type { Series } from '../../src/shared/contract/lab.ts'
import { parseStudy } from '../../src/shared/spec/parse.ts'
import { createFakeLab, OWN_STUDY } from '../fakes/fake-lab.ts'

const rows = createFakeLab({ begun: [OWN_STUDY] }).rows
const columns = columnsFor(rows)
const series = (steps: number[], values: number[]): Series => ({
  run: 1,
  phase: 'train',
  name: 'loss',
  steps,
  values,
  epochs: steps,
  total: steps.length,
})

describe('filters', () => {
  it('compares numbers as numbers, by id or title, metrics without their prefix', () => {
    const filter = parseFilter('density < 0.1', columns)
    expect(filter).toEqual({ column: 'sparsity.density', relation: '<', value: '0.1' })
    const found = filterRows(rows, [filter!], '', columns)
    expect(found.length).toBe(15)
    expect(found.every((row) => row.spec.sparsity.density < 0.1)).toBe(true)
    expect(parseFilter('test.accuracy>=0.9', columns)).toEqual({
      column: 'last:test.accuracy',
      relation: '≥',
      value: '0.9',
    })
  })
  it('takes no filter for a column that does not exist or a bound that is no number', () => {
    expect(parseFilter('nothing:1', columns)).toBeNull()
    expect(parseFilter('density<thin', columns)).toBeNull()
  })

  it('say what is wrong with them, and read per cent as it is shown', () => {
    const problem = (text: string) => {
      const read = readFilter(text, columns)
      return read && 'problem' in read ? read.problem : null
    }
    expect(problem('nothing:1')).toContain('There is no column “nothing”')
    expect(problem('accuracy>0.9')).toContain('“Test accuracy”')
    expect(problem('density<thin')).toContain('is compared with numbers')
    expect(problem('status>3')).toContain('holds no numbers')
    expect(problem('status:')).toContain('What should')
    expect(problem('just words')).toBeNull()
    const bound = (text: string) => parseFilter(text, columns)?.value
    expect(['90 %', '90', '0.9', '90%'].map((value) => bound(`test accuracy > ${value}`))).toEqual(
      Array.from({ length: 4 }, () => '0.9'),
    )
  })

  it('find the labels of axes and the last words of fields', () => {
    const filter = parseFilter('scheme:eoi', columns)
    expect(filter).not.toBeNull()
  })
  it('finds rows in which every word occurs', () => {
    const found = filterRows(rows, [], 'erk-eoi 0.03', columns)
    expect(found.map((row) => row.labels)).toEqual(Array(5).fill({ Scheme: 'ERK-EOI', Density: '0.03' }))
  })
})

it('sorts by value, what is missing last in both directions and NaN before it', () => {
  const three = [rows[0], rows[1], { ...rows[2], last: { 'test.accuracy': NaN } }, { ...rows[3], last: {} }]
  const order = (descending: boolean) =>
    sortRows(three, { column: 'last:test.accuracy', descending }, columns).map((row) => row.id)
  const [low, high] = three
    .slice(0, 2)
    .sort((a, b) => a.last['test.accuracy'] - b.last['test.accuracy'])
    .map((row) => row.id)
  expect(order(false)).toEqual([low, high, 3, 4])
  expect(order(true)).toEqual([high, low, 3, 4])
})

describe('live curves', () => {
  const point = (step: number, name = 'loss') => ({
    step,
    epoch: step,
    wall: 0,
    phase: 'train' as const,
    name,
    value: step / 10,
  })
  it('take newer points of their own metric and drop what they have', () => {
    const grown = appended(series([1, 2], [0.1, 0.2]), [
      point(2),
      point(3, 'accuracy'),
      point(3),
      point(3),
      point(5),
    ])
    expect(grown.steps).toEqual([1, 2, 3, 5])
    expect(grown.total).toBe(4)
  })
  it('stay the same object when nothing is new', () => {
    const before = series([1, 2], [0.1, 0.2])
    expect(appended(before, [point(1), point(2)])).toBe(before)
  })
})

describe('bandOf', () => {
  it('is mean and sample deviation where curves share steps', () => {
    const { mean, low, high, n } = bandOf([series([1, 2], [1, 4]), series([1, 2], [3, 8])])
    expect(mean).toEqual([2, 6])
    expect(n).toEqual([2, 2])
    expect(low[0]).toBeCloseTo(2 - Math.SQRT2, 12)
    expect(high[1]).toBeCloseTo(6 + Math.sqrt(8), 12)
  })
  it('takes the line between neighbours at other steps, and nothing beyond a curve’s end', () => {
    const { x, mean, n } = bandOf([series([0, 10], [0, 10]), series([0, 4], [2, 2])])
    expect(x).toEqual([0, 4, 10])
    expect(mean).toEqual([1, 3, 10])
    expect(n).toEqual([2, 2, 1])
  })
  it('has no mean where a run is not finite, and counts it', () => {
    const { mean, n, low } = bandOf([series([1], [NaN]), series([1], [5])])
    expect([mean[0], n[0]]).toEqual([NaN, 2])
    expect(low[0]).toBeNaN()
  })
})

describe('datasets', () => {
  const options = { xTitle: 'Step', yTitle: 'Loss', logX: false, logY: true, formatY: String }
  it('leave a gap for what is not finite and, on a log axis, not positive', () => {
    const [line] = datasetsOf(
      [{ key: 'a', label: 'a', style: 0, x: [1, 2, 3, 4], y: [1, NaN, -1, Infinity] }],
      options,
      false,
    )
    expect(line.data.map((point) => point.y)).toEqual([1, NaN, NaN, NaN])
  })
  it('put the upper edge right after the lower, which it fills to', () => {
    const sets = datasetsOf(
      [{ key: 'a', label: 'a', style: 0, x: [1], y: [2], low: [1], high: [3] }],
      options,
      false,
    )
    expect(sets.map((set) => [set.label, set.fill])).toEqual([
      ['a low', false],
      ['a high', '-1'],
      ['a', undefined],
    ])
  })
  it('are told in words', () => {
    expect(summaryOf([{ key: 'a', label: 'Base', style: 0, x: [1, 2], y: [3, 1] }], options)).toBe(
      'Base: 2 points, from 3 to 1 at step 2; lowest 1, highest 3.',
    )
  })
})

it('gives a scheme one colour and the rest dash and marker', () => {
  const styles = rowStyles(
    [
      ['ERK-Base', '0.1'],
      ['ERK-EOI', '0.1'],
      ['ERK-Base', '0.5'],
    ].map(([Scheme, Density]) => ({ labels: { Scheme, Density }, label: '' })),
  )
  const [a, b, c] = styles.map((style) => lineStyle(style, false))
  expect(a.color).toBe(c.color)
  expect(a.color).not.toBe(b.color)
  expect(a.marker).toBe(b.marker)
  expect(a.marker).not.toBe(c.marker)
})

describe('drafts of studies', () => {
  it('come back as the study that they were made from', () => {
    const study = parseStudy({
      ...OWN_STUDY,
      axes: [
        ...OWN_STUDY.axes!,
        {
          name: 'Steps',
          points: [
            {
              label: 'few',
              set: { 'training.milestones': [0.5, 0.7] },
              when: { 'initialization.scheme': 'ai' },
            },
          ],
        },
      ],
    })
    expect(parseStudy(studyOf(draftOf(study)).study)).toEqual(study)
  })
  it('name every problem with its place', () => {
    const draft = {
      ...emptyDraft(),
      seeds: '1, x',
      axes: [{ name: '', points: [{ label: 'a', settings: 'sparsity.densty=1', when: '' }] }],
    }
    expect(studyOf(draft).problems.map((problem) => problem.where)).toEqual([
      'title',
      'seeds',
      'axes.0',
      'axes.0.points.0',
    ])
    expect(studyOf(draft).problems[3].message).toContain('sparsity.density')
  })
  it('read seeds and ranges of seeds', () => {
    expect(parseSeeds('1, 3-5 4')).toEqual([1, 3, 4, 5])
    expect(() => parseSeeds('5-1')).toThrow(/range/)
    expect(() => parseSeeds(' ')).toThrow(/at least one/)
  })
  it('make an axis of a field and its values', () => {
    expect(axisOfValues('sparsity.density', '0.05, 0.1').points).toEqual([
      { label: '0.05', settings: 'sparsity.density=0.05', when: '' },
      { label: '0.1', settings: 'sparsity.density=0.1', when: '' },
    ])
    expect(slug('Density of MNIST, new!')).toBe('density-of-mnist-new')
  })
})
