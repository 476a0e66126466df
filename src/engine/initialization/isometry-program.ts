/**
 * Approximate isometry as a program for a backend: kernels of one shape run as one stack of batched products,
 * natively on the backend's device. See isometry.ts for the loss.
 *
 * With D = G − σ_w²I symmetric and G = AᵀA, ∂‖D‖/∂A = 2·A·D/‖D‖ (D·A for G = AAᵀ).
 */
import type { Program } from '../program/types.ts'
import { Builder } from '../program/builder.ts'
import type { FloatArray, Value } from '../ops/ir.ts'
import { divide, multiply, one, reshape, scalar, scale, subtract, sum } from '../ops/support/make.ts'
import type { Feeds } from '../program/backend.ts'
import { SMALLEST_NORM } from './isometry-nonzeros.ts'
import type { Descent, IsometryLayer, IsometryRequest, Standing } from './isometry-types.ts'

/** Matrices of one shape [rows, cols], stacked along a leading axis. */
interface Stack {
  readonly variable: string
  readonly rows: number
  readonly cols: number
  readonly members: IsometryLayer[]
  /** Matrices in the stack: one a layer, or one a channel of a depthwise layer. */
  count: number
}

function stacksOf(layers: readonly IsometryLayer[]): Stack[] {
  const stacks = new Map<string, Stack>()
  for (const layer of layers) {
    const { fanIn, outputs, channels } = layer.shape
    const key = `${fanIn}x${outputs}`
    const stack = stacks.get(key) ?? {
      variable: `stack:${key}`,
      rows: fanIn,
      cols: outputs,
      members: [],
      count: 0,
    }
    stack.members.push(layer)
    stack.count += channels
    stacks.set(key, stack)
  }
  return [...stacks.values()]
}

/**
 * Copies between kernels and their stack; a depthwise kernel [taps, channels] is transposed to one matrix a
 * channel.
 */
function pack<T extends Float64Array | Uint8Array>(
  stack: Stack,
  pick: (layer: IsometryLayer) => T,
): Float64Array {
  const data = new Float64Array(stack.count * stack.rows * stack.cols)
  let offset = 0
  for (const layer of stack.members) {
    const source = pick(layer)
    const { channels } = layer.shape
    const taps = source.length / channels
    if (channels === 1) data.set(source, offset)
    else
      for (let k = 0; k < source.length; k++)
        data[offset + (k % channels) * taps + Math.floor(k / channels)] = source[k]
    offset += source.length
  }
  return data
}

function unpack(stack: Stack, data: FloatArray): Map<string, Float64Array> {
  const values = new Map<string, Float64Array>()
  let offset = 0
  for (const layer of stack.members) {
    const { channels, entries } = layer.shape
    const taps = entries / channels
    const kernel = new Float64Array(entries)
    for (let k = 0; k < entries; k++) {
      if (layer.mask[k] === 1)
        kernel[k] = data[offset + (channels === 1 ? k : (k % channels) * taps + Math.floor(k / channels))]
    }
    values.set(layer.name, kernel)
    offset += entries
  }
  return values
}

function identity(side: number, value: number): number[] {
  const values = new Array<number>(side * side).fill(0)
  for (let k = 0; k < side; k++) values[k * (side + 1)] = value
  return values
}

/** D = G − σ_w²I of every matrix of a stack [count, side, side], and ‖D‖_F [count]. */
function distance(
  graph: Builder,
  weights: Value,
  { rows, cols }: Stack,
  gain: number,
): { difference: Value; norm: Value } {
  const side = Math.min(rows, cols)
  const transposes = { transposeA: cols <= rows, transposeB: cols > rows }
  const gram = one(graph, 'batch-matmul', [weights, weights], transposes)
  const target = one(graph, 'constant', [], {
    dtype: 'float',
    shape: [1, side, side],
    values: identity(side, gain * gain),
  })
  const difference = subtract(graph, gram, target)
  return {
    difference,
    norm: one(graph, 'sqrt', [sum(graph, multiply(graph, difference, difference), [1, 2])]),
  }
}

/** Functions `step` (feed `rate`; outputs the losses before the step) and `loss`. */
function buildProgram(stacks: readonly Stack[], gain: number): Program {
  const step = new Builder()
  const loss = new Builder()
  const stackShape = ({ count, rows, cols }: Stack): readonly number[] => [count, rows, cols]
  const rate = step.feed('rate', [])
  const updates = stacks.map((stack) => {
    const weights = step.read(stack.variable, stackShape(stack))
    const { difference, norm } = distance(step, weights, stack, gain)
    const product = one(
      step,
      'batch-matmul',
      stack.cols <= stack.rows ? [weights, difference] : [difference, weights],
    )
    const divisor = one(step, 'maximum', [norm, scalar(step, SMALLEST_NORM)])
    const factor = divide(step, scale(step, rate, 2), reshape(step, divisor, [stack.count, 1, 1]))
    const masked = multiply(step, product, step.read(`mask:${stack.variable}`, stackShape(stack)))
    return {
      norm,
      update: {
        kind: 'assign' as const,
        variable: stack.variable,
        value: subtract(step, weights, multiply(step, masked, factor)),
      },
    }
  })
  return {
    variables: stacks.flatMap((stack) => [
      {
        name: stack.variable,
        type: { shape: stackShape(stack), dtype: 'float' as const },
        role: 'parameter' as const,
      },
      {
        name: `mask:${stack.variable}`,
        type: { shape: stackShape(stack), dtype: 'float' as const },
        role: 'mask' as const,
        of: stack.variable,
      },
    ]),
    functions: [
      step.finish(
        'step',
        stacks.map(({ variable }, k) => ({ name: variable, value: updates[k].norm })),
        updates.map(({ update }) => update),
      ),
      loss.finish(
        'loss',
        stacks.map((stack) => ({
          name: stack.variable,
          value: distance(loss, loss.read(stack.variable, stackShape(stack)), stack, gain).norm,
        })),
      ),
    ],
  }
}

function total(outputs: Record<string, FloatArray | Int32Array>): number {
  let loss = 0
  for (const losses of Object.values(outputs)) for (const value of losses) loss += value
  return loss
}

/** Descent on a backend, in batched products of one shape, in float32 unless told otherwise. */
export async function programDescent(request: IsometryRequest): Promise<Descent> {
  const { backend, gain, rate, precision } = request
  const stacks = stacksOf(request.layers)
  const executable = await backend.compile(buildProgram(stacks, gain), { precision })
  for (const stack of stacks) {
    const mask = pack(stack, (layer) => layer.mask)
    const values = pack(stack, (layer) => layer.values).map((value, k) => value * mask[k])
    executable.write(stack.variable, values)
    executable.write(`mask:${stack.variable}`, mask)
  }
  const feeds = { rate: precision === 'float64' ? Float64Array.of(rate) : Float32Array.of(rate) }
  const standing = (name: 'step' | 'loss', fed: Feeds): Standing => ({
    loss: total(executable.run(name, fed)),
    residual: NaN,
  })
  return {
    step: () => standing('step', feeds),
    undo: () => {
      throw new Error('isometry: a program does not keep the weights before its steps')
    },
    standing: () => standing('loss', {}),
    values: () => new Map(stacks.flatMap((stack) => [...unpack(stack, executable.read(stack.variable))])),
    dispose: () => executable.dispose(),
  }
}
