/**
 * The backend that trains a run, compiled and with the run's first values: the one asked for, or the fastest
 * of several. Steps are measured on the run's own program where that is quick and the run is long.
 */
import { BenchError, toErrorMessage } from '../../shared/contract/errors.ts'
import { candidateOf, choiceText, NO_RATES, rank } from './choice.ts'
import type { Candidate, Rates } from './choice.ts'
import { residentOf } from './mixing.ts'
import { withRoom } from './room.ts'
import { measuringMs, modelledMs, stepWork } from './cost.ts'
import type { StepWork } from './cost.ts'
import type { Backend, Executable, Feeds } from '../program/backend.ts'
import type { Program } from '../program/types.ts'
import type { ModelState, TrainingProgram } from '../program/types.ts'
import { countOnes } from '../initialization/masks.ts'
import type { ResidentExamples } from '../program/examples.ts'
import type { TrainRequest } from './types.ts'
import { inputVocabulary, sizeOf } from '../../shared/graph/shapes.ts'

export interface CompiledTrainer {
  readonly backend: Backend
  readonly executable: Executable
  /** Takes the least of the run's own steps, in milliseconds; null where it is known already. */
  readonly record: ((stepMs: number) => void) | null
}

interface Situation {
  readonly request: TrainRequest
  readonly program: TrainingProgram
  /** First values; null when the run goes on from a checkpoint. */
  readonly state: ModelState | null
  readonly totalSteps: number
  readonly write: (executable: Executable) => void
}

/** Longest that measuring may put off the first step, and the part of the run that it may take. */
const MOST_MS = 1000
const MOST_PART = 0.1
/** Steps that take longer gain nothing from sharing a call: measured, on two cores, at 7 ms. */
const LONGEST_RESIDENT_MS = 5
const WARM_UP = 2
const STEPS = 5

/**
 * Chooses and compiles. Throws BenchError('impossible') with every backend's reasons where none can.
 */
export async function compileTrainer(situation: Situation): Promise<CompiledTrainer> {
  const { request, program, state } = situation
  const { trainer, backend: helper } = request
  const backends = trainer?.backends ?? [helper]
  const rates = trainer?.rates ?? NO_RATES
  const { able, refused } = sorted(backends, program.program)
  if (able.length === 0) {
    const why = refused.map(
      ({ name, reasons }) => `the ${name} backend cannot train this: ${reasons.join('; ')}`,
    )
    throw new BenchError('impossible', `${why.join('. ')}. Choose another backend, or auto.`, 'backend')
  }
  // The slow definition of the others: only where no other can.
  const quick = able.filter(({ name }) => name !== 'reference')
  const roomy = withRoom(
    request.spec,
    program.graph,
    quick.length > 0 ? quick : able,
    trainer?.memory ?? null,
  )
  const contenders = roomy.able
  if (roomy.warning !== null) request.callbacks.event('warning', roomy.warning, 0)
  const { batchSize } = request.spec.training
  const work = stepWork(program.graph, batchSize, (kernel) => nonzeros(state, kernel))
  if (state && contenders.length > 1) await measureAll(situation, contenders, work, rates)
  const names = contenders.map(({ name }) => name)
  const ranked = rank(names.map((name) => candidateOf(name, work, rates, names)))
  const text = backends.length > 1 ? choiceText(ranked, [...refused, ...roomy.refused]) : null
  const order = new Set([...ranked.map(({ name }) => named(able, name)), ...able])
  for (const backend of order) {
    const { name } = backend
    const modelMs = modelledMs(name, work, rates.gpu)
    const stepMs = ranked.find((candidate) => candidate.name === name)?.stepMs ?? modelMs
    const examples = stepMs <= LONGEST_RESIDENT_MS ? residentOf(request)?.examples : undefined
    const executable = await opened(situation, backend, backend === [...order].at(-1), examples)
    if (!executable) continue
    request.onTrainer?.(backend, text)
    if (text !== null) request.callbacks.event('info', text, 0)
    const record = rates.exact(name) ? null : recorderOf(rates, name, modelMs, work.kind)
    return { backend, executable, record }
  }
  throw new BenchError('unavailable', 'no backend could be started', 'backend')
}

/** Made here, since what a run keeps must not hold on to its first values, as a closure above would. */
function recorderOf(rates: Rates, name: string, modelMs: number, kind: StepWork['kind']) {
  return (stepMs: number): void => rates.record(name, { stepMs, modelMs, kind })
}

function sorted(backends: readonly Backend[], program: Program) {
  const answers = backends.map((backend) => ({
    backend,
    name: backend.name,
    reasons: backend.refuses(program),
  }))
  return {
    able: answers.filter(({ reasons }) => reasons.length === 0).map(({ backend }) => backend),
    refused: answers.filter(({ reasons }) => reasons.length > 0),
  }
}

