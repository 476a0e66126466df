/** ScoreEngine over a backend: what SNIP, GraSP and SynFlow ask for, for one model at one state. */
import type { LayerGraph, ParameterSpec } from '../../shared/graph/types.ts'
import { packState } from '../compiler/layout.ts'
import { compileScores, compileSynapticFlow } from '../compiler/scores.ts'
import type { ModelState } from '../compiler/types.ts'
import { BenchError } from '../../shared/contract/errors.ts'
import type { Backend, CompileOptions, Executable, Feeds, Program } from '../backend/types.ts'
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

/**
 * Gradients are sums over the batches of the mean over each batch, in training mode (batch statistics) without
 * dropout. Programs are compiled when first asked for. Throws when batches are missing or differ in size.
 */
export function createScoreEngine(
  graph: LayerGraph, state: ModelState, batches: readonly ScoreBatch[], backend: Backend, options?: CompileOptions,
): ClosableScoreEngine {
  const size = batches[0]?.y.length ?? 0
  if (size === 0 || batches.some(({ y }) => y.length !== size)) {
    throw new Error(`score batches: expected at least one and equal sizes, got ${batches.map(({ y }) => y.length)}`)
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
  #scores: Promise<Executable> | null = null
  #flowing: Promise<Executable> | null = null
  #executables: Executable[] = []
  #disposed = false

  constructor(
    graph: LayerGraph, state: ModelState, batches: readonly ScoreBatch[], backend: Backend, options?: CompileOptions,
  ) {
    this.#graph = graph
    this.#state = state
    this.#batches = batches
    this.#backend = backend
    this.#options = options
    this.#flow = compileSynapticFlow(graph)
    this.kernels = this.#flow.layout.slots.map(({ parameter }) => parameter).filter(({ maskable }) => maskable)
    this.values = new Map(this.kernels.map(({ name }) =>
      [name, Float64Array.from(state.parameters.get(name) ?? missing(name))]))
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
    kernels: ReadonlyMap<string, Float64Array>, output: 'logits' | 'log-softmax',
  ): Promise<Kernels> {
    const fresh = this.#flowing === null
    this.#flowing ??= this.#compile(this.#flow.program)
    const executable = await this.#flowing
    const parameters = new Map([...this.#state.parameters, ...kernels].map(([name, data]) => [name, data.map(Math.abs)]))
    const packed = packState(this.#flow.layout, { parameters, masks: new Map() })
    const changing = new Set(this.#flow.layout.slots
      .filter(({ parameter }) => fresh || parameter.maskable).map(({ variable }) => variable))
    executable.writeAll(new Map([...packed].filter(([variable]) => changing.has(variable))))
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

function kernelsOf(outputs: Record<string, ArrayLike<number>>): Kernels {
  return new Map(Object.entries(outputs).map(([name, data]) => [name, Float64Array.from(data)]))
}

function missing(name: string): never {
  throw new Error(`the state holds no values of ${name}`)
}
