import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import Papa from 'papaparse'
import { describe, expect, it, vi } from 'vitest'
import { curve, fakeLab, fakeStudy, start, temporaryFolder, until } from '../support.ts'

vi.mock('../../../src/lab/run/pool.ts', () => import('../../fakes/no-thread.ts'))

function rowsOf(file: string): Record<string, string>[] {
  return Papa.parse<Record<string, string>>(readFileSync(file, 'utf8').trimEnd(), { header: true }).data
}

async function prepared() {
  const lab = fakeLab()
  const runs = await start(lab, fakeStudy(['steps=50', 'steps=30 nan=25'], [1, 2, 3]))
  await until(lab, runs, 'finished', 'diverged')
  return { lab, runs, folder: temporaryFolder() }
}

describe('exports', () => {
  it('CSV read back equals the store: metrics, runs, groups', async () => {
    const { lab, runs, folder } = await prepared()
    const file = (name: string): string => join(folder, name)
    const written = await lab.call('export/write', {
      what: 'metrics',
      format: 'csv',
      study: 'fake',
      file: file('m.csv'),
    })
    const metrics = rowsOf(file('m.csv'))
    expect(metrics).toHaveLength(written.rows)
    expect(readFileSync(file('m.csv')).length).toBe(written.bytes)
    for (const run of runs) {
      const own = metrics.filter(
        (row) => row['run_id'] === String(run) && row['phase'] === 'train' && row['metric'] === 'loss',
      )
      expect(own.map((row) => [Number(row['step']), Number(row['value'])])).toEqual(await curve(lab, run))
    }
    await lab.call('export/write', { what: 'runs', format: 'csv', study: 'fake', file: file('r.csv') })
    const rows = await lab.call('runs/list', { study: 'fake' })
    expect(
      rowsOf(file('r.csv')).map((row) => [
        Number(row['run_id']),
        row['status'],
        row['config.data.path'],
        Number(row['metric.last.train.loss']),
      ]),
    ).toEqual(rows.map((row) => [row.id, row.status, row.spec.data.path, row.last['train.loss']]))
    for (const at of ['last', 'best', 'best-validation'] as const) {
      await lab.call('export/write', {
        what: 'groups',
        format: 'csv',
        study: 'fake',
        metric: 'train.loss',
        at,
        file: file('g.csv'),
      })
      const table = await lab.call('compare/table', { study: 'fake', metric: 'train.loss', at })
      expect(table.rows.map(({ n }) => n)).toEqual([3, 3])
      expect(
        rowsOf(file('g.csv')).map((row) => [
          row['group'],
          Number(row['n']),
          Number(row['mean']),
          Number(row['std']),
        ]),
      ).toEqual(table.rows.map((row) => [row.group, row.n, row.mean, row.std]))
    }
    expect(readdirSync(folder).filter((name) => name.endsWith('.part'))).toEqual([])
  })

  it('“best” is the best finite value of the curve, computed by brute force', async () => {
    const { lab, runs } = await prepared()
    const table = await lab.call('compare/table', { study: 'fake', metric: 'train.loss', at: 'best' })
    const values = await Promise.all(
      runs.slice(0, 3).map(async (run) => Math.min(...(await curve(lab, run)).map(([, value]) => value))),
    )
    expect(table.rows[0].values).toEqual(values)
  })

  it('counts diverged runs with chance or the loss that ended them, whatever step is asked for', async () => {
    const { lab, runs, folder } = await prepared()
    for (const at of ['last', 'best', 'best-validation'] as const) {
      const losses = await lab.call('compare/table', { study: 'fake', metric: 'train.loss', at })
      expect(losses.rows[1]).toMatchObject({ n: 3, diverged: 3, values: [NaN, NaN, NaN] })
      const accuracy = await lab.call('compare/table', { study: 'fake', metric: 'validation.accuracy', at })
      expect(accuracy.rows[1]).toMatchObject({ n: 3, diverged: 3, mean: 0.1, std: 0 })
      expect(accuracy.caption).toContain('count with chance')
    }
    // In curves they stay counted too: the exported mean is that of three seeds to the last step.
    const request = { study: 'fake', metric: 'validation.accuracy', figure: 'learning-curves' as const }
    const sheet = await lab.call('figures/get', { ...request, band: 'min-max' })
    const [whole, diverged] = sheet.panels[0].series
    expect(diverged.points.map(({ x }) => x)).toEqual(whole.points.map(({ x }) => x))
    for (const { x, y } of diverged.points) {
      if (x < 25) continue
      expect(y).toBeCloseTo(0.1, 12)
    }
    const measured = await curve(lab, runs[3], 'accuracy', 'validation')
    expect(measured.at(-1)?.[0]).toBeLessThan(25)
    const file = join(folder, 'c.csv')
    await lab.call('export/write', { ...request, what: 'figure', format: 'csv', file })
    expect(
      rowsOf(file).filter((row) => Number(row['x']) >= 25 && Number(row['y']) === 0.1).length,
    ).toBeGreaterThan(0)
  })

  it('marks the ends of rounds in the curves of one run, at their places on the axis', async () => {
    const lab = fakeLab()
    const runs = await start(lab, fakeStudy(['steps=40 round=16'], [1, 2]))
    await until(lab, runs, 'finished')
    const request = { metric: 'train.loss', figure: 'learning-curves' as const }
    const one = await lab.call('figures/get', { ...request, runs: [runs[0]] })
    expect(one.panels[0].marks).toEqual([16, 32])
    const epochs = await lab.call('figures/get', { ...request, runs: [runs[0]], axis: 'epoch' })
    expect(epochs.panels[0].marks).toEqual([0.4, 0.8])
    const both = await lab.call('figures/get', { ...request, runs })
    expect(both.panels[0].marks).toBeUndefined()
  })

  it('refuses what there is not, and an unwritable place leaves nothing behind', async () => {
    const { lab, folder } = await prepared()
    await expect(
      lab.call('export/write', { what: 'runs', format: 'latex', study: 'fake', file: join(folder, 'x') }),
    ).rejects.toMatchObject({ code: 'bad-input', message: expect.stringContaining('csv') as string })
    await expect(
      lab.call('export/write', { what: 'runs', format: 'csv', study: 'none', file: join(folder, 'x') }),
    ).rejects.toMatchObject({ code: 'not-found' })
    await expect(
      lab.call('export/write', { what: 'runs', format: 'csv', study: 'fake', file: folder }),
    ).rejects.toThrow()
    expect(existsSync(join(folder, 'x'))).toBe(false)
    await lab.call('export/write', {
      what: 'groups',
      format: 'latex',
      study: 'fake',
      metric: 'train.loss',
      file: join(folder, 't.tex'),
    })
    expect(readFileSync(join(folder, 't.tex'), 'utf8')).toMatch(/\\toprule[\s\S]*\\bottomrule/)
  })
})
