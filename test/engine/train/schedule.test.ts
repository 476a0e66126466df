import { describe, expect, it } from 'vitest'
import { cosineRate, learningRate, multiStepRate } from '../../../src/engine/train/schedule.ts'
import { runSpecSchema } from '../../../src/shared/spec/schema.ts'
import { oracle } from '../../oracle.ts'

interface Schedule {
  name: string
  kind: string
  base: number
  total: number
  lr: number[]
  milestones?: number[]
  gamma?: number
  warmup?: number
  min?: number
}

const { schedules } = oracle<{ schedules: Schedule[] }>('optim')

describe('learning-rate schedules against PyTorch', () => {
  it.each(schedules.map((schedule) => [schedule.name, schedule] as const))('%s', (_, schedule) => {
    const { kind, base, total, lr } = schedule
    for (let step = 0; step < total; step++) {
      const rate =
        kind === 'multistep'
          ? multiStepRate(base, schedule.milestones ?? [], schedule.gamma ?? Number.NaN, step)
          : cosineRate(base, total, schedule.warmup ?? Number.NaN, step, schedule.min)
      expect(Math.abs(rate / lr[step] - 1)).toBeLessThan(1e-9)
    }
  })
})

describe('learningRate', () => {
  const training = (over: object) =>
    runSpecSchema.parse({ training: { learningRate: 0.1, ...over } }).training

  it('divides at half and three quarters by default', () => {
    const rates = [0, 49, 50, 74, 75, 99].map((step) =>
      learningRate(training({ schedule: 'step' }), step, 100),
    )
    rates.forEach((rate, i) => expect(rate).toBeCloseTo([0.1, 0.1, 0.01, 0.01, 0.001, 0.001][i], 12))
  })

  it('warms up linearly to the full rate', () => {
    const rates = [0, 4, 9, 10, 60].map((step) => learningRate(training({ warmup: 0.1 }), step, 100))
    rates.forEach((rate, i) => expect(rate).toBeCloseTo([0.01, 0.05, 0.1, 0.1, 0.1][i], 12))
  })
})
