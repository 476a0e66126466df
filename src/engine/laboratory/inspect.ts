/** What a file of weights holds: density, residual and singular values of every kernel in it. */
import { BenchError } from '../../shared/contract/errors.ts'
import type { ParameterSpec } from '../../shared/graph/types.ts'
import { countOnes } from '../initialization/masks.ts'
import { fromLayout } from '../interchange/layouts.ts'
import type { Naming } from '../interchange/layouts.ts'
import type { NamedArray } from '../interchange/types.ts'
import { judge } from './judge.ts'
import type { Judgement, OperatorPlace } from './judge.ts'

export interface InspectOptions extends OperatorPlace {
  /** Names and layouts; default by the names: PyTorch's where none ends in `kernel` and none is `weight`. */
  readonly naming?: Naming
  /** σ_w that the residual is taken against. */
  readonly gain: number
  /** Four-sided arrays are depthwise kernels. */
  readonly depthwise: boolean
}

export type InspectedKernel = Judgement

const MASK = /(^|[._])mask$/

/** A name without what marks its kind: `hidden1.weight_orig` → `hidden1.weight`. */
const stem = (name: string): string => name.replace(/_orig$/, '')

function maskOf(arrays: readonly NamedArray[], name: string): NamedArray | null {
  const names = [`${name}.mask`, `${name}_mask`, ...(name === 'weight' ? ['mask'] : [])]
  return arrays.find((array) => names.includes(array.name)) ?? null
}

/** Our shape of an array that stands in a naming's layout. */
function layoutShape(shape: readonly number[], naming: Naming, depthwise: boolean): number[] {
  if (naming === 'bench') return [...shape]
  if (shape.length === 2) return [shape[1], shape[0]]
  const sides = [shape[2], shape[3], shape[1], shape[0]]
  return depthwise ? [sides[0], sides[1], shape[0], 1] : sides
}

function parameterOf(name: string, { shape }: NamedArray, naming: Naming, depthwise: boolean): ParameterSpec {
  const isDepthwise = depthwise && shape.length === 4
  const about = { layer: name, role: 'kernel', maskable: true, trainable: true } as const
  return { name, ...about, shape: layoutShape(shape, naming, isDepthwise), depthwise: isDepthwise }
}

/**
 * Reports of all arrays with two or four sides that are no masks, in the order of the file. Where an array
 * has no mask beside it, what is not 0 is kept. Throws BenchError('bad-file') where there is none.
 */
export function inspectArrays(arrays: readonly NamedArray[], options: InspectOptions): InspectedKernel[] {
  const { gain, depthwise } = options
  const kernels = arrays.filter(
    ({ name, shape }) => (shape.length === 2 || shape.length === 4) && !MASK.test(name),
  )
  if (kernels.length === 0) {
    throw new BenchError(
      'bad-file',
      'The file holds no matrix and no kernel. ' +
        `Arrays: ${arrays.map(({ name, shape }) => `${name} [${shape.join(', ')}]`).join(', ')}.`,
    )
  }
  const ours =
    kernels.some(({ name }) => name.endsWith('kernel')) || kernels.some(({ name }) => name === 'weight')
  const naming = options.naming ?? (ours ? 'bench' : 'pytorch')
  return kernels.map((array) => {
    const name = stem(array.name)
    const parameter = parameterOf(name, array, naming, depthwise)
    const values = fromLayout(parameter, Float64Array.from(array.data), naming)
    const given = maskOf(arrays, name)
    const mask = given
      ? fromLayout(
          parameter,
          Uint8Array.from(given.data, (bit) => (bit === 0 ? 0 : 1)),
          naming,
        )
      : Uint8Array.from(values, (value) => (value === 0 ? 0 : 1))
    if (mask.length !== values.length) {
      throw new BenchError('bad-file', `${given?.name}: its shape is not that of ${array.name}.`, given?.name)
    }
    for (let k = 0; k < values.length; k++) if (mask[k] === 0) values[k] = 0
    const density = countOnes(mask) / mask.length
    return judge({ parameter, values, mask, asked: density, gain, notes: [] }, options)
  })
}
