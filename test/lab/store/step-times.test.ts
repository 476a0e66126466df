/** Which runs share a measured step: those whose steps compute as much. */
import { expect, it } from 'vitest'
import { ExpectedTimes } from '../../../src/lab/run/expected.ts'
import { pathsOf } from '../../../src/lab/store/home.ts'
import { openStore } from '../../../src/lab/store/open.ts'
import { addRun } from '../../../src/lab/store/runs.ts'
import { expectedSeconds, recordStepTime, STEP_NEUTRAL, workOf } from '../../../src/lab/store/step-times.ts'
import { fields } from '../../../src/shared/spec/fields.ts'
import { parseSpec } from '../../../src/shared/spec/parse.ts'
import { withValue } from '../../../src/shared/spec/paths.ts'
import type { RunSpec, RunSpecInput } from '../../../src/shared/spec/schema.ts'
import { runGroup, runIdentity, unusedFields } from '../../../src/shared/spec/usage.ts'
import { temporaryFolder } from '../support.ts'

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

it('is known of many runs as of each, and anew when something was measured', () => {
  const database = openStore(pathsOf(temporaryFolder()))
  const specs = [1, 2, 3].flatMap((epochs) =>
    [1, 2].map((seed) => parseSpec({ seed, training: { epochs }, sparsity: { density: 0.5 } })),
  )
  const ids = specs.map((spec) =>
    addRun(
      database,
      { identity: runIdentity(spec), group: runGroup(spec), spec, backend: 'auto' },
      '2026-01-01',
    ),
  )
  const expected = new ExpectedTimes(database)
  const all = () => ids.map((id) => expected.of(id, ids))
  expect(all()).toEqual(ids.map(() => null))
  const time = { backend: 'sparse', device: 'cpu', stepMs: 10, startSeconds: 2, stepsPerEpoch: 100 }
  recordStepTime(database, workOf(specs[0]), time, '2026-01-02')
  expect(all()).toEqual(ids.map(() => null))
  expected.forget()
  expect(all()).toEqual([3, 3, 4, 4, 5, 5])
  expect(all()).toEqual(specs.map((spec) => expectedSeconds(database, spec, 'auto')))
  expect(expected.of(999)).toBeNull()
  database.close()
})
