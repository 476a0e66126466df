/** ScoreEngine over a backend: what SNIP, GraSP and SynFlow ask for, for one model at one state. */
import type { LayerGraph, ParameterSpec } from '../../shared/graph/types.ts'
import { packState, slotsByVariable } from '../program/layout.ts'
import { compileScores, compileSynapticFlow } from '../compiler/scores.ts'
import type { ModelState, ParameterSlot } from '../program/types.ts'
import type { FloatArray } from '../ops/ir.ts'
import { BenchError } from '../../shared/contract/errors.ts'
import type { Backend, CompileOptions, Executable, Feeds } from '../program/backend.ts'
import type { Program } from '../program/types.ts'
import type { ScoreEngine } from '../density/types.ts'

/** A score batch; all batches of an engine have one size. x [batch, …input], y [batch]. */
export interface ScoreBatch {
  readonly x: Float32Array | Float64Array
  readonly y: Int32Array
}

export interface ClosableScoreEngine extends ScoreEngine {
  /** Frees what was compiled. */
  dispose(): void
}

type Kernels = Map<string, Float64Array>
type FlowBiases = 'absolute' | 'none'

/**
 * Gradients are sums over the batches of the mean over each batch, in training mode (batch statistics)
 * without dropout. Programs are compiled when first asked for. Throws when batches are missing or differ in
 * size.
 */
export function createScoreEngine(
  graph: LayerGraph,
  state: ModelState,
  batches: readonly ScoreBatch[],
  backend: Backend,
  options?: CompileOptions,
): ClosableScoreEngine {
  const size = batches[0]?.y.length ?? 0
  if (size === 0 || batches.some(({ y }) => y.length !== size)) {
    const sizes = batches.map(({ y }) => y.length)
    throw new Error(`score batches: expected at least one and equal sizes, got [${sizes}]`)
  }
  return new BackendScoreEngine(graph, state, batches, backend, options)
}

class BackendScoreEngine implements ClosableScoreEngine {
  readonly kernels: readonly ParameterSpec[]
  readonly values: ReadonlyMap<string, Float64Array>
  readonly #graph: LayerGraph
  readonly #state: ModelState
  readonly #batches: readonly ScoreBatch[]
  readonly #backend: Backend
  readonly #options: CompileOptions | undefined
  readonly #flow: ReturnType<typeof compileSynapticFlow>
  readonly #flowKernels: ReadonlyMap<string, readonly ParameterSlot[]>
  #scores: Promise<Executable> | null = null
  #flowing: Promise<Executable> | null = null
  /** How the flow's biases were last written; null before. */
  #biases: FlowBiases | null = null
  #executables: Executable[] = []
  #disposed = false

  constructor(
    graph: LayerGraph,
    state: ModelState,
    batches: readonly ScoreBatch[],
    backend: Backend,
    options?: CompileOptions,
  ) {
    this.#graph = graph
    this.#state = state
    this.#batches = batches
    this.#backend = backend
    this.#options = options
    this.#flow = compileSynapticFlow(graph)
    const maskable = this.#flow.layout.slots.filter(({ parameter }) => parameter.maskable)
    this.#flowKernels = slotsByVariable({ slots: maskable })
    this.kernels = maskable.map(({ parameter }) => parameter)
    this.values = new Map(
      this.kernels.map(({ name }) => [name, new Float64Array(state.parameters.get(name) ?? missing(name))]),
    )
  }

  async gradients(loss: 'cross-entropy' | 'negative-logit', temperature: number): Promise<Kernels> {
    return this.#summed(await this.#compiledScores(), loss, { temperature: Float32Array.of(temperature) })
  }

  async hessianGradient(temperature: number): Promise<{ gradient: Kernels; product: Kernels }> {
    const executable = await this.#compiledScores()
    const feeds: Feeds = { temperature: Float32Array.of(temperature) }
    const gradient = this.#summed(executable, 'cross-entropy', feeds)
    const vectors = Object.fromEntries([...gradient].map(([name, data]) => [`vector:${name}`, data]))
    return { gradient, product: this.#summed(executable, 'hessianProduct', { ...feeds, ...vectors }) }
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
      executable.write(variable, absolutes(members, kernels))
    }
    return kernelsOf(executable.run(output, {}))
  }

  dispose(): void {
    this.#disposed = true
    for (const executable of this.#executables) executable.dispose()
    this.#executables = []
    this.#scores = null
    this.#flowing = null
  }

  #compiledScores(): Promise<Executable> {
    this.#scores ??= this.#compileScores()
    return this.#scores
  }

  async #compileScores(): Promise<Executable> {
    const { program, layout } = compileScores(this.#graph, this.#batches[0].y.length)
    const executable = await this.#compile(program)
    executable.writeAll(packState(layout, this.#state))
    return executable
  }

  /** Writes everything but the kernels, which change from round to round. */
  #writeFlow(executable: Executable, biases: FlowBiases): void {
    const others = this.#flow.layout.slots.filter(({ parameter }) => !parameter.maskable)
    for (const [variable, members] of slotsByVariable({ slots: others })) {
      const values = absolutes(members, this.#state.parameters)
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

  /** Sums a function's outputs over the batches. */
  #summed(executable: Executable, name: string, feeds: Feeds): Kernels {
    const totals: Kernels = new Map()
    for (const { x, y } of this.#batches) {
      for (const [kernel, data] of kernelsOf(executable.run(name, { ...feeds, x, y }))) {
        const total = totals.get(kernel)
        if (!total) totals.set(kernel, data)
        else for (let i = 0; i < total.length; i++) total[i] += data[i]
      }
    }
    return totals
  }
}

/** Absolute values of the members of a variable, one after the other. Throws where one is missing. */
function absolutes(members: readonly ParameterSlot[], values: ReadonlyMap<string, FloatArray>): FloatArray {
  const parts = members.map(({ parameter: { name } }) => values.get(name) ?? missing(name))
  const packed = new Float64Array(parts.reduce((total, part) => total + part.length, 0))
  let at = 0
  for (const part of parts) for (let i = 0; i < part.length; i++) packed[at++] = Math.abs(part[i])
  return packed
}

function kernelsOf(outputs: Record<string, ArrayLike<number>>): Kernels {
  return new Map(Object.entries(outputs).map(([name, data]) => [name, new Float64Array(data)]))
}

function missing(name: string): never {
  throw new Error(`the state holds no values of ${name}`)
}
