// A user's own data in the lab: bound by content, reused when moved, made anew when exchanged, and closed to
// a page whose user did not choose them.
import { mkdirSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { writeNpz } from '../../src/engine/interchange/npz.ts'
import type { Lab } from '../../src/lab/lab.ts'
import { fakeLab, start, temporaryFolder, until } from './support.ts'
import { WORKER } from '../entries.ts'

let folder = ''

beforeEach(() => {
  folder = temporaryFolder()
  process.env['GIVENS_DATA'] = join(folder, 'store')
})
afterEach(() => {
  delete process.env['GIVENS_DATA']
})

const lab = (): Lab => fakeLab({ workerUrl: WORKER })
const training = { epochs: 1, batchSize: 8 }
const model = { name: 'mlp', depth: 1, width: 8 }

function npz(path: string, turned = false): string {
  const labels = Int32Array.from({ length: 40 }, (_, k) => (k + (turned ? 1 : 0)) % 2)
  const x = { shape: [40, 3], data: Float32Array.from({ length: 120 }, (_, i) => Math.sin(i)) }
  const arrays = {
    x_train: x,
    y_train: { shape: [40], data: labels },
    x_test: x,
    y_test: { shape: [40], data: labels },
  }
  writeFileSync(path, writeNpz(Object.entries(arrays).map(([name, array]) => ({ name, ...array }))))
  return path
}
function study(data: object, id = 'own') {
  return { id, title: 'Own', base: { model, data, training }, seeds: [1] }
}
async function hashOf(opened: Lab, id: number): Promise<string> {
  return (await opened.call('runs/get', { id })).environment['data hash']
}

describe('runs on own data', () => {
  it('are bound to the content: moved it is the same run, exchanged another', async () => {
    const opened = lab()
    const path = npz(join(folder, 'a.npz'))
    const [first] = await start(opened, study({ name: 'file', path }))
    const [row] = await until(opened, [first], 'finished', 'failed')
    expect(row.error).toBeNull()
    expect(row.spec.data.sha256).toBe(await hashOf(opened, first))

    renameSync(path, join(folder, 'b.npz'))
    const [moved] = await start(opened, study({ name: 'file', path: join(folder, 'b.npz') }))
    expect(moved).toBe(first)

    npz(join(folder, 'b.npz'), true)
    const [other] = await start(opened, study({ name: 'file', path: join(folder, 'b.npz') }))
    expect(other).not.toBe(first)
    await until(opened, [other], 'finished')
    expect(await hashOf(opened, other)).not.toBe(await hashOf(opened, first))

    const estimate = await opened.call('studies/estimate', {
      study: study({ name: 'file', path: join(folder, 'b.npz') }),
    })
    expect(estimate).toMatchObject({ runs: 1, existing: 1, problems: [] })
  })

  it('train a language model on a text: the same run on the same content', async () => {
    const opened = lab()
    const path = join(folder, 'a.txt')
    writeFileSync(path, 'the cat sat on the mat. '.repeat(60))
    const base = {
      model: { name: 'gpt', depth: 1, width: 8, heads: 2 },
      data: { name: 'text', path, context: 8 },
      sparsity: { distribution: 'erk', density: 0.5, attention: true },
      training: { epochs: 2, batchSize: 8, learningRate: 0.1, evaluations: 2 },
    }
    const text = { id: 'text', title: 'Text', base, seeds: [1] }
    const [first] = await start(opened, text)
    const [row] = await until(opened, [first], 'finished', 'failed')
    expect(row.error).toBeNull()
    for (const split of ['train', 'validation', 'test'])
      expect(row.last[`${split}.perplexity`]).toBeCloseTo(Math.exp(row.last[`${split}.loss`]), 9)
    // Eleven different characters and the unknown one: it has learned something.
    expect(row.last['test.perplexity']).toBeLessThan(11)
    renameSync(path, join(folder, 'b.txt'))
    const moved = { ...base, data: { ...base.data, path: join(folder, 'b.txt') } }
    expect(await start(opened, { ...text, base: moved })).toEqual([first])
    expect((await opened.call('model/show', { spec: moved })).classes).toBe(12)
    const file = join(folder, 'weights.npz')
    expect((await opened.call('weights/write', { run: first, format: 'npz', file })).arrays).toBeGreaterThan(
      10,
    )
  })

  it('are told before the start what is wrong with the data', async () => {
    const opened = lab()
    const path = join(folder, 't.csv')
    writeFileSync(path, 'a,price\n1,0.5\n2,0.25\n')
    await opened.call('studies/save', { study: study({ name: 'file', path }) })
    await expect(opened.call('studies/start', { id: 'own' })).rejects.toThrow(/a regression of numbers/)
    const estimate = await opened.call('studies/estimate', { study: study({ name: 'file', path }) })
    expect(estimate.problems.join()).toMatch(/a regression of numbers/)
    const shown = opened.call('model/show', {
      spec: { data: { name: 'file', path: npz(join(folder, 'a.npz')) } },
    })
    expect(await shown).toMatchObject({ input: [3], classes: 2 })
  })

  it('write their weights after the data are gone', async () => {
    const opened = lab()
    const path = npz(join(folder, 'a.npz'))
    const [run] = await start(opened, study({ name: 'file', path }))
    await until(opened, [run], 'finished')
    renameSync(path, join(folder, 'elsewhere.npz'))
    const file = join(folder, 'weights.npz')
    expect((await opened.call('weights/write', { run, format: 'npz', file })).arrays).toBe(4)
  })
})

describe('data exchanged under their path', () => {
  function mnist(fill: number): string {
    const path = join(folder, 'digits')
    mkdirSync(path, { recursive: true })
    const idx = (name: string, shape: number[], value: (k: number) => number): void => {
      const header = 4 + 4 * shape.length
      const bytes = new Uint8Array(header + shape.reduce((product, side) => product * side, 1))
      bytes.set([0, 0, 8, shape.length])
      shape.forEach((side, k) => new DataView(bytes.buffer).setUint32(4 + 4 * k, side))
      for (let k = header; k < bytes.length; k++) bytes[k] = value(k - header)
      writeFileSync(join(path, name), bytes)
    }
    for (const [name, count] of [
      ['train', 60],
      ['t10k', 20],
    ] as const) {
      idx(`${name}-images-idx3-ubyte`, [count, 4, 4], (k) => (k * 7 + fill) % 256)
      idx(`${name}-labels-idx1-ubyte`, [count], (k) => k % 10)
    }
    return path
  }

  it('are noticed: the old run stays as it is, a new one is made and found again', async () => {
    const opened = lab()
    const data = { name: 'mnist', path: mnist(1) }
    const [first] = await start(opened, study(data))
    await until(opened, [first], 'finished')
    const recorded = await hashOf(opened, first)
    expect(await opened.call('studies/start', { id: 'own' })).toMatchObject({
      queued: 0,
      reused: 1,
      changed: [],
    })

    mnist(2)
    const again = await opened.call('studies/start', { id: 'own' })
    expect(again).toMatchObject({ queued: 1, changed: [first] })
    const [second] = again.runs
    expect(second).not.toBe(first)
    await until(opened, [second], 'finished')
    expect(await hashOf(opened, first)).toBe(recorded)
    const { events, row } = await opened.call('runs/get', { id: second })
    expect(events.map(({ message }) => message).join()).toMatch(`not those that run ${first} was trained on`)
    expect(row.labels['Data']).not.toBe((await opened.call('runs/get', { id: first })).row.labels['Data'])

    expect(await opened.call('studies/start', { id: 'own' })).toMatchObject({ queued: 0, runs: [second] })
    mnist(1)
    expect(await opened.call('studies/start', { id: 'own' })).toMatchObject({ queued: 0, runs: [first] })
  })

  it('stop a run that would go on, and its recorded hash stays', async () => {
    const opened = lab()
    const data = { name: 'mnist', path: mnist(1) }
    const long = { ...study(data), base: { model, data, training: { epochs: 20_000, batchSize: 8 } } }
    const [run] = await start(opened, long)
    const deadline = Date.now() + 60_000
    while ((await opened.call('runs/get', { id: run })).row.step === 0 && Date.now() < deadline)
      await new Promise((resolve) => setTimeout(resolve, 50))
    await opened.call('runs/pause', { ids: [run] })
    await until(opened, [run], 'paused')
    const recorded = await hashOf(opened, run)
    mnist(2)
    await opened.call('runs/resume', { ids: [run] })
    const [failed] = await until(opened, [run], 'failed', 'finished')
    expect(failed.error?.message).toMatch(/are not those that this run began with/)
    expect(await hashOf(opened, run)).toBe(recorded)
    mnist(1)
    await opened.call('runs/retry', { ids: [run] })
    await until(opened, [run], 'running')
    await opened.call('runs/cancel', { ids: [run] })
    await until(opened, [run], 'cancelled')
  })
})

describe('a page', () => {
  it('may only name data that its user chose, or that the bench remembers', async () => {
    const opened = lab()
    const path = join(folder, 'secret.csv')
    writeFileSync(path, 'a,y\n1,0\n2,1\n3,0\n4,1\n5,0\n')
    const named = [
      ['data/samples', { name: 'file', path }],
      ['data/check', { name: 'image-folder', path }],
      ['data/add', { path }],
      ['data/forget', { path }],
      ['model/show', { spec: { data: { name: 'file', path } } }],
      ['studies/save', { study: study({ name: 'file', path }) }],
      ['studies/start', { id: 'quick-start', set: { 'data.path': path } }],
    ] as const
    for (const [method, input] of named)
      await expect(opened.requestOfPage(method, input), method).rejects.toMatchObject({ code: 'bad-input' })

    expect(await opened.call('data/add', { path })).toEqual({ name: 'file', path, label: '', present: true })
    const samples = opened.requestOfPage('data/samples', { name: 'file', path })
    expect(await samples).toMatchObject({ table: { columns: ['a'] } })
    await opened.requestOfPage('data/relabel', { path, label: 'y' })
    expect(await opened.requestOfPage('data/own', {})).toEqual([
      { name: 'file', path, label: 'y', present: true },
    ])
    expect(await opened.requestOfPage('data/forget', { path })).toEqual([])
    await expect(opened.requestOfPage('data/samples', { name: 'file', path })).rejects.toThrow(/chosen/)
  })
})
