/** A compiled program: feeds into shared memory, tapes on all threads, results out. */
import type { ModelState } from '../../../program/types.ts'
import type { ResidentExamples } from '../../../program/examples.ts'
import type { FloatArray, TensorData } from '../../../ops/ir.ts'
import type { Workshop } from '../../../linalg/room.ts'
import type { Executable, Feeds, KernelNonzeros, MaskChange } from '../../../program/backend.ts'
import type { Program, TrainingSource } from '../../../program/types.ts'
import type { TapeName } from '../link/emitter.ts'
import { FLOAT } from '../model/geometry.ts'
import { computingThreads } from '../../../threads/count.ts'
import { planRegions } from '../link/link.ts'
import { MOST_BYTES, SharedMemory } from '../plan/memory.ts'
import { tooLarge } from '../link/fitting.ts'
import { placeExamples } from '../plan/resident.ts'
import { ResidentBatches } from './resident-batches.ts'
import { planProgram, splitOf, type SparsePlan } from '../plan/plan.ts'
import { stepScalars } from '../link/step.ts'
import { SparseState } from './state.ts'
import { Threads } from './threads.ts'
import { inputVocabulary, sizeOf } from '../../../../shared/graph/shapes.ts'

type Outputs = Record<string, FloatArray | Int32Array>

export class SparseExecutable implements Executable {
  readonly #plan: SparsePlan
  readonly #memory: SharedMemory
  readonly #threads: Threads
  readonly #state: SparseState
  readonly #bases: readonly number[]
  /** Of the tokens that the model reads; null where it reads none. */
  readonly #vocabulary: number | null
  readonly runSteps: Executable['runSteps']
  /** Feeds of each function. */
  readonly #feeds: ReadonlyMap<string, ReadonlyMap<string, number>>