function named(backends: readonly Backend[], name: string): Backend {
  const found = backends.find((backend) => backend.name === name)
  if (!found) throw new Error(`no backend ${name}`)
  return found
}

function nonzeros(state: ModelState | null, kernel: string): number | undefined {
  const mask = state?.masks.get(kernel)
  return mask && countOnes(mask)
}

/**
 * Compiles and writes the first values, which say how many weights there are; null, with a warning, where the
 * backend turns out not to work here and another is left, whatever the reason: a library that is missing, or
 * memory that cannot be had.
 */
async function opened(
  { request, program, write }: Situation,
  backend: Backend,
  last: boolean,
  examples?: ResidentExamples,
): Promise<Executable | null> {
  const { callbacks } = request
  let executable: Executable | null = null
  try {
    executable = await backend.compile(program.program, {
      examples,
      onNote: (note) => callbacks.event('info', note, 0),
      onProgress: (_, fraction) => callbacks.stage('compile', fraction),
    })
    write(executable)
    return executable
  } catch (error) {
    executable?.dispose()
    if (last || (error instanceof BenchError && error.code === 'cancelled')) throw error
    const { message } = toErrorMessage(error)
    callbacks.event('warning', `The ${backend.name} backend is passed over: ${message}`, 0)
    return null
  }
}

/** Measures what is not known, if all of it fits into the time allowed; else nothing. */
async function measureAll(
  situation: Situation,
  backends: readonly Backend[],
  work: StepWork,
  rates: Rates,
): Promise<void> {
  const { callbacks } = situation.request
  const names = backends.map(({ name }) => name)
  const guesses = names.map((name) => candidateOf(name, work, rates, names))
  const unknown = guesses.filter(({ how }) => how === 'estimated')
  if (unknown.length === 0) return
  const [fastest] = guesses.toSorted((a, b) => a.stepMs - b.stepMs)
  const allowed = Math.min(MOST_MS, MOST_PART * fastest.stepMs * situation.totalSteps)
  const cost = (guess: Candidate): number => measuringMs(guess.name, work, guess.stepMs, WARM_UP + STEPS)
  if (unknown.reduce((sum, guess) => sum + cost(guess), 0) > allowed) return
  for (const { name } of unknown) {
    const stepMs = await measured(situation, named(backends, name), callbacks.now)
    const modelMs = modelledMs(name, work, rates.gpu)
    if (stepMs !== null) rates.record(name, { stepMs, modelMs, kind: work.kind })
  }
}

/**
 * Least milliseconds of a step on the run's first values (noise only adds); null where the backend does not
 * work here.
 */
async function measured(situation: Situation, backend: Backend, now: () => number): Promise<number | null> {
  const executable = await opened(situation, backend, false)
  if (!executable) return null
  const { callbacks } = situation.request
  try {
    const feeds = madeFeeds(situation.program.program)
    const times: number[] = []
    for (let step = 0; step < WARM_UP + STEPS; step++) {
      const before = now()
      executable.run('train', feeds)
      if (step >= WARM_UP) times.push(now() - before)
    }
    return Math.min(...times)
  } catch (error) {
    // Memory that only a step asks for. Whether the backend is passed over is seen when it is to train.
    callbacks.event(
      'info',
      `The ${backend.name} backend could not be measured: ${toErrorMessage(error).message}`,
      0,
    )
    return null
  } finally {
    executable.dispose()
  }
}

/**
 * Inputs of a training step: a fixed pattern in [−1, 1), or tokens in turn, label 0, a rate that changes next
 * to nothing.
 */
function madeFeeds(program: Program): Feeds {
  const train = program.functions.find(({ name }) => name === 'train')
  if (!train) throw new Error('the program has no function train')
  const vocabulary = program.training ? inputVocabulary(program.training.graph) : null
  return Object.fromEntries(
    train.feeds.map(({ name, value: { type } }) => {
      const size = sizeOf(type.shape)
      if (type.dtype === 'int') return [name, new Int32Array(size)]
      if (name === 'rate') return [name, Float32Array.of(1e-9)]
      if (name === 'x' && vocabulary !== null)
        return [name, Float32Array.from({ length: size }, (_, i) => i % vocabulary)]
      const low = name.startsWith('uniform:') || type.shape.length === 0 ? 0 : -1
      return [
        name,
        Float32Array.from({ length: size }, (_, i) => low + (1 - low) * ((i * 0.618034 + 0.5) % 1)),
      ]
    }),
  )
}
