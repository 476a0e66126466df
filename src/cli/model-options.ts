/** A model described by options: name, size, input and classes, or the data set that gives them. */
import { BenchError } from '../shared/contract/errors.ts'
import type { LayerGraph } from '../shared/graph/types.ts'
import { parseSpec } from '../shared/spec/parse.ts'
import { parseSetting, setField } from '../shared/spec/paths.ts'
import type { RunSpec } from '../shared/spec/schema.ts'
import { buildModel } from '../shared/zoo/index.ts'

/** Shapes and classes of the data sets, so that a model can be shown without its data. */
type Form = readonly [readonly [number, number, number], number]
const INPUTS: Readonly<Partial<Record<RunSpec['data']['name'], Form>>> =
  {
  'mnist': [[28, 28, 1], 10],
  'fashion-mnist': [[28, 28, 1], 10],
  'cifar-10': [[32, 32, 3], 10],
  'cifar-100': [[32, 32, 3], 100],
  'tiny-imagenet': [[64, 64, 3], 200],
}

export interface ModelOptions {
  readonly set: string[]
  readonly classes?: number
  readonly input?: number[]
  readonly distribution?: string
  readonly density?: number
}

/**
 * The specification and the layer graph that a model's name and options mean. @throws BenchError where they
 * do not fit.
 */
export function modelFrom(name: string, options: ModelOptions): { spec: RunSpec; graph: LayerGraph } {
  const first: Record<string, unknown> = {
    model: { name }, ...(IMAGE.has(name) ? { data: { name: IMAGE.get(name) } } : {}),
  }
  const given = options.set.map(parseSetting).reduce(
    (at, { path, value }) => setField(at, path, value), first,
  )
  const density = options.density ?? 1
  const sparsity = { density, distribution: options.distribution ?? (density < 1 ? 'erk' : 'dense') }
  const spec = parseSpec(
    options.density === undefined && options.distribution === undefined ? given : { ...given, sparsity },
  )
  const known = INPUTS[spec.data.name]
  const side = spec.data.size
  const input = options.input ?? (known && (side > 0 ? [side, side, known[0][2]] : [...known[0]]))
  const classes = options.classes ?? known?.[1]
  if (input === undefined || classes === undefined) {
    throw new BenchError(
      'bad-input',
      `${spec.data.name} does not tell the input and the classes; give --input and --classes.`, '--input',
    )
  }
  return { spec, graph: buildModel(spec.model, input, classes) }
}

const IMAGE: ReadonlyMap<string, RunSpec['data']['name']> = new Map([
  ['cnn', 'cifar-10'], ['resnet', 'cifar-10'], ['vgg', 'cifar-10'], ['efficientnet-b0', 'tiny-imagenet'],
  ['resnet-50', 'image-folder'], ['deit-tiny', 'image-folder'], ['deit-small', 'image-folder'],
])
