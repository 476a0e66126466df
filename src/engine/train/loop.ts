/**
 * The training of one run: prepare (or resume), step, report, evaluate, change masks, checkpoint, stop.
 * Everything it tells goes through the callbacks; everything random is derived from the seed and the step.
 */
import type { MetricPoint, Phase, RunOutcome } from '../../shared/contract/run.ts'
import { STATIC } from '../../shared/methods/dynamic/index.ts'
import { usedSpec, vainFields } from '../../shared/spec/usage.ts'
import type { Executable } from '../program/backend.ts'
import { dynamicTraits, prunes } from '../../shared/methods/traits.ts'
import type { FloatArray } from '../ops/ir.ts'
import { Attempt } from './attempts.ts'
import { MaskUpdater } from './dynamic.ts'
import type { MaskChange } from './dynamic.ts'
import { evaluate } from './evaluate.ts'
import { StepFeeds } from './feeds.ts'
import { residentOf } from './mixing.ts'
import { endedRound, evaluationDue, type TrainingPlan } from '../../shared/planning/plan.ts'
import { stoppedEarly } from './stop.ts'
import { prepareRun, type KeptRun } from './prepare.ts'
import { spectrumValues } from './spectrum-metrics.ts'
import { reportDue, Steps } from './steps.ts'
import type { Checkpoint, TrainRequest, TrainResult } from './types.ts'

interface RunningTotals {
  loss: number
  correct: number
  examples: number
}

/** What a run of zero epochs is told with. */
const NO_STEP = 'No step is trained (training.epochs is 0): all numbers are of the network as it begins.'

class Training {
  readonly #request: TrainRequest
  readonly #run: KeptRun
  readonly #plan: TrainingPlan
  readonly #executable: Executable
  readonly #steps: Steps
  readonly #masks: MaskUpdater | null
  #step = 0
  /** What updates grew that was not told yet. */
  #grown = 0
  #running: RunningTotals = { loss: 0, correct: 0, examples: 0 }
  #best: Checkpoint['best'] = null
  #wallBefore = 0
  #startedAt = 0

