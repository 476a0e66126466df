import { expect, it } from 'vitest'
import { referenceBackend } from '../../../src/engine/backend/reference/index.ts'
import { timeInitializations } from '../../../src/engine/laboratory/timing.ts'
import { timingSchema } from '../../../src/shared/laboratory/requests.ts'
import type { TimingProgress } from '../../../src/shared/laboratory/types.ts'

/** A clock that a test sets; each reading is one millisecond later. */
function clock() {
  let at = 0
  return () => ++at
}

async function study(input: object): Promise<TimingProgress[]> {
  const steps: TimingProgress[] = []
  const tools = { now: clock(), backend: async () => referenceBackend }
  for await (const step of timeInitializations(timingSchema.parse(input), tools)) steps.push(step)
  return steps
}

it('measures every case, small sizes first, QR once a size', async () => {
  const steps = await study({ sizes: [32, 16], densities: [0.25, 0.5], aiSteps: 4, repeats: 2 })
  expect(steps.map(({ point }) => point && `${point.scheme} ${point.size} ${point.density}`)).toEqual([
    'eoi 16 0.25',
    'eoi 16 0.5',
    'ai 16 0.25',
    'ai 16 0.5',
    'sao 16 0.25',
    'sao 16 0.5',
    'qr 16 1',
    'eoi 32 0.25',
    'eoi 32 0.5',
    'ai 32 0.25',
    'ai 32 0.5',
    'sao 32 0.25',
    'sao 32 0.5',
    'qr 32 1',
  ])
  expect(steps.map(({ done }) => done)).toEqual(Array.from({ length: 14 }, (_, k) => k + 1))
  for (const { point } of steps) {
    expect(point?.seconds).toBeGreaterThan(0)
    expect(Math.abs((point?.reached ?? 0) - (point?.density ?? 1))).toBeLessThan(0.1)
  }
  // One tick after the first of four steps: the other three, scaled to four.
  expect(steps[2].point?.seconds).toBeCloseTo((4 / 3) * 1e-3, 9)
})

it('goes on after what a scheme cannot do, and says why', async () => {
  const [first, second] = await study({ schemes: ['eoi'], sizes: [8], densities: [0.01, 0.5] })
  expect(first.point).toBeNull()
  expect(first.problem).toMatch(/0\.125/)
  expect(second.point?.scheme).toBe('eoi')
})

it('takes the nearest degree of SAO, and says so', async () => {
  const [{ point }] = await study({ schemes: ['sao'], sizes: [12], densities: [0.4] })
  expect(point?.reached).toBe(4 / 12)
  expect(point?.note).toMatch(/degree 4/)
})

it('ends when its check throws', async () => {
  const tools = {
    now: clock(),
    backend: async () => referenceBackend,
    check: () => {
      throw new Error('enough')
    },
  }
  const steps = timeInitializations(timingSchema.parse({ sizes: [8], densities: [0.5] }), tools)
  await expect(steps.next()).rejects.toThrow('enough')
})
