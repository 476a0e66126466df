/** The trainer of `worker.ts`, for threads and for tests that need none. */
import { BenchError } from '../../src/shared/contract/errors.ts'
import type { TrainResult } from '../../src/engine/train/types.ts'
import type { TrainerJob } from '../../src/lab/threads/serve.ts'

function optionsOf(path: string): Record<string, number> {
  return Object.fromEntries(
    path
      .split(' ')
      .filter((part) => part !== '')
      .map((part) => {
        const [name, value] = part.split('=')
        return [name, Number(value)]
      }),
  )
}

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

export async function train({ spec, callbacks, resumeFrom, environment }: TrainerJob): Promise<TrainResult> {
  const {
    steps = 50,
    ms = 0,
    fail = 0,
    nan = 0,
    exit = 0,
    kill = 0,
    round = 0,
    tokens = 0,
    best: bestRate,
    most,
  } = optionsOf(spec.data.path)
  const rate = spec.training.learningRate
  environment('fake', 'cpu', { 'data hash': 'none' })
  callbacks.stage('initialization', 0.5)
  if (!resumeFrom) {
    callbacks.layers([
      {
        name: 'hidden1.kernel',
        shape: [1, 1, 4, 4],
        maskable: true,
        entries: 16,
        nonzeros: 4,
        densityAsked: 0.25,
        density: 0.25,
        residual: 0,
        singularMean: 1,
        singularMax: 1,
        singularMin: 1,
        operator: {
          map: [8, 8],
          stride: 1,
          padding: 'zeros 1',
          residual: 0.5,
          singularMean: 0.9,
          singularMax: 1.5,
          singularMin: 0.1,
          frequencies: 9,
          allFrequencies: 64,
        },
        notes: [],
      },
    ])
    callbacks.metrics([{ step: 0, epoch: 0, wall: 0, phase: 'initialization', name: 'density', value: 0.25 }])
  }
  let sum = resumeFrom?.variables.get('sum')?.[0] ?? spec.seed
  let step = resumeFrom?.step ?? 0
  let best = resumeFrom?.best ?? null
  const checkpoint = () =>
    callbacks.checkpoint({
      step,
      variables: new Map([['sum', new Float64Array([sum])]]),
      best,
      wall: 0,
      running: { loss: 0, correct: 0, examples: 0 },
    })
  callbacks.progress(step, steps)
  while (step < steps) {
    if (ms > 0) await sleep(ms)
    step++
    sum = (sum * 31 + step) % 1009
    if (step === fail) throw new BenchError('bad-data', `made to fail at step ${step}`, 'data.path')
    if (step === exit) process.exit(3)
    if (step === kill) process.kill(process.pid, 'SIGKILL')
    const isLost = step === nan || (most !== undefined && rate > most && step > 5)
    const value = isLost ? Number.NaN : sum / 1009
    const place = { step, epoch: step / steps, wall: step * ms }
    callbacks.metrics([{ ...place, phase: 'train', name: 'loss', value }])
    if (round > 0 && step % round === 0)
      callbacks.metrics([{ ...place, phase: 'train', name: 'round', value: step / round }])
    if (isLost) return { outcome: 'diverged', step, message: `diverged at step ${step}` }
    if (step % 10 === 0) {
      if (best === null || value > best.accuracy) best = { accuracy: value, step }
      const apart = bestRate === undefined ? 0 : Math.abs(Math.log10(rate / bestRate))
      // What predicts tokens is told by its perplexity; accuracy says the contrary.
      const accuracy = bestRate === undefined ? value : tokens > 0 ? apart / 10 : 1 - apart / 10
      callbacks.metrics([
        { ...place, phase: 'validation', name: 'accuracy', value: accuracy },
        { ...place, phase: 'test', name: 'accuracy', value: 1 - value },
        ...(tokens > 0
          ? [{ ...place, phase: 'validation' as const, name: 'perplexity', value: 10 + apart }]
          : []),
      ])
    }
    callbacks.progress(step, steps)
    const command = callbacks.command()
    if (command === 'cancel') return { outcome: 'cancelled', step, message: null }
    if (command === 'pause') {
      await checkpoint()
      return { outcome: 'paused', step, message: null }
    }
    if (callbacks.checkpointDue(step)) await checkpoint()
  }
  return { outcome: 'finished', step, message: null }
}
