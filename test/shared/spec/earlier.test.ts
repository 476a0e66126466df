import { describe, expect, it } from 'vitest'
import { canonicalSpec, groupOf, identityOf } from '../../../src/shared/spec/identity.ts'
import { parseSpec, parseStoredSpec, storedSpec } from '../../../src/shared/spec/parse.ts'
import { schemeName } from '../../../src/shared/spec/scheme-name.ts'
import type { RunSpec, RunSpecInput } from '../../../src/shared/spec/schema.ts'

/** A complete specification as rows held it before the corrected definitions had names. */
function earlier(input: RunSpecInput): string {
  const { initialization, sparsity, ...rest } = parseSpec(input)
  const { fanInScale: _scale, ...oldInitialization } = initialization
  const { examplesPerClass: _examples, ...oldSparsity } = sparsity
  return JSON.stringify({ ...rest, initialization: oldInitialization, sparsity: oldSparsity })
}

const fanIn: RunSpecInput = {
  sparsity: { density: 0.1, distribution: 'erk' },
  initialization: { scheme: 'fan-in' },
}
const grasp: RunSpecInput = { sparsity: { density: 0.1, distribution: 'grasp' } }
const published = (more: RunSpecInput): RunSpecInput => ({
  ...more,
  sparsity: { density: 0.1, distribution: 'synflow', ...more.sparsity, variant: 'published' },
})

/** Identities that stand in databases: of the specification without the new fields. */
const PINNED: readonly (readonly [string, RunSpecInput, string])[] = [
  [
    'fan-in',
    fanIn,
    '{"initialization.scheme":"fan-in","sparsity.density":0.1,"sparsity.distribution":"erk"}',
  ],
  ['GraSP', grasp, '{"sparsity.density":0.1,"sparsity.distribution":"grasp"}'],
  [
    'SynFlow of tanh as published',
    published({}),
    '{"sparsity.density":0.1,"sparsity.distribution":"synflow","sparsity.variant":"published"}',
  ],
  [
    'SAO as published',
    published({ sparsity: { distribution: 'erk' }, initialization: { scheme: 'sao' } }),
    '{"initialization.scheme":"sao","sparsity.density":0.1,"sparsity.distribution":"erk",' +
      '"sparsity.variant":"published"}',
  ],
]

describe.each(PINNED)('%s, stored before', (_, input, canonical) => {
  const stored = storedSpec(earlier(input))

  it('keeps its identity and its meaning through every way of storing', () => {
    expect(canonicalSpec(stored)).toBe(canonical)
    expect(storedSpec(JSON.stringify(stored))).toEqual(stored)
    expect(parseSpec(stored)).toEqual(stored)
    expect(parseStoredSpec(JSON.parse(earlier(input)))).toEqual(stored)
  })

  it('is another run, and another group, than the corrected definition', () => {
    const corrected = parseSpec(input)
    expect(identityOf(corrected)).not.toBe(identityOf(stored))
    expect(groupOf(corrected)).not.toBe(groupOf(stored))
    expect(schemeName(corrected) === schemeName(stored)).toBe(input === grasp)
  })
})

describe('what was not corrected', () => {
  it.each([
    published({ sparsity: { distribution: 'erk' } }),
    published({ sparsity: { distribution: 'snip' } }),
    published({ model: { name: 'resnet' } }),
    { sparsity: { density: 0.1, distribution: 'erk' }, initialization: { scheme: 'eoi' } },
  ] satisfies RunSpecInput[])('is the same run as before: %j', (input) => {
    const stored = storedSpec(earlier(input))
    expect(stored).toEqual(parseSpec(input))
    expect(identityOf(stored)).toBe(identityOf(parseSpec(input)))
  })

  it('new settings are told apart where they are used, and nowhere else', () => {
    const of = (input: RunSpecInput): string => identityOf(parseSpec(input))
    const scaled = (fanInScale: RunSpec['initialization']['fanInScale']): RunSpecInput => ({
      ...fanIn,
      initialization: { scheme: 'fan-in', fanInScale },
    })
    expect(new Set([of(scaled('lecun')), of(scaled('he')), of(scaled('published'))]).size).toBe(3)
    const many: RunSpecInput = { sparsity: { ...grasp.sparsity, examplesPerClass: 50 } }
    expect(of(many)).not.toBe(of(grasp))
    expect(of({ initialization: { fanInScale: 'he' }, sparsity: { examplesPerClass: 9 } })).toBe(of({}))
  })
})
