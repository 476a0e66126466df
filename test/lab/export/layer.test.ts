/** Layers of a trained run at their known steps, against its exported weights and its stored report. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Papa from 'papaparse'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { readNpz, writeNpz } from '../../../src/engine/interchange/npz.ts'
import { fakeLab, start, temporaryFolder, until } from '../support.ts'
import { WORKER } from '../../entries.ts'

let folder = ''
beforeEach(() => {
  folder = temporaryFolder()
  process.env['GIVENS_DATA'] = join(folder, 'store')
})
afterEach(() => {
  delete process.env['GIVENS_DATA']
})

/** Forty examples of six numbers, of two classes. */
function dataFile(): string {
  const path = join(folder, 'data.npz')
  const labels = Int32Array.from({ length: 40 }, (_, k) => k % 2)
  const x = { shape: [40, 6], data: Float32Array.from({ length: 240 }, (_, i) => Math.sin(i)) }
  const y = { shape: [40], data: labels }
  const arrays = Object.entries({ x_train: x, y_train: y, x_test: x, y_test: y })
  writeFileSync(path, writeNpz(arrays.map(([name, array]) => ({ name, ...array }))))
  return path
}

it('shows a kernel as initialized, at kept checkpoints and at the end, and writes it', async () => {
  const lab = fakeLab({ workerUrl: WORKER, checkpointEveryMs: 1 })
  await lab.call('queue/set', { keep: 3 })
  const base = {
    model: { name: 'mlp', depth: 2, width: 12 },
    data: { name: 'file', path: dataFile() },
    sparsity: { distribution: 'uniform', density: 0.4 },
    initialization: { scheme: 'eoi' },
    training: { epochs: 16, batchSize: 8 },
  }
  const study = { id: 'own', title: 'Own', base, seeds: [1] }
  const [run] = await start(lab, study)
  await until(lab, [run], 'finished')
  const layer = 'hidden2.kernel'

  const first = await lab.call('runs/layer', { run, layer, step: 0 })
  const stored = (await lab.call('runs/get', { id: run })).layers.find(({ name }) => name === layer)
  expect(first.report.nonzeros).toBe(stored?.nonzeros)
  expect(first.report.singularMax).toBeCloseTo(stored?.singularMax ?? NaN, 9)
  expect(first.notes).toEqual([])

  const last = await lab.call('runs/layer', { run, layer })
  expect(last.steps[0]).toBe(0)
  expect(last.step).toBe(last.steps.at(-1))
  expect(last.steps.length).toBeGreaterThan(2)
  expect(last.steps.length).toBeLessThanOrEqual(5)
  const file = join(folder, 'weights.npz')
  await lab.call('weights/write', { run, format: 'npz', file })
  const arrays = new Map(readNpz(readFileSync(file)).map(({ name, data }) => [name, data]))
  const weights = Array.from(arrays.get(layer) ?? [], Number)
  expect(last.report.nonzeros).toBe(Array.from(arrays.get(`${layer}.mask`) ?? []).filter(Boolean).length)
  // The squares of the singular values are those of the weights, at the end others than at the beginning.
  const squares = (values: readonly number[]) => values.reduce((sum, value) => sum + value ** 2, 0)
  expect(squares(last.singular ?? [])).toBeCloseTo(squares(weights), 9)
  expect(Math.abs(squares(last.singular ?? []) - squares(first.singular ?? []))).toBeGreaterThan(1e-6)
  const middle = await lab.call('runs/layer', { run, layer, step: last.steps[1] })
  expect(middle.singular).not.toEqual(last.singular)

  const csv = join(folder, 'layer.csv')
  const asked = { what: 'layer', runs: [run], layer } as const
  await lab.call('export/write', { ...asked, format: 'csv', file: csv })
  const [, ...rows] = Papa.parse<string[]>(readFileSync(csv, 'utf8').trim()).data
  expect(rows.map(([input, output, value]) => [Number(input) * 12 + Number(output), Number(value)])).toEqual(
    weights.flatMap((value, at) => (value === 0 ? [] : [[at, value]])),
  )
  const png = join(folder, 'layer.png')
  await lab.call('export/write', { ...asked, format: 'png', step: 0, file: png })
  expect(readFileSync(png).subarray(1, 4).toString()).toBe('PNG')
  const wrong = { run, layer: 'hidden9.kernel' }
  await expect(lab.call('runs/layer', wrong)).rejects.toThrow(/no kernel “hidden9.kernel”.*hidden2.kernel/)
  await expect(lab.call('runs/layer', { run, layer, step: 999_999 })).rejects.toThrow(/Known steps: 0, /)
})
