import { describe, expect, it } from 'vitest'
import { parseStudy } from '../../../src/shared/spec/parse.ts'
import { expandStudy } from '../../../src/shared/studies/grid.ts'
import { CANDIDATE, chooseRate, reportRuns, searchGroups } from '../../../src/shared/studies/search.ts'
import { searchText } from '../../../src/shared/stats/search-text.ts'

const study = (more: object = {}) =>
  parseStudy({
    id: 'x',
    title: 'x',
    base: { training: { learningRate: 5 } },
    axes: [
      {
        name: 'Scheme',
        points: [
          { label: 'Dense', set: {} },
          { label: 'EOI', set: { 'initialization.scheme': 'eoi', 'sparsity.distribution': 'erk' } },
        ],
      },
    ],
    seeds: [1, 2, 3],
    search: { rates: [0.1, 0.03, 0.01], seeds: [11, 12] },
    ...more,
  })

describe('a search of the learning rate', () => {
  it('gives every group the same candidates with the same seeds', () => {
    const one = study()
    const { runs, searched } = expandStudy(one)
    expect(searched).toHaveLength(2 * 3 * 2)
    const groups = searchGroups(one, runs)
    for (const { candidates } of groups) {
      expect(candidates.map(({ rate }) => rate)).toEqual([0.1, 0.03, 0.01])
      for (const { rate, runs: tried } of candidates) {
        expect(tried.map(({ spec }) => [spec.training.learningRate, spec.seed])).toEqual([
          [rate, 11],
          [rate, 12],
        ])
        expect(tried[0].labels[CANDIDATE]).toBe(String(rate))
      }
    }
    const report = reportRuns(groups[1], 0.03, one.seeds)
    expect(report.map(({ spec }) => [spec.training.learningRate, spec.seed])).toEqual([
      [0.03, 1],
      [0.03, 2],
      [0.03, 3],
    ])
    expect(report[0].labels).toEqual({ Scheme: 'EOI' })
    expect(report[0].identity).not.toBe(searched.find(({ spec }) => spec.seed === 11)?.identity)
  })

  it('is refused where it would report what it chose by, or choose what an axis sets', () => {
    const problemsOf = (more: object) => expandStudy(study(more)).problems.join(' ')
    expect(problemsOf({ seeds: [11] })).toMatch(/share the seeds 11/)
    expect(problemsOf({ search: { rates: [0.1, 0.1] } })).toMatch(/names a rate twice/)
    expect(problemsOf({ base: { data: { validation: 0 } } })).toMatch(/chooses by validation/)
    const axis = { name: 'Rate', points: [{ label: 'a', set: { 'training.learningRate': 1 } }] }
    expect(problemsOf({ axes: [axis] })).toMatch(/“Rate” sets training.learningRate/)
    expect(problemsOf({ axes: [{ ...axis, name: CANDIDATE }], search: undefined })).toMatch(/No axis may/)
    expect(expandStudy(study({ seeds: [11] })).failed).toBe(true)
    expect(() => study({ search: { rates: [0.1] } })).toThrow(/search/)
  })

  it('chooses the best mean; ties go to the lower rate, what diverged stands last', () => {
    const at = (rate: number, values: number[], diverged = 0) => ({ rate, values, diverged })
    expect(chooseRate([at(0.1, [0.9, 0.7]), at(0.01, [0.81, 0.81])])).toEqual({
      rate: 0.01,
      mean: 0.81,
      tied: [],
      diverged: [],
    })
    expect(chooseRate([at(0.1, [0.5]), at(0.03, [0.5]), at(0.01, [0.4])])).toMatchObject({
      rate: 0.03,
      tied: [0.1],
    })
    expect(chooseRate([at(1, [0.99], 1), at(0.1, [0.2, 0.2])])).toMatchObject({ rate: 0.1, diverged: [1] })
    expect(chooseRate([at(1, [], 2), at(0.1, [], 2)])).toMatchObject({ rate: 0.1, mean: NaN })
  })

  it('is told in the caption: candidates, seeds, budget, choices, ties and divergence', () => {
    const { searched } = expandStudy(study())
    const value = { Dense: [0.9, 0.9, 0.8], EOI: [0.1, 0.7, 0.6] } as const
    const rows = searched.map(({ spec, labels }) => {
      const place = [0.1, 0.03, 0.01].indexOf(spec.training.learningRate)
      const diverged = labels.Scheme === 'EOI' && place === 0 && spec.seed === 12
      const accuracy = value[labels.Scheme as keyof typeof value][place]
      return {
        spec,
        labels,
        status: diverged ? ('diverged' as const) : ('finished' as const),
        last: { 'validation.accuracy': accuracy },
      }
    })
    expect(searchText(rows)).toBe(
      'Learning rates by search, with one budget for every row: 0.01, 0.03 and 0.1, seeds 11 and 12 ' +
        '(6 runs a row); chosen by the best mean validation accuracy and trained anew with fresh seeds: ' +
        'Dense 0.03 (as good: 0.1); EOI 0.03 (diverged at 0.1).',
    )
    const waiting = rows.map((row, k) => (k === 0 ? { ...row, status: 'running' as const } : row))
    expect(searchText(waiting)).toMatch(/fresh seeds: EOI 0.03/)
    expect(searchText([])).toBe('')
  })
})
