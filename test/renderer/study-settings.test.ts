/** Settings as chips, and the places of axes. */
import { describe, expect, it } from 'vitest'
import {
  axisOfValues,
  densePointDrafts,
  emptyDraft,
  studyOf,
} from '../../src/renderer/components/study/draft.ts'
import {
  joinSettings,
  placeOfAxis,
  rangeOfValues,
  splitSettings,
  withAxisLast,
} from '../../src/renderer/components/study/settings.ts'
import { parseStudy } from '../../src/shared/spec/parse.ts'
import { expandStudy } from '../../src/shared/studies/grid.ts'

const text = 'sparsity.density=0.1; initialization.scheme=eoi; training.milestones=0.5,0.75'
const ERK = { sparsity: { distribution: 'erk' } }
const schemes = axisOfValues('initialization.scheme', 'base, ai, eoi', ERK)
const withDense = { ...schemes, points: [...schemes.points, densePointDrafts()[0]] }
const densities = axisOfValues('sparsity.density', '0.02, 0.5')

describe('settings', () => {
  it('are fields with values, and the same text again; what names no field stays a text', () => {
    const settings = splitSettings(text) ?? []
    expect(settings.map(({ field, value }) => [field.title, value])).toEqual([
      ['Density', '0.1'],
      ['Weight scheme', 'eoi'],
      [expect.any(String), '0.5,0.75'],
    ])
    expect(joinSettings(settings)).toBe(text)
    expect(splitSettings('')).toEqual([])
    expect(splitSettings('sparsity.densty=0.1')).toBeNull()
    expect(splitSettings('half a thought')).toBeNull()
  })

  it('of own data name the set that they are of, unless the base names one', () => {
    expect(axisOfValues('data.path', '/data/iris.csv').points).toEqual([
      { label: 'iris', settings: 'data.name=file; data.path=/data/iris.csv', when: '' },
    ])
    const folders = axisOfValues('data.path', '/a/pets', { data: { name: 'image-folder' } })
    expect(folders.points).toEqual([{ label: 'pets', settings: 'data.path=/a/pets', when: '' }])
  })

  it('of schemes are named as papers do', () => {
    expect(schemes.points.map(({ label }) => label)).toEqual(['ERK-Base', 'ERK-AI', 'ERK-EOI'])
    expect(densities.points.map(({ label }) => label)).toEqual(['0.02', '0.5'])
  })
})

describe('axes', () => {
  it('stand so that the dense network stays dense, whichever came first', () => {
    expect(placeOfAxis([withDense], densities)).toBe(0)
    expect(placeOfAxis([densities], schemes)).toBe(1)
    expect(withAxisLast([withDense, densities], 0)).toEqual([densities, withDense])
    expect(withAxisLast([densities, withDense], 1)).toEqual([densities, withDense])
    const draft = { ...emptyDraft(), title: 'Question', base: ERK, axes: [densities, withDense] }
    const { runs, failed } = expandStudy(parseStudy(studyOf(draft).study))
    expect(failed).toBe(false)
    // Two densities of three schemes, and the dense network once, three seeds each.
    expect(runs).toHaveLength(21)
  })

  it('have ranges by even steps and by equal factors, with their ends', () => {
    expect(rangeOfValues(0, 1, 5, false)).toBe('0, 0.25, 0.5, 0.75, 1')
    expect(rangeOfValues(0.01, 1, 3, true)).toBe('0.01, 0.1, 1')
    expect(rangeOfValues(0.02, 0.5, 5, true).split(', ').map(Number).at(-1)).toBe(0.5)
  })
})
