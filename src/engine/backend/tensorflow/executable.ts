/** A loaded SavedModel: runs its endpoints, and leaves no tensor behind. */
import type { ResidentExamples } from '../../program/examples.ts'
import type { FloatArray, TensorData } from '../../ops/ir.ts'
import type { NativeBinding } from './native-library.ts'
import type { Endpoint, Port } from './ports.ts'
import type { LoweredProgram } from './program.ts'
import type { EmittedSteps } from './steps.ts'
import type { CompileOptions, Executable, Feeds } from '../../program/backend.ts'
import { sizeOf } from '../../../shared/graph/shapes.ts'

type Output = Float32Array | Int32Array
type NativeArray = Float32Array | Int32Array | Uint8Array

/** An endpoint with the comma-joined names that the binding takes. */
interface Call extends Endpoint {
  readonly inputNames: string
  readonly outputNames: string
}

const NATIVE_TYPES = { float: 1, int: 3, byte: 4, bool: 10 } as const

export class TensorFlowExecutable implements Executable {
  readonly #binding: NativeBinding
  readonly #session: number
  readonly #functions: ReadonlyMap<string, Call>
  readonly #program: LoweredProgram
  readonly runSteps: Executable['runSteps']
  #disposed = false

  constructor(
    binding: NativeBinding,
    session: number,
    program: LoweredProgram,
    { examples, onNote }: Pick<CompileOptions, 'examples' | 'onNote'> = {},
  ) {
    this.#binding = binding
    this.#session = session
    this.#program = program
    this.#functions = new Map([...program.functions].map(([name, endpoint]) => [name, callOf(endpoint)]))
    this.#call(callOf(program.initialize), [new Float32Array(1)])
    if (program.resident && examples) this.runSteps = this.#stepsOn(program.resident, examples, onNote)
  }

  /**
   * Places the examples and takes no step, which makes all kernels: where the device lacks one, or has no
   * room, the result is undefined, steps remain single, and that is told.
   */
  #stepsOn(
    { place, steps }: EmittedSteps,
    { pixels, labels }: ResidentExamples,
    onNote: CompileOptions['onNote'],
  ): Executable['runSteps'] {
    const call = callOf(steps)
    const run = (count: number, feeds: Feeds): Record<string, Output> =>
      this.#call(call, feedsOf('runSteps', call, { ...feeds, steps: Int32Array.of(count) }), count)
    const nothing = ({ name, type }: Port) =>
      [name, type.dtype === 'float' ? new Float32Array(0) : new Int32Array(0)] as const
    try {
      this.#call(callOf(place), [pixels, Int32Array.from(labels)])
      run(0, Object.fromEntries(steps.feeds.map(nothing)))
      return run
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error)
      onNote?.(`Steps are taken one by one: the device cannot keep the examples (${reason}).`)
      return undefined
    }
  }

  run(name: string, feeds: Feeds): Record<string, Output> {
    const call = this.#functions.get(name)
    if (!call) throw new Error(`unknown function ${name}; known: ${[...this.#functions.keys()].join(', ')}`)
    return this.#call(call, feedsOf(name, call, feeds))
  }

  read(variable: string): Float32Array {
    const port = this.#lookup(this.#program.reads, variable)
    return floatsOf(this.#call(callOf({ feeds: [], outputs: [port] }), [])[variable])
  }

  readAll(): Map<string, Float32Array> {
    const values = this.#call(callOf({ feeds: [], outputs: [...this.#program.reads.values()] }), [])
    return new Map(Object.entries(values).map(([name, value]) => [name, floatsOf(value)]))
  }

  write(variable: string, data: FloatArray): void {
    this.writeAll(new Map([[variable, data]]))
  }

  writeAll(values: ReadonlyMap<string, FloatArray>): void {
    if (values.size === 0) return
    const ports = [...values.keys()].map((variable) => this.#lookup(this.#program.writes, variable))
    const endpoint = { feeds: ports.map(({ feed }) => feed), outputs: ports.map(({ token }) => token) }
    this.#call(callOf(endpoint), [...values.values()])
  }

  dispose(): void {
    if (this.#disposed) return
    this.#disposed = true
    this.#binding.deleteSavedModel(this.#session)
  }

  #lookup<T>(ports: ReadonlyMap<string, T>, variable: string): T {
    const port = ports.get(variable)
    if (port === undefined)
      throw new Error(`unknown variable ${variable}; known: ${[...ports.keys()].join(', ')}`)
    return port
  }

  /** `steps` is the extent that the ports leave open. */
  #call(call: Call, data: readonly (TensorData | undefined)[], steps = 0): Record<string, Output> {
    if (this.#disposed) throw new Error('this program was disposed of')
    const shapes = call.feeds.map(({ type }) => type.shape.map((extent) => (extent < 0 ? steps : extent)))
    const arrays = call.feeds.map((feed, index) => nativeArray(feed, shapes[index], data[index]))
    const inputs: number[] = []
    try {
      call.feeds.forEach((feed, index) =>
        inputs.push(this.#binding.createTensor(shapes[index], NATIVE_TYPES[feed.type.dtype], arrays[index])),
      )
      return this.#collect(call, inputs)
    } finally {
      for (const id of inputs) this.#binding.deleteTensor(id)
    }
  }

  #collect(call: Call, inputs: readonly number[]): Record<string, Output> {
    const made = this.#binding.runSavedModel(this.#session, inputs, call.inputNames, call.outputNames)
    try {
      const outputs: Record<string, Output> = {}
      call.outputs.forEach((port, index) => {
        if (port.name === '') return
        const value = this.#binding.tensorDataSync(made[index].id)
        outputs[port.name] = value instanceof Uint8Array ? Int32Array.from(value) : value
      })
      return outputs
    } finally {
      for (const tensor of made) this.#binding.deleteTensor(tensor.id)
    }
  }
}

function callOf(endpoint: Endpoint): Call {
  const join = (ports: readonly Port[]): string => ports.map((port) => port.reference).join()
  return { ...endpoint, inputNames: join(endpoint.feeds), outputNames: join(endpoint.outputs) }
}

/** The values of an endpoint's feeds, in its order. Throws when there are others. */
function feedsOf(name: string, call: Call, feeds: Feeds): (TensorData | undefined)[] {
  const known = new Set(call.feeds.map((feed) => feed.name))
  const extra = Object.keys(feeds).filter((feed) => !known.has(feed))
  if (extra.length > 0)
    throw new Error(`${name}: unknown feeds ${extra.join(', ')}; known: ${[...known].join(', ')}`)
  return call.feeds.map((feed) => feeds[feed.name])
}

/** The feed as the binding wants it. Throws when it is missing, of another type, or of another length. */
function nativeArray(feed: Port, shape: readonly number[], data: TensorData | undefined): NativeArray {
  const size = sizeOf(shape)
  const what = `${feed.name} (${feed.type.dtype} [${shape.join()}])`
  if (data === undefined) throw new Error(`no value for ${what}`)
  if (data.length !== size) throw new Error(`${what} needs ${size} values, got ${data.length}`)
  const array = data instanceof Float64Array ? Float32Array.from(data) : data
  const fits =
    feed.type.dtype === 'float'
      ? array instanceof Float32Array
      : feed.type.dtype === 'int'
        ? array instanceof Int32Array
        : array instanceof Uint8Array
  if (!fits) throw new Error(`${what} cannot take a ${data.constructor.name}`)
  return array
}

function floatsOf(value: Output): Float32Array {
  if (value instanceof Float32Array) return value
  throw new Error('a variable that is not float cannot be read')
}
