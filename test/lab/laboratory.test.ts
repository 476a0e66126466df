import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { readNpz } from '../../src/engine/interchange/npz.ts'
import { readSafetensors } from '../../src/engine/interchange/safetensors.ts'
import type { TimingProgress } from '../../src/shared/laboratory/types.ts'
import { fakeLab } from './support.ts'
import { WORKER } from '../entries.ts'

const folder = mkdtempSync(join(tmpdir(), 'givens-laboratory-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

it('draws small matrices at once and large ones in a thread, with the same numbers', async () => {
  const lab = fakeLab({ workerUrl: WORKER })
  const draw = { shape: [96, 128], density: 0.1, settings: { scheme: 'eoi' as const }, seed: 3 }
  const large = await lab.call('laboratory/draw', { draw })
  const again = await lab.call('laboratory/draw', { draw, job: 'a' })
  expect({ ...large, seconds: 0 }).toEqual({ ...again, seconds: 0 })
  const small = await lab.call('laboratory/draw', {
    draw: { shape: [8, 8], density: 0.5, settings: { scheme: 'eoi' } },
  })
  expect(small.report.residual).toBeLessThan(1e-12)
})

it('answers others while a thread works, and stops it when asked', async () => {
  const lab = fakeLab({ workerUrl: WORKER })
  const points: TimingProgress[] = []
  lab.on('laboratory/timing', ({ job, progress }) => {
    expect(job).toBe('t')
    points.push(progress)
    if (points.length === 2) void lab.call('jobs/cancel', { job: 't' })
  })
  const timing = { schemes: ['eoi' as const], sizes: [64, 1024], densities: [0.1, 0.2, 0.3], repeats: 50 }
  const work = lab.call('laboratory/timing', { timing, job: 't' })
  const over = expect(work).rejects.toMatchObject({ code: 'cancelled' })
  await expect(lab.call('laboratory/timing', { timing, job: 't' })).rejects.toThrow(/under way/)
  expect((await lab.call('runs/list', {})).length).toBe(0)
  await over
  expect(points.length).toBeLessThan(6)
  expect(await lab.call('jobs/cancel', { job: 't' })).toEqual({ cancelled: false })
})

it('stops AI between two steps, long before its thread would be ended', async () => {
  const lab = fakeLab({ workerUrl: WORKER })
  let asked = 0
  lab.on('jobs/progress', () => {
    if (asked > 0) return
    asked = performance.now()
    void lab.call('jobs/cancel', { job: 'ai' })
  })
  const settings = { scheme: 'ai' as const, aiSteps: 100_000 }
  const draw = { shape: [32, 32], density: 0.3, settings, backend: 'reference' as const }
  await expect(lab.call('laboratory/draw', { draw, job: 'ai' })).rejects.toMatchObject({ code: 'cancelled' })
  expect(asked).toBeGreaterThan(0)
  expect(performance.now() - asked).toBeLessThan(2500)
})

it('refuses bad input by name, and passes on what cannot be done', async () => {
  const lab = fakeLab({ workerUrl: WORKER })
  await expect(lab.request('laboratory/draw', { draw: { shape: [4, 4, 4] } })).rejects.toThrow(
    /draw\.shape: 2 sides/,
  )
  const draw = { shape: [128, 128], density: 0.001, settings: { scheme: 'eoi' as const } }
  await expect(lab.call('laboratory/draw', { draw })).rejects.toMatchObject({
    code: 'impossible',
    where: 'density',
  })
  const sao = { shape: [128, 128], settings: { scheme: 'sao' as const, saoDegree: 3 } }
  await expect(lab.call('laboratory/draw', { draw: sao })).rejects.toThrow(/nearest degrees allowed: 2 and 4/)
})

it('writes what it drew', async () => {
  const lab = fakeLab({ workerUrl: WORKER })
  const draw = { shape: [3, 3, 4, 6], density: 0.4, settings: { scheme: 'eoi' as const } }
  const npz = join(folder, 'a.npz')
  expect(await lab.call('laboratory/export', { draw, format: 'npz', file: npz })).toMatchObject({ file: npz })
  expect(readNpz(readFileSync(npz)).map(({ name, shape }) => [name, ...shape])).toEqual([
    ['weight', 3, 3, 4, 6],
    ['mask', 3, 3, 4, 6],
  ])
  const file = join(folder, 'a.safetensors')
  await lab.call('laboratory/export', { draw, format: 'safetensors', pytorch: true, file })
  const { arrays, metadata } = readSafetensors(new Uint8Array(readFileSync(file)))
  expect(arrays.map(({ name, shape }) => [name, ...shape])).toEqual([
    ['weight', 6, 4, 3, 3],
    ['weight_mask', 6, 4, 3, 3],
  ])
  expect(metadata.scheme).toBe('eoi')
  const png = join(folder, 'a.png')
  await lab.call('laboratory/export', { draw, format: 'png', file: png })
  expect(readFileSync(png).subarray(1, 4).toString()).toBe('PNG')
})

it('writes measured times as a table that reads back, commas and all', async () => {
  const lab = fakeLab({ workerUrl: WORKER })
  const file = join(folder, 'times.csv')
  const point = { size: 64, density: 0.1, reached: 0.1003, repeats: 3 }
  const points = [
    { ...point, scheme: 'eoi' as const, seconds: 0.0123456789, note: null },
    { ...point, scheme: 'sao' as const, seconds: 2e-7, note: 'degree 6, nearest' },
  ]
  const written = await lab.call('laboratory/export-times', { points, file })
  const text = readFileSync(file, 'utf8')
  expect(written).toEqual({ file, rows: 2, bytes: text.length })
  expect(text.split('\r\n')).toEqual([
    'scheme,size,density,reached,repeats,seconds,note',
    'eoi,64,0.1,0.1003,3,0.0123456789,',
    'sao,64,0.1,0.1003,3,2e-7,"degree 6, nearest"',
    '',
  ])
  await expect(lab.request('laboratory/export-times', { points: [], file })).rejects.toThrow(/points/)
})
