import { describe, expect, it } from 'vitest'
import { parseStudy } from '../../src/shared/spec/parse.ts'
import { presetStudy } from '../../src/shared/studies/index.ts'
import { gridPreview } from '../../src/renderer/components/study/grid-preview.ts'
import { expandStudy } from '../../src/shared/studies/grid.ts'
import { densePointDrafts, draftOf, emptyDraft, studyOf } from '../../src/renderer/components/study/draft.ts'

const draft = () => ({ ...emptyDraft(), title: 'Rates' })

describe('a study in the editor', () => {
  it('keeps its search and its dense references', () => {
    for (const id of ['equal-footing', 'equal-footing-reduced', 'figure-13']) {
      const { study } = presetStudy(id)
      const { study: again, problems } = studyOf(draftOf(study))
      expect(problems).toEqual([])
      const read = parseStudy(again)
      expect(read.search).toEqual(study.search)
      expect(read.axes).toEqual(study.axes)
    }
  })

  it('reads candidate rates and refuses what is none', () => {
    const search = (rates: string, searchSeeds = '11-12') => studyOf({ ...draft(), rates, searchSeeds })
    expect(search('0.1, 0.03').study?.search).toEqual({ rates: [0.1, 0.03], seeds: [11, 12] })
    expect(search('').study?.search).toBeUndefined()
    const problemOf = (rates: string, seeds?: string) => search(rates, seeds).problems[0]
    expect(problemOf('0.1')).toMatchObject({ where: 'search' })
    expect(problemOf('0.1').message).toMatch(/two candidate rates/)
    expect(problemOf('0.1, fast').message).toMatch(/“fast” is no learning rate/)
    expect(problemOf('0.1, -1').message).toMatch(/“-1” is no learning rate/)
    expect(problemOf('0.1, 0.2', 'x')).toMatchObject({ where: 'search' })
  })

  it('keeps a budget of operations, and says what is none', () => {
    for (const budget of [{ operations: 1e13 }, { row: { Scheme: 'Dense, same size', Density: '0.1' } }]) {
      const kept = draftOf({ ...presetStudy('figure-13').study, budget })
      expect(studyOf(kept).study?.budget).toEqual(budget)
    }
    expect(studyOf(draft()).study).not.toHaveProperty('budget')
    const [problem] = studyOf({ ...draft(), budget: 'Dense' }).problems
    expect(problem).toMatchObject({ where: 'budget' })
  })

  it('offers the dense network whole and in three sizes', () => {
    const axes = [{ name: 'Scheme', points: densePointDrafts() }]
    const { study, problems } = studyOf({ ...draft(), axes })
    expect(problems).toEqual([])
    expect(study?.axes?.[0].points.map(({ match }) => match)).toEqual([
      undefined,
      'parameters-by-width',
      'parameters-by-depth',
      'operations-by-width',
    ])
  })
})

describe('the grid as it is previewed', () => {
  it('has a cell for every group of runs, and leaves out that one alone', () => {
    for (const id of ['table-2', 'figure-13', 'one-axis']) {
      const { study } = presetStudy(id)
      const whole = draftOf({ ...study, exclude: [], search: undefined, budget: undefined })
      const made = studyOf(whole).study
      const grid = made && gridPreview(made)
      if (!made || !grid) continue
      const cells = grid.rows.flatMap((row) => row.cells.flatMap((cell) => cell ?? []))
      const groups = (of: typeof made) => new Set(expandStudy(parseStudy(of)).runs.map(({ group }) => group))
      expect(cells).toHaveLength(groups(made).size)
      for (const cell of [cells[0], cells[cells.length - 1]]) {
        if (cell.rule === null) throw new Error('no rule')
        const left = studyOf({ ...whole, exclude: [cell.rule] }).study
        if (!left) throw new Error(cell.rule)
        const gone = gridPreview(left)?.rows.flatMap((row) =>
          row.cells.flatMap((each) => (each && each.excluded.length > 0 ? [each.labels] : [])),
        )
        expect(gone).toEqual([cell.labels])
        expect(groups(left).size).toBe(cells.length - 1)
      }
    }
  })
})
