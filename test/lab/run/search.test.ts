import { describe, expect, it, vi } from 'vitest'
import type { StudyInput } from '../../../src/shared/spec/study-schema.ts'
import type { Lab } from '../../../src/lab/lab.ts'
import { CANDIDATE } from '../../../src/shared/studies/search.ts'
import { fakeLab, fakeStudy, start, temporaryFolder } from '../support.ts'

vi.mock('../../../src/lab/run/pool.ts', () => import('../../fakes/no-thread.ts'))

const searched = (paths: readonly string[]): StudyInput => ({
  ...fakeStudy(paths, [1, 2]),
  search: { rates: [0.1, 0.03, 0.01], seeds: [11] },
})

/** Waits until so many runs of the study are over; its rows. */
async function untilOver(lab: Lab, count: number) {
  const deadline = Date.now() + 50_000
  for (;;) {
    const rows = await lab.call('runs/list', { study: 'fake' })
    const over = rows.filter(({ status }) => status === 'finished' || status === 'diverged')
    if (over.length >= count) return rows
    if (Date.now() > deadline) throw new Error(`${over.length} of ${rows.length} runs are over`)
    await new Promise((resolve) => setTimeout(resolve, 15))
  }
}
const reported = (rows: Awaited<ReturnType<typeof untilOver>>) =>
  rows
    .filter(({ labels }) => !(CANDIDATE in labels))
    .map(({ labels, spec }) => [labels.Case, spec.training.learningRate, spec.seed])

describe('a study that searches its learning rate', () => {
  it('trains the candidates, then fresh seeds at the rate that each group chose, by itself', async () => {
    const lab = fakeLab()
    const cases = ['steps=10 best=0.03', 'steps=10 best=0.2 most=0.05']
    const candidates = await start(lab, searched(cases))
    expect(candidates).toHaveLength(6)
    const rows = await untilOver(lab, 10)
    expect(rows).toHaveLength(10)
    // At 0.1 the second diverges, which is near its best.
    expect(reported(rows)).toEqual([
      [cases[0], 0.03, 1],
      [cases[0], 0.03, 2],
      [cases[1], 0.03, 1],
      [cases[1], 0.03, 2],
    ])
    const request = { study: 'fake', metric: 'test.accuracy', at: 'last' } as const
    const table = await lab.call('compare/table', request)
    expect(table.rows.map(({ label, n }) => [label, n])).toEqual(cases.map((each) => [each, 2]))
    expect(table.caption).toContain('one budget for every row: 0.01, 0.03 and 0.1, seed 11 (3 runs a row)')
    expect(table.caption).toContain(`${cases[1]} 0.03 (diverged at 0.1)`)
    // Asked again, there is nothing to do.
    const again = await lab.call('studies/start', { id: 'fake' })
    expect(again).toMatchObject({ queued: 0, waiting: 0 })
    expect([...again.runs].sort((a, b) => a - b)).toEqual(rows.map(({ id }) => id).sort((a, b) => a - b))
    const estimate = await lab.call('studies/estimate', { study: searched(cases) })
    expect(estimate).toMatchObject({ runs: 10, existing: 10 })
  })

  it('chooses for a language model by the least perplexity', async () => {
    const lab = fakeLab()
    await start(lab, searched(['steps=10 tokens=1 best=0.03']))
    const rows = await untilOver(lab, 5)
    expect(reported(rows).map(([, rate]) => rate)).toEqual([0.03, 0.03])
    const request = { study: 'fake', metric: 'validation.perplexity', at: 'last' } as const
    const { caption } = await lab.call('compare/table', request)
    expect(caption).toContain('chosen by the least mean validation perplexity')
  })

  it('counts what is to come in its estimate before any rate is known', async () => {
    const lab = fakeLab()
    const estimate = await lab.call('studies/estimate', { study: searched(['steps=10 best=0.03']) })
    expect(estimate).toMatchObject({ runs: 5, existing: 0 })
  })

  it('goes on after the lab was closed in the midst of it', async () => {
    const home = temporaryFolder()
    const first = fakeLab({ home })
    await start(first, searched(['steps=10 best=0.1', 'steps=40 ms=5 best=0.01']))
    await untilOver(first, 3)
    await first.close()
    const second = fakeLab({ home })
    const rows = await untilOver(second, 10)
    expect(reported(rows).map(([, rate]) => rate)).toEqual([0.1, 0.1, 0.01, 0.01])
  })

  it('waits for a candidate that failed until it is queued again', async () => {
    const lab = fakeLab()
    await start(lab, searched(['steps=20 fail=15 best=0.1', 'steps=10 best=0.01']))
    const rows = await untilOver(lab, 5)
    expect(reported(rows).map(([, rate]) => rate)).toEqual([0.01, 0.01])
    const quiet = await lab.call('studies/start', { id: 'fake', retry: false })
    expect(quiet).toMatchObject({ queued: 0, waiting: 1 })
    expect(await lab.call('studies/start', { id: 'fake' })).toMatchObject({ queued: 3, waiting: 1 })
  })

  it('refuses a rate that is set for a start', async () => {
    const lab = fakeLab()
    await lab.call('studies/save', { study: searched(['steps=10']) })
    await expect(
      lab.call('studies/start', { id: 'fake', set: { 'training.learningRate': 0.5 } }),
    ).rejects.toMatchObject({ code: 'bad-input', where: 'training.learningRate' })
  })
})