  private constructor(
    plan: SparsePlan,
    memory: SharedMemory,
    threads: Threads,
    state: SparseState,
    bases: readonly number[],
    program: Program,
  ) {
    this.#plan = plan
    this.#memory = memory
    this.#threads = threads
    this.#state = state
    this.#bases = bases
    this.#vocabulary = inputVocabulary(plan.source.graph)
    this.#feeds = new Map(
      program.functions.map(({ name, feeds }) => [
        name,
        new Map(feeds.map((feed) => [feed.name, sizeOf(feed.value.type.shape)])),
      ]),
    )
    this.#maskLanes()
    const { resident } = plan
    if (!resident) return
    placeExamples(resident, memory)
    const batches = new ResidentBatches(resident, plan.source.options.batchSize)
    this.runSteps = (steps, given) => this.#residentSteps(batches, steps, given)
  }

  /** `examples` are kept for `runSteps`, where they have room. */
  static async open(
    program: Program,
    source: TrainingSource,
    examples?: ResidentExamples,
  ): Promise<SparseExecutable> {
    const parts = splitOf(source).threads
    const { threads, prepared } = await Threads.start(
      parts,
      () => {
        const plan = planProgram(source, examples)
        const regions = planRegions(plan)
        if (regions.start > MOST_BYTES) throw tooLarge(source, regions.start)
        return { plan, regions, memory: new SharedMemory(regions.start), meeting: plan.control }
      },
      Math.min(parts, computingThreads()),
    )
    const { plan, regions, memory } = prepared
    const state = new SparseState(plan, regions, memory, program, threads)
    return new SparseExecutable(plan, memory, threads, state, regions.bases, program)
  }

  run(name: string, feeds: Feeds): Outputs {
    this.#check(name, feeds)
    switch (name) {
      case 'train':
        return this.#train('train', feeds)
      case 'denseGradients':
        return this.#denseGradients(feeds)
      case 'evaluate':
        return this.#evaluate(feeds)
      case 'logits':
        return this.#logits(feeds)
      default:
        throw new Error(`${name}: the sparse backend has no such function`)
    }
  }

  read(variable: string, into?: FloatArray): FloatArray {
    return this.#state.read(variable, into)
  }

  write(variable: string, data: FloatArray): void {
    this.#state.write(variable, data)
  }

  writeAll(values: ReadonlyMap<string, FloatArray>): void {
    this.#state.writeAll(values)
  }

  writeState(state: ModelState): void {
    this.#state.writeState(state)
  }

  changeMasks(changes: ReadonlyMap<string, MaskChange>): void {
    this.#state.changeMasks(changes)
  }

  clearSlots(): void {
    this.#state.clearSlots()
  }

  get workshop(): Workshop {
    return this.#state.workshop
  }

  nonzeros(kernel: string): KernelNonzeros {
    return this.#state.nonzeros(kernel)
  }

  readAll(): Map<string, FloatArray> {
    return this.#state.readAll()
  }

  dispose(): void {
    this.#threads.stop()
  }

  #train(tape: TapeName, feeds: Feeds): Outputs {
    const { options } = this.#plan.source
    const rows = options.batchSize
    this.#examples(feeds, 0, rows)
    this.#labels(feeds['y'], 0, rows)
    this.#mixed(feeds, rows)
    for (const [name, { at, size }] of this.#plan.feeds) {
      if (name !== 'x') this.#memory.floats.set(this.#rows(feeds[name], 0, rows, size), at / FLOAT)
    }
    this.#numbers(feeds, 0)
    const { loss, correct } = this.#go(tape)
    const { predictions } = this.#plan
    return {
      loss: Float32Array.of(loss / rows / predictions),
      correct: Float32Array.of(correct / predictions),
    }
  }

  /** Steps on the examples that are kept. */
  #residentSteps(batches: ResidentBatches, steps: number, feeds: Feeds): Outputs {
    batches.check(steps, feeds)
    const rows = this.#plan.source.options.batchSize
    const outputs = { loss: new Float32Array(steps), correct: new Float32Array(steps) }
    this.#counts(rows)
    for (let step = 0; step < steps; step++) {
      this.#labels(batches.place(step, feeds, this.#memory), 0, rows)
      this.#numbers(feeds, step)
      const { loss, correct } = this.#go('resident')
      outputs.loss[step] = loss / rows
      outputs.correct[step] = correct
    }
    return outputs
  }

  /** The rate of a step, and the optimizer's other scalars. */
  #numbers(feeds: Feeds, step: number): void {
    const numbers = stepScalars(this.#plan.source.options).map((name) => feeds[name]?.[step] ?? 0)
    this.#memory.floats.set(numbers, this.#plan.control.numbers / FLOAT)
  }

  /** Views of the memory, which hold until the next run: copies would take as long as the gradients. */
  #denseGradients(feeds: Feeds): Outputs {
    this.#train('denseGradients', feeds)
    const outputs: Outputs = {}
    for (const [name, { at, size }] of this.#state.linked().denseGradients) {
      outputs[name] = this.#memory.floats.subarray(at / FLOAT, at / FLOAT + size)
    }
    return outputs
  }

  #evaluate(feeds: Feeds): Outputs {
    const rows = feeds['weights'].length
    const { lanes, threads, weights, predictions } = this.#plan
    let loss = 0
    let correct = 0
    for (let start = 0; start < rows; start += lanes * threads) {
      const end = Math.min(start + lanes * threads, rows)
      this.#examples(feeds, start, end)
      this.#labels(feeds['y'], start, end)
      this.#lanes(weights, this.#memory.floats, feeds['weights'], start, end)
      const sums = this.#go('evaluate')
      loss += sums.loss
      correct += sums.correct
    }
    return { loss: Float32Array.of(loss / predictions), correct: Float32Array.of(correct / predictions) }
  }

  #logits(feeds: Feeds): Outputs {
    const { lanes, threads, logits, source, predictions } = this.#plan
    const classes = source.graph.classes * predictions
    const rows = feeds['x'].length / (this.#plan.feeds.get('x')?.size ?? 1)
    const result = new Float32Array(rows * classes)
    for (let start = 0; start < rows; start += lanes * threads) {
      const end = Math.min(start + lanes * threads, rows)
      this.#examples(feeds, start, end)
      this.#go('logits')
      const at = logits / FLOAT
      result.set(this.#memory.floats.subarray(at, at + (end - start) * classes), start * classes)
    }
    return { logits: result }
  }

  #check(name: string, feeds: Feeds): void {
    const known = this.#feeds.get(name)
    if (!known) throw new Error(`unknown function ${name}; known are ${[...this.#feeds.keys()].join(', ')}`)
    const unknown = Object.keys(feeds).filter((feed) => !known.has(feed))
    if (unknown.length > 0) throw new Error(`${name}: unknown feeds ${unknown.join(', ')}`)
    for (const [feed, size] of known) {
      const given = feeds[feed]
      if (!given) throw new Error(`${name}: feed ${feed} is missing`)
      if (given.length !== size)
        throw new Error(`${name}: feed ${feed} takes ${size} entries, got ${given.length}`)
    }
  }

  /** The examples [start, end) into the threads' staging memory, and how many each has. */
  #examples(feeds: Feeds, start: number, end: number): void {
    const feed = this.#plan.feeds.get('x')
    if (!feed) throw new Error('the model has no input')
    const examples = this.#rows(feeds['x'], start, end, feed.size)
    this.#checkTokens(examples)
    this.#memory.floats.set(examples, feed.at / FLOAT)
    this.#counts(end - start)
  }

  /** A token is an address to the kernels. */
  #checkTokens(tokens: TensorData): void {
    if (this.#vocabulary === null) return
    for (const token of tokens) {
      if (!(token >= 0 && token < this.#vocabulary && Number.isInteger(token)))
        throw new Error(`token ${token} is none of the ${this.#vocabulary} of the vocabulary`)
    }
  }

  /** How many of `examples` each thread has. */
  #counts(examples: number): void {
    const { lanes, threads, control } = this.#plan
    for (let thread = 0; thread < threads; thread++) {
      const count = Math.max(0, Math.min(lanes, examples - thread * lanes))
      this.#memory.words[control.counts / FLOAT + thread] = count
    }
  }

  #rows(data: TensorData, start: number, end: number, size: number): TensorData {
    return start === 0 && end * size === data.length ? data : data.subarray(start * size, end * size)
  }

  /** The other labels of mixed examples, and the shares of both. */
  #mixed(feeds: Feeds, rows: number): void {
    const { mixed } = this.#plan
    if (!mixed) return
    this.#labels(feeds['otherY'], 0, rows, mixed.others)
    this.#lanes(mixed.shares, this.#memory.floats, feeds['shares'], 0, rows)
    this.#lanes(mixed.otherShares, this.#memory.floats, feeds['otherShares'], 0, rows)
  }

  /** Checked, since a label is an address to the kernels. */
  #labels(labels: TensorData, start: number, end: number, place = this.#plan.labels): void {
    const { predictions, source } = this.#plan
    const { classes } = source.graph
    for (let row = start * predictions; row < end * predictions; row++) {
      const label = labels[row]
      if (!(label >= 0 && label < classes && Number.isInteger(label))) {
        const example = Math.floor(row / predictions)
        throw new Error(`label ${label} of example ${example} is none of the ${classes} classes`)
      }
    }
    this.#lanes(place, this.#memory.words, labels, start, end, predictions)
  }

  /** `each` numbers an example into the lanes of each thread, [each][lanes]; 0 in the lanes left. */
  #lanes(
    offset: number,
    memory: Float32Array | Int32Array,
    data: TensorData,
    start: number,
    end: number,
    each = 1,
  ): void {
    const { lanes } = this.#plan
    this.#bases.forEach((base, thread) => {
      const from = start + thread * lanes
      for (let k = 0, at = (base + offset) / FLOAT; k < each; k++, at += lanes) {
        for (let lane = 0; lane < lanes; lane++)
          memory[at + lane] = from + lane < end ? data[(from + lane) * each + k] : 0
      }
    })
  }

  #maskLanes(): void {
    const { batchSize } = this.#plan.source.options
    this.#lanes(this.#plan.laneMask, this.#memory.floats, new Float32Array(batchSize).fill(1), 0, batchSize)
  }

  #go(name: TapeName): { loss: number; correct: number } {
    const tape = this.#state.linked().tapes.get(name)
    const { control, threads } = this.#plan
    const at = control.totals / 8
    for (let thread = 0; thread < threads; thread++)
      this.#memory.doubles.fill(0, at + 8 * thread, at + 8 * thread + 2)
    this.#threads.run(tape.table, tape.first)
    let loss = 0
    let correct = 0
    for (let thread = 0; thread < threads; thread++) {
      loss += this.#memory.doubles[at + 8 * thread]
      correct += this.#memory.doubles[at + 8 * thread + 1]
    }
    return { loss, correct }
  }
}
