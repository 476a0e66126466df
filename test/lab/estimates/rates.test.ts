/** Remembered steps: kept between processes, never trusted across machines and versions. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { measuredText, ratesOf, readRates } from '../../../src/lab/estimates/rates.ts'
import { parseSpec } from '../../../src/shared/spec/parse.ts'

const spec = parseSpec({ model: { depth: 3 }, sparsity: { density: 0.25 } })
const rate = { stepMs: 4, modelMs: 2, kind: 'dense' } as const
const now = (): Date => new Date('2026-11-23T10:00:00Z')
let folder = ''
let file = ''

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rates-'))
  file = join(folder, 'backend-rates.json')
})
afterEach(() => rmSync(folder, { recursive: true }))

it('finds a measured step again, for every seed of the work and for no other work', async () => {
  ;(await ratesOf(file, spec, now)).record('sparse', rate)
  const again = await ratesOf(file, { ...spec, seed: 77 }, now)
  expect(again.exact('sparse')).toMatchObject({ ...rate, day: '2026-11-23' })
  expect(again.exact('tensorflow')).toBeUndefined()
  const other = await ratesOf(file, parseSpec({ model: { depth: 4 }, sparsity: { density: 0.25 } }), now)
  expect(other.exact('sparse')).toBeUndefined()
  expect(other.others('sparse')).toMatchObject([rate])
  expect(await measuredText(file, spec)).toBe('Steps measured here: sparse 4.0 ms (2026-11-23).')
})

it('forgets what was measured with other versions, threads or processors', async () => {
  ;(await ratesOf(file, spec, now)).record('sparse', rate)
  const stored = JSON.parse(readFileSync(file, 'utf8')) as { rates: { key: string }[] }
  stored.rates[0].key = stored.rates[0].key.replace(/\d+ threads/, '63 threads')
  writeFileSync(file, JSON.stringify(stored))
  const again = await ratesOf(file, spec, now)
  expect([again.exact('sparse'), again.others('sparse')]).toEqual([undefined, []])
  expect(await measuredText(file, spec)).toBe('')
})

it('replaces a rate of the same work, and begins anew over a damaged file', async () => {
  writeFileSync(file, '{"form": 1, "rates": [')
  const rates = await ratesOf(file, spec, now)
  expect(rates.exact('sparse')).toBeUndefined()
  rates.record('sparse', rate)
  rates.record('sparse', { ...rate, stepMs: 3 })
  expect(readRates(file).map(({ stepMs }) => stepMs)).toEqual([3])
})

it('names no host', async () => {
  ;(await ratesOf(file, spec, now)).record('sparse', rate)
  const { hostname } = await import('node:os')
  expect(readFileSync(file, 'utf8')).not.toContain(hostname())
})