  constructor(request: TrainRequest, run: KeptRun) {
    const { spec, dataset } = request
    this.#request = request
    this.#run = run
    this.#plan = run.plan
    this.#executable = run.executable
    const feeds = new StepFeeds(spec, dataset, run.plan, run.program, run.stream)
    this.#masks = spec.dynamic.method === STATIC ? null : new MaskUpdater(spec, run, feeds)
    this.#steps = new Steps({
      plan: run.plan,
      masksDue: (step) => this.#masks?.due(step) ?? false,
      executable: run.executable,
      feeds,
      resident: residentOf(request),
      now: () => request.callbacks.now(),
      recordStep: run.recordStep,
    })
  }

  async run(): Promise<TrainResult> {
    const { callbacks, resumeFrom } = this.#request
    if (resumeFrom) {
      this.#executable.writeAll(resumeFrom.variables)
      this.#step = resumeFrom.step
      this.#running = { ...resumeFrom.running }
      this.#best = resumeFrom.best
      this.#wallBefore = resumeFrom.wall
      this.#masks?.restore(resumeFrom.memory ?? new Map())
      this.#grown = resumeFrom.memory?.get('grown')?.[0] ?? 0
    }
    this.#startedAt = callbacks.now()
    this.#reportChange((await this.#masks?.begin(this.#step)) ?? null)
    if (!resumeFrom) await this.#evaluate()
    if (this.#plan.totalSteps === 0) callbacks.event('info', NO_STEP, 0)
    callbacks.progress(this.#step, this.#plan.totalSteps)
    while (this.#step < this.#plan.totalSteps) {
      const outcome = await this.#advance()
      if (outcome !== null) return this.#end(outcome)
    }
    this.#masks?.finish()
    await callbacks.checkpoint(this.#finalWeights())
    return { outcome: 'finished', step: this.#step, message: null }
  }

  /** A step, or several to the next that something follows, and what follows; an outcome ends the run. */
  async #advance(): Promise<RunOutcome | null> {
    const { callbacks, spec } = this.#request
    await this.#masks?.beforeStep(this.#step)
    const { losses, correct, rate } = await this.#steps.run(this.#step)
    this.#masks?.counted(losses.length)
    for (let i = 0; i < losses.length; i++) {
      this.#step++
      this.#running.loss += losses[i] * spec.training.batchSize
      this.#running.correct += correct[i]
      this.#running.examples += spec.training.batchSize
      if (Number.isFinite(losses[i])) continue
      this.#report('train', { loss: losses[i] })
      return 'diverged'
    }
    if (reportDue(this.#plan, this.#step)) this.#reportTraining(rate)
    const ended = this.#plan.rounds.length > 1 ? endedRound(this.#plan, this.#step) : null
    // What a round reached is told before its masks go.
    if (ended !== null) await this.#endRound(ended)
    this.#reportChange((await this.#masks?.afterStep(this.#step)) ?? null)
    if (ended === null && evaluationDue(this.#plan, this.#step)) await this.#evaluate()
    callbacks.progress(this.#step, this.#plan.totalSteps)
    const command = callbacks.command()
    if (command === 'pause') {
      await callbacks.checkpoint(this.#checkpoint())
      return 'paused'
    }
    if (command === 'cancel') return 'cancelled'
    if (callbacks.checkpointDue(this.#step)) await callbacks.checkpoint(this.#checkpoint())
    return null
  }

  async #endRound(index: number): Promise<void> {
    await this.#evaluate()
    this.#report('train', { round: index + 1, 'round-density': this.#masks?.density ?? 1 })
  }

  /**
   * Tells what an update did. Where masks are made anew all the time, growth is summed and told with the
   * training metrics.
   */
  #reportChange(change: MaskChange | null): void {
    if (!change || !this.#masks) return
    const { callbacks, spec } = this.#request
    for (const note of change.notes) callbacks.event('warning', note, this.#step)
    const { density } = this.#masks
    const { moments, changesDensity } = dynamicTraits(spec)
    this.#grown += change.grown
    // Another network than before: what was best of that one is no measure of this.
    if (density !== change.densityBefore) this.#best = null
    if (moments === 'refresh' && this.#step > 0 && !reportDue(this.#plan, this.#step)) return
    this.#report('train', {
      grown: this.#grown,
      ...(changesDensity || prunes(spec) ? { density, parameters: this.#parameters(density) } : {}),
      exploration: change.exploration,
    })
    this.#grown = 0
  }

  /** Weights that are not 0 at a density, with biases and norms, which are never masked. */
  #parameters(density: number): number {
    const { total, maskable } = this.#run.weights
    return total - maskable + Math.round(density * maskable)
  }

  #end(outcome: RunOutcome): TrainResult {
    if (outcome !== 'diverged') return { outcome, step: this.#step, message: null }
    const message = `diverged at step ${this.#step}: the training loss is not finite`
    this.#request.callbacks.event('warning', message, this.#step)
    return { outcome, step: this.#step, message }
  }

  async #evaluate(): Promise<void> {
    const { dataset, callbacks } = this.#request
    const splits = (['validation', 'test'] as const).filter((split) => dataset.size(split) > 0)
    for (const split of splits) {
      const { loss, accuracy } = await evaluate(
        this.#executable,
        dataset,
        split,
        this.#run.evaluationBatchSize,
      )
      this.#report(split, { loss, accuracy, ...this.#perplexity(loss) })
      if (split === 'validation') this.#reportSpectrum()
      if (split !== 'validation') continue
      const result = this.#run.predictions > 1 ? -loss : accuracy
      if (this.#best === null || result > this.#best.accuracy)
        this.#best = { accuracy: result, step: this.#step }
    }
    this.#reportIsometry()
    if (this.#masks && this.#step > 0) this.#report('train', { operations: this.#masks.operations })
    callbacks.stage('train', this.#plan.totalSteps > 0 ? this.#step / this.#plan.totalSteps : 1)
  }

  /** The layers' singular values at the present weights, where the specification asks for it. */
  #reportIsometry(): void {
    const { isometry, program } = this.#run
    if (isometry) this.#report('train', isometry.values(this.#executable, program.layout))
  }

  /** The Jacobian spectrum at the present weights, where the specification asks for it. */
  #reportSpectrum(): void {
    const { spectrum, program } = this.#run
    if (!spectrum) return
    this.#report('validation', spectrumValues(spectrum.ofProgram(this.#executable, program.layout)))
  }

  #reportTraining(rate: number): void {
    const { loss, correct, examples } = this.#running
    const mean = loss / examples
    this.#report('train', {
      loss: mean,
      accuracy: correct / examples,
      ...this.#perplexity(mean),
      'learning-rate': rate,
    })
    this.#running = { loss: 0, correct: 0, examples: 0 }
  }

  /** Of a language model, e to the mean loss of a token. */
  #perplexity(loss: number): Record<string, number> {
    return this.#run.predictions > 1 ? { perplexity: Math.exp(loss) } : {}
  }

  #report(phase: Phase, values: Record<string, number>): void {
    const place = {
      step: this.#step,
      epoch: this.#step / this.#plan.stepsPerEpoch,
      wall: this.#wall(),
      phase,
    }
    const points: MetricPoint[] = Object.entries(values).map(([name, value]) => ({ ...place, name, value }))
    this.#request.callbacks.metrics(points)
  }

  #wall(): number {
    return this.#wallBefore + (this.#request.callbacks.now() - this.#startedAt) / 1000
  }

  /**
   * The last checkpoint, for export and later looks at the network: what only an optimizer needs is left
   * out.
   */
  #finalWeights(): Checkpoint {
    const variables = this.#executable.readAll()
    for (const { name, role } of this.#run.program.program.variables) {
      if (role === 'slot' || name.startsWith('backward:')) variables.delete(name)
    }
    return this.#checkpoint(variables, new Map())
  }

  #memory(): ReadonlyMap<string, FloatArray> {
    const memory = this.#masks?.memory()
    memory?.set('grown', Float64Array.of(this.#grown))
    return memory ?? new Map()
  }

  #checkpoint(
    variables = this.#executable.readAll(),
    memory: ReadonlyMap<string, FloatArray> = this.#memory(),
  ): Checkpoint {
    return {
      step: this.#step,
      variables,
      best: this.#best,
      wall: this.#wall(),
      running: { ...this.#running },
      ...(memory.size > 0 ? { memory } : {}),
    }
  }
}

async function keptRun(request: TrainRequest): Promise<KeptRun> {
  const { state: _, ...run } = await prepareRun(request)
  return run
}

/**
 * Trains a run to its end, a pause, a cancellation or divergence. From a checkpoint it goes on exactly: the
 * same steps on the same data in the same order. Throws BenchError for specifications and data that cannot be
 * trained.
 */
export async function trainRun(asked: TrainRequest): Promise<TrainResult> {
  const { spec, resumeFrom, callbacks } = asked
  const vain = vainFields(spec).get('sparsity.density')
  if (vain !== undefined && !resumeFrom)
    callbacks.event('warning', `sparsity.density ${spec.sparsity.density} is not used: ${vain}`, 0)
  const told = new Set<string>()
  let next: TrainRequest = { ...asked, spec: usedSpec(spec) }
  for (;;) {
    const attempt = new Attempt(next, told)
    const run = await keptRun(attempt.request).catch(stoppedEarly)
    if ('outcome' in run) return run
    try {
      const result = await new Training(attempt.request, run).run()
      attempt.begin()
      return result
    } catch (error) {
      const other = attempt.next(error, run.program.program, next)
      if (!other) throw error
      next = other
    } finally {
      run.executable.dispose()
      run.spectrum?.dispose()
      run.isometry?.dispose()
    }
  }
}
