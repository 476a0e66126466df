/** Which runs share a measured step: those whose steps compute as much. */
import { expect, it } from 'vitest'
import { STEP_NEUTRAL, workOf } from '../../../src/lab/store/step-times.ts'
import { fields } from '../../../src/shared/spec/fields.ts'
import { parseSpec } from '../../../src/shared/spec/parse.ts'
import { withValue } from '../../../src/shared/spec/paths.ts'
import type { RunSpec, RunSpecInput } from '../../../src/shared/spec/schema.ts'
import { unusedFields } from '../../../src/shared/spec/usage.ts'

const work = (input: RunSpecInput): string => workOf(parseSpec(input))

it('tells works of the same density apart by what fills it', () => {
  const sao = { scheme: 'sao' } as const
  expect(work({ initialization: { ...sao, saoDegree: 3 } })).not.toBe(
    work({ initialization: { ...sao, saoDegree: 4 } }),
  )
  const eoi = { model: { name: 'cnn' }, sparsity: { density: 0.2 } } as const
  const structured = (value: boolean): string =>
    work({ ...eoi, initialization: { scheme: 'eoi', structured: value } })
  expect(structured(true)).not.toBe(structured(false))
})

it('is one for all seeds, rates and lengths of training, and blind to what is not used', () => {
  const base = work({ sparsity: { density: 0.2 } })
  expect(
    work({ sparsity: { density: 0.2 }, seed: 9, training: { epochs: 7, learningRate: 0.3, warmup: 0.1 } }),
  ).toBe(base)
  expect(work({ sparsity: { density: 0.2 }, dynamic: { interval: 7 } })).toBe(base)
})

it('makes another work of every number that a run uses and that is not known to be neutral', () => {
  const input = {
    sparsity: { density: 0.2 },
    initialization: { scheme: 'eoi' },
    training: { steps: 9 },
  } as const
  const spec = parseSpec(input)
  const unused = unusedFields(spec)
  for (const { path, type, default: value } of fields()) {
    if ((type !== 'number' && type !== 'integer') || typeof value !== 'number' || unused.has(path)) continue
    const changed = withValue(spec, path.split('.'), value + 1) as RunSpec
    // A field may bring others into use or out of it; its own value has to tell.
    if (unusedFields(changed).has(path)) continue
    expect(workOf(changed) === workOf(spec), path).toBe(STEP_NEUTRAL.has(path))
  }
})
