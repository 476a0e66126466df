// Which dense networks a row is held against: the whole one, and the one nearest in size.
import { expect, it } from 'vitest'
import { parseSpec } from '../../../src/shared/spec/parse.ts'
import type { RunSpecInput } from '../../../src/shared/spec/schema.ts'
import { referencesOf } from '../../../src/shared/stats/references.ts'

const row = (label: string, parameters: number, spec: RunSpecInput) => ({
  label,
  labels: {},
  n: 3,
  parameters,
  specs: [parseSpec(spec)],
})
const half = { name: 'resnet', depth: 20, widthMultiplier: 0.5 } as const
const sparse = { density: 0.1, distribution: 'erk' } as const
const eoi = row('EOI', 100, { model: half, sparsity: sparse, initialization: { scheme: 'eoi' } })
const shuffled = row('EOI (shuffled)', 100, {
  model: half,
  sparsity: sparse,
  initialization: { scheme: 'eoi', sanity: 'shuffled' },
})
const inverted = row('SNIP, inverted', 100, {
  model: half,
  sparsity: { density: 0.1, distribution: 'snip', inverted: true },
})
const whole = row('Dense', 1000, { model: half })
const narrow = row('Dense, narrow', 110, { model: { ...half, widthMultiplier: 0.16 } })
const narrower = row('Dense, narrower', 80, { model: { ...half, widthMultiplier: 0.14 } })

it('calls whole what has the row’s own width and depth, and the nearest of the others its size', () => {
  const found = referencesOf([eoi, narrower, whole, narrow])
  expect(found).toEqual([
    { dense: 2, sameSize: 3 },
    { dense: null, sameSize: null },
    { dense: null, sameSize: null },
    { dense: null, sameSize: null },
  ])
})

it('takes no scheme that brings its own masks for dense, whatever its distribution says', () => {
  const sao = row('SAO', 900, { model: half, initialization: { scheme: 'sao' } })
  const pattern = row('EOI, blocks', 300, {
    model: half,
    initialization: { scheme: 'eoi', pattern: { kind: 'blocks' } },
  })
  const found = referencesOf([sao, pattern, eoi, row('Dense', 1000, { model: half })])
  expect(found.map(({ dense }) => dense)).toEqual([3, 3, 3, null])
})

it('knows no whole network where only smaller ones were trained', () => {
  expect(referencesOf([eoi, narrow, narrower])[0]).toEqual({ dense: null, sameSize: 1 })
})

it('holds sanity rows against the same dense networks', () => {
  const found = referencesOf([eoi, shuffled, inverted, whole, narrow])
  expect(found.slice(0, 3)).toEqual(Array(3).fill({ dense: 3, sameSize: 4 }))
})
