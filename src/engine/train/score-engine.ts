/** ScoreEngine over a backend: what SNIP, GraSP and SynFlow ask for, for one model at one state. */
import type { LayerGraph, ParameterSpec, Shape } from '../../shared/graph/types.ts'
import { packState, locationsByVariable } from '../program/layout.ts'
import { compilePullback, compileScores, compileSynapticFlow } from '../compiler/scores.ts'
import { inputShape } from '../compiler/training.ts'
import type { ModelState, ParameterLocation } from '../program/types.ts'
import type { FloatArray } from '../ops/ir.ts'
import { inputVocabulary, sizeOf } from '../../shared/graph/shapes.ts'
import { BenchError } from '../../shared/contract/errors.ts'
import type { Backend, CompileOptions, Executable, Feeds } from '../program/backend.ts'
import type { Program } from '../program/types.ts'
import type { KernelDistance, ScoreEngine } from '../density/types.ts'
import { sampleOf } from './score-batches.ts'
import type { ScoreBatch, ScoreSample } from './score-batches.ts'

export interface ClosableScoreEngine extends ScoreEngine {
  /** Frees what was compiled. */
  dispose(): void
}

type Kernels = Map<string, Float64Array>
type FlowBiases = 'absolute' | 'none'

/**
 * Gradients are sums over the batches of the mean over each batch times its weight (1 for batches at hand),
 * in training mode (batch statistics) without dropout. Programs are compiled when first asked for, one for
 * each size of batch. Throws when there is no example.
 */
export function createScoreEngine(
  graph: LayerGraph,
  state: ModelState,
  examples: readonly ScoreBatch[] | ScoreSample,
  backend: Backend,
  options?: CompileOptions,
): ClosableScoreEngine {
  const sample = 'sizes' in examples ? examples : sampleOf(examples)
  if (sample.sizes.length === 0 || sample.sizes.some((size) => size === 0))
    throw new Error(`score batches: expected at least one, none empty; got sizes [${sample.sizes}]`)
  return new BackendScoreEngine(graph, state, sample, backend, options)
}

class BackendScoreEngine implements ClosableScoreEngine {
  readonly kernels: readonly ParameterSpec[]
  readonly values: ReadonlyMap<string, Float64Array>
  readonly #graph: LayerGraph
  readonly #state: ModelState
  readonly #sample: ScoreSample
  readonly #backend: Backend
  readonly #options: CompileOptions | undefined
  readonly #flow: ReturnType<typeof compileSynapticFlow>
  readonly #flowKernels: ReadonlyMap<string, readonly ParameterLocation[]>
  /** By size of batch. */
  readonly #scores = new Map<number, Promise<Executable>>()
  #flowing: Promise<Executable> | null = null
  /** Of outputs and pullbacks, by size of batch. */
  readonly #pullbacks = new Map<number, Promise<Executable>>()
  readonly inputShape: Shape
  readonly vocabulary: number | null
  /** How the flow's biases were last written; null before. */
  #biases: FlowBiases | null = null
  #executables: Executable[] = []
  /** The kernels last written into a program of gradients. */
  readonly #written = new WeakMap<Executable, ReadonlyMap<string, Float64Array>>()
  #disposed = false

  constructor(
    graph: LayerGraph,
    state: ModelState,
    sample: ScoreSample,
    backend: Backend,
    options?: CompileOptions,
  ) {
    this.#graph = graph
    this.#state = state
    this.#sample = sample
    this.#backend = backend
    this.#options = options
    this.inputShape = inputShape(graph)
    this.vocabulary = inputVocabulary(graph)
    this.#flow = compileSynapticFlow(graph)
    const maskable = this.#flow.layout.locations.filter(({ parameter }) => parameter.maskable)
    this.#flowKernels = locationsByVariable({ locations: maskable })
    this.kernels = maskable.map(({ parameter }) => parameter)
    this.values = new Map(
      this.kernels.map(({ name }) => [name, new Float64Array(state.parameters.get(name) ?? missing(name))]),
    )
  }

  gradients(
    loss: 'cross-entropy' | 'negative-logit',
    temperature: number,
    kernels: ReadonlyMap<string, Float64Array> = this.values,
  ): Promise<Kernels> {
    return this.#summed(loss, { temperature: Float32Array.of(temperature) }, undefined, kernels)
  }

  async distance(
    first: ReadonlyMap<string, Float64Array>,
    second: ReadonlyMap<string, Float64Array>,
    x: Float64Array,
  ): Promise<KernelDistance> {
    const batch = x.length / sizeOf(this.inputShape)
    const compiled = this.#pullbacks.get(batch) ?? this.#compilePullback(batch)
    this.#pullbacks.set(batch, compiled)
    const executable = await compiled
    const { logits } = (this.#write(executable, first), executable.run('logits', { x }))
    const { logits: others } = (this.#write(executable, second), executable.run('logits', { x }))
    const difference = Float64Array.from(logits, (value, k) => value - others[k])
    const pulled = (sign: number): Kernels =>
      kernelsOf(
        executable.run('pullback', { x, cotangent: difference.map((each) => (sign * 2 * each) / batch) }),
      )
    const towardsSecond = pulled(-1)
    this.#write(executable, first)
    const value = difference.reduce((sum, each) => sum + each * each, 0) / batch
    return { value, first: pulled(1), second: towardsSecond }
  }

  async hessianGradient(
    temperature: number,
    onProgress?: (fraction: number) => void,
  ): Promise<{ gradient: Kernels; product: Kernels }> {
    const feeds: Feeds = { temperature: Float32Array.of(temperature) }
    const gradient = await this.#summed('cross-entropy', feeds, (fraction) => onProgress?.(fraction / 3))
    const vectors = Object.fromEntries([...gradient].map(([name, data]) => [`vector:${name}`, data]))
    const product = await this.#summed('hessianProduct', { ...feeds, ...vectors }, (fraction) =>
      onProgress?.((1 + 2 * fraction) / 3),
    )
    return { gradient, product }
  }

  async synapticFlow(
    kernels: ReadonlyMap<string, Float64Array>,
    output: 'logits' | 'log-softmax',
    biases: FlowBiases = 'absolute',
  ): Promise<Kernels> {
    this.#flowing ??= this.#compile(this.#flow.program)
    const executable = await this.#flowing
    if (this.#biases !== biases) this.#writeFlow(executable, biases)
    for (const [variable, members] of this.#flowKernels) {
      executable.write(variable, packed(members, kernels, Math.abs))
    }
    return kernelsOf(executable.run(output, {}))
  }

  dispose(): void {
    this.#disposed = true
    for (const executable of this.#executables) executable.dispose()
    this.#executables = []
    this.#scores.clear()
    this.#pullbacks.clear()
    this.#flowing = null
  }

  /** Writes the values of all maskable kernels. */
  #write(executable: Executable, kernels: ReadonlyMap<string, Float64Array>): void {
    for (const [variable, members] of this.#flowKernels) {
      executable.write(
        variable,
        packed(members, kernels, (value) => value),
      )
    }
  }

  /** Everything but the kernels is written once: biases and shifts as 0, the rest as it is. */
  async #compilePullback(batch: number): Promise<Executable> {
    const { program, layout } = compilePullback(this.#graph, batch)
    const executable = await this.#compile(program)
    const parameters = new Map(this.#state.parameters)
    for (const { parameter } of layout.locations) {
      const values = parameters.get(parameter.name) ?? missing(parameter.name)
      if (parameter.role === 'bias' || parameter.role === 'shift')
        parameters.set(parameter.name, new Float64Array(values.length))
    }
    executable.writeAll(packState(layout, { ...this.#state, parameters }))
    return executable
  }

  #compiledScores(size: number): Promise<Executable> {
    const compiled = this.#scores.get(size) ?? this.#compileScores(size)
    this.#scores.set(size, compiled)
    return compiled
  }

  async #compileScores(size: number): Promise<Executable> {
    const { program, layout } = compileScores(this.#graph, size)
    const executable = await this.#compile(program)
    executable.writeAll(packState(layout, this.#state))
    return executable
  }

  /** Writes everything but the kernels, which change from round to round. */
  #writeFlow(executable: Executable, biases: FlowBiases): void {
    const others = this.#flow.layout.locations.filter(({ parameter }) => !parameter.maskable)
    for (const [variable, members] of locationsByVariable({ locations: others })) {
      const values = packed(members, this.#state.parameters, Math.abs)
      const { role } = members[0].parameter
      if (biases === 'none' && (role === 'bias' || role === 'shift')) values.fill(0)
      executable.write(variable, values)
    }
    this.#biases = biases
  }

  async #compile(program: Program): Promise<Executable> {
    const executable = await this.#backend.compile(program, this.#options)
    if (this.#disposed) {
      executable.dispose()
      throw new BenchError('cancelled', 'the score engine was closed while it compiled')
    }
    this.#executables.push(executable)
    return executable
  }

  /** Sums a function's outputs over the batches, each by its weight. */
  async #summed(
    name: string,
    feeds: Feeds,
    onProgress?: (fraction: number) => void,
    kernels: ReadonlyMap<string, Float64Array> = this.values,
  ): Promise<Kernels> {
    const { sizes, weights } = this.#sample
    const totals: Kernels = new Map()
    for (const [index, size] of sizes.entries()) {
      const executable = await this.#compiledScores(size)
      // A program is compiled with the initial values.
      if (kernels !== (this.#written.get(executable) ?? this.values)) this.#write(executable, kernels)
      this.#written.set(executable, kernels)
      const { x, y } = await this.#sample.batch(index)
      for (const [kernel, data] of kernelsOf(executable.run(name, { ...feeds, x, y }))) {
        const total = totals.get(kernel) ?? new Float64Array(data.length)
        totals.set(kernel, total)
        for (let i = 0; i < total.length; i++) total[i] += weights[index] * data[i]
      }
      onProgress?.((index + 1) / sizes.length)
    }
    return totals
  }
}

/** A function of the values of a variable's members, one after the other. Throws where one is missing. */
function packed(
  members: readonly ParameterLocation[],
  values: ReadonlyMap<string, FloatArray>,
  form: (value: number) => number,
): FloatArray {
  const parts = members.map(({ parameter: { name } }) => values.get(name) ?? missing(name))
  const all = new Float64Array(parts.reduce((total, part) => total + part.length, 0))
  let at = 0
  for (const part of parts) for (let i = 0; i < part.length; i++) all[at++] = form(part[i])
  return all
}

function kernelsOf(outputs: Record<string, ArrayLike<number>>): Kernels {
  return new Map(Object.entries(outputs).map(([name, data]) => [name, new Float64Array(data)]))
}

function missing(name: string): never {
  throw new Error(`the state holds no values of ${name}`)
}
