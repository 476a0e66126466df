/** What a specification cannot do although each of its fields is valid by itself. */
import { BenchError } from '../contract/errors.ts'
import { isOwn } from './own.ts'
import { pairListProblem } from './pairs.ts'
import type { FieldPath, RunSpec } from './schema.ts'

export interface Problem {
  readonly where: FieldPath
  readonly message: string
  /** An error keeps the run from starting; a warning is shown and goes on. */
  readonly severity: 'error' | 'warning'
}

type Check = (spec: RunSpec) => Problem | null

const IMAGE_MODELS = ['cnn', 'resnet', 'vgg', 'efficientnet-b0', 'resnet-50', 'deit-tiny', 'deit-small']
const GRAY_DATA = ['mnist', 'fashion-mnist']
const RESNET_DEPTHS: readonly number[] = [20, 32, 44, 56, 110]
const VGG_DEPTHS = [11, 13, 16, 19]

/** The schema's default, which stands where a family has no width. */
const UNUSED_WIDTH = 100

const error = (where: FieldPath, message: string): Problem => ({ where, message, severity: 'error' })
const warning = (where: FieldPath, message: string): Problem => ({ where, message, severity: 'warning' })

function pairsProblem({ scheme, pairs }: RunSpec['initialization']): Problem | null {
  if (pairs.kind === 'uniform') return null
  if (scheme !== 'eoi')
    return warning('initialization.pairs.kind', `Column pairs guide EOI; scheme ${scheme} does not use them.`)
  const list = pairs.kind === 'list' ? pairListProblem(pairs.list) : null
  return list === null ? null : error('initialization.pairs.list', list)
}

function fileProblem(
  sparsity: RunSpec['sparsity'],
  { scheme, file }: RunSpec['initialization'],
): Problem | null {
  if (scheme !== 'file') {
    return file.path === ''
      ? null
      : warning(
          'initialization.file.path',
          `The weights file is read by scheme file alone; ${scheme} does not use it.`,
        )
  }
  if (file.path === '') {
    return error(
      'initialization.file.path',
      'Scheme file needs initialization.file.path: a .npz or .safetensors file of weights.',
    )
  }
  return file.masks === 'file' && sparsity.distribution !== 'dense'
    ? warning(
        'sparsity.distribution',
        `The masks are the file’s, so ${sparsity.distribution} has no effect; to let it choose among the ` +
          'file’s weights set initialization.file.masks to distribution.',
      )
    : null
}

const checks: readonly Check[] = [
  ({ sparsity }) =>
    sparsity.distribution === 'dense' && sparsity.density < 1
      ? error(
          'sparsity.density',
          `Distribution dense keeps every weight, so the density is 1, not ${sparsity.density}; ` +
            'set sparsity.density to 1 or choose another distribution (uniform, erk, …).',
        )
      : null,
  ({ sparsity, initialization }) =>
    sparsity.distribution === 'dense' && initialization.scheme === 'eoi'
      ? warning(
          'initialization.scheme',
          'EOI at density 1 is a product of many rotations; Base with orthogonal does the same faster.',
        )
      : null,
  ({ model, initialization }) => {
    if (initialization.scheme !== 'sao' || (model.name !== 'mlp' && model.name !== 'cnn')) return null
    const width = Math.max(1, Math.round(model.width * model.widthMultiplier))
    const degree = initialization.saoDegree
    if (width % degree === 0) return null
    const divisors = Array.from({ length: width }, (_, index) => index + 1).filter(
      (each) => width % each === 0,
    )
    const nearest = divisors
      .sort((a, b) => Math.abs(a - degree) - Math.abs(b - degree))
      .slice(0, 3)
      .sort((a, b) => a - b)
    return error(
      'initialization.saoDegree',
      `SAO needs a degree that divides the width ${width}; ${degree} does not. ` +
        `Nearest that do: ${nearest.join(', ')}.`,
    )
  },
  ({ initialization }) => {
    const { angles } = initialization
    return angles.kind === 'interval' && angles.from >= angles.to
      ? error(
          'initialization.angles.to',
          `The interval of angles ends (${angles.to}°) before it begins (${angles.from}°).`,
        )
      : null
  },
  ({ initialization }) => pairsProblem(initialization),
  ({ sparsity, initialization }) => fileProblem(sparsity, initialization),
  ({ initialization }) =>
    initialization.structured && initialization.scheme !== 'eoi'
      ? warning('initialization.structured', 'Structured is a form of EOI; other schemes do not use it.')
      : null,
  ({ sparsity, training, dynamic, initialization }) =>
    dynamic.method !== 'none' &&
    sparsity.density === 1 &&
    training.epochs > 0 &&
    !(initialization.scheme === 'file' && initialization.file.masks === 'file')
      ? error(
          'dynamic.method',
          `${dynamic.method} moves masked weights; at density 1 there are none. Lower sparsity.density.`,
        )
      : null,
  ({ model, sparsity, initialization }) =>
    sparsity.variant !== 'literature' &&
    ['dense', 'magnitude'].includes(sparsity.distribution) &&
    !['sao', 'fan-in'].includes(initialization.scheme) &&
    !(model.name === 'efficientnet-b0' && initialization.scheme === 'eoi')
      ? warning(
          'sparsity.variant',
          `Variant ${sparsity.variant} changes nothing here: distribution ${sparsity.distribution} and ` +
            `scheme ${initialization.scheme} are the same in the public code.`,
        )
      : null,
  ({ data }) =>
    data.name === 'image-folder' && data.path === ''
      ? error(
          'data.path',
          'Data image-folder needs data.path: a folder with one folder of images for each class.',
        )
      : null,
  ({ data }) =>
    data.name === 'file' && data.path === ''
      ? error(
          'data.path',
          'Data file needs data.path: an .npz, .csv or .parquet file, or a folder of them (docs/data.md).',
        )
      : null,
  ({ data }) =>
    data.label !== '' && data.name !== 'file'
      ? warning('data.label', `Only data file has a label column; ${data.name} does not use it.`)
      : null,
  ({ data }) =>
    data.augment && GRAY_DATA.includes(data.name)
      ? warning(
          'data.augment',
          'Horizontal flips turn digits and some clothes into other things; augmentation is meant for ' +
            'photographs.',
        )
      : null,
  ({ model, data }) =>
    IMAGE_MODELS.includes(model.name) && GRAY_DATA.includes(data.name) && model.name !== 'cnn'
      ? warning(
          'model.name',
          `${model.name} is made for photographs; on ${data.name} it sees one channel of 28 × 28.`,
        )
      : null,
  ({ model }) =>
    model.name === 'resnet' && !RESNET_DEPTHS.includes(model.depth)
      ? error('model.depth', `A resnet has depth ${RESNET_DEPTHS.join(', ')}, not ${model.depth}.`)
      : null,
  ({ model }) =>
    model.name === 'vgg' && !VGG_DEPTHS.includes(model.depth)
      ? error('model.depth', `A vgg has depth ${VGG_DEPTHS.join(', ')}, not ${model.depth}.`)
      : null,
  ({ model }) => {
    const allowed = VARIANTS[model.name] ?? ['default']
    return allowed.includes(model.variant)
      ? null
      : error(
          'model.variant',
          `${model.name} has no variant ${model.variant}; allowed: ${allowed.join(', ')}.`,
        )
  },
  ({ model }) =>
    model.name === 'vgg' && model.depth !== 16 && model.variant !== 'default'
      ? error(
          'model.variant',
          `Variants c, c-unpadded and d are of vgg depth 16, not ${model.depth}; use default.`,
        )
      : null,
  ({ model, data }) => {
    if (!model.name.startsWith('deit') || data.size % 16 === 0) return null
    return error(
      'data.size',
      `DeiT cuts images into patches of 16; a side of ${data.size} is no multiple of 16.`,
    )
  },
  ({ model, data }) =>
    model.name.startsWith('deit') && data.size === 0 && GRAY_DATA.includes(data.name)
      ? error(
          'data.size',
          'DeiT cuts images into patches of 16; 28 is no multiple of 16. Set data.size to 32.',
        )
      : null,
  ({ model }) =>
    !isOwn(model.name) && model.name !== 'mlp' && model.name !== 'cnn' && model.width !== UNUSED_WIDTH
      ? warning('model.width', `${model.name} has no width of its own; use model.widthMultiplier.`)
      : null,
  ({ model }) =>
    model.name === 'vgg' && model.depthMultiplier !== 1
      ? error(
          'model.depthMultiplier',
          'vgg has depths 11, 13, 16 and 19, no depth multiplier; choose another model.depth.',
        )
      : null,
  ({ training }) =>
    training.schedule === 'step' && training.milestones.length === 0
      ? warning('training.milestones', 'Schedule step without milestones keeps the rate constant.')
      : null,
  ({ training }) =>
    training.optimizer === 'sgd' && training.nesterov && training.momentum === 0
      ? error(
          'training.nesterov',
          'Nesterov’s form needs a momentum above 0; set training.momentum or turn training.nesterov off.',
        )
      : null,
  ({ data, training }) =>
    data.limit > 0 && Math.floor(data.limit * (1 - data.validation)) < training.batchSize
      ? error(
          'data.limit',
          `${data.limit} examples less the validation split are fewer than one batch ` +
            `of ${training.batchSize}.`,
        )
      : null,
]

const VARIANTS: Readonly<Partial<Record<string, readonly string[]>>> = {
  vgg: ['default', 'c', 'c-unpadded', 'd'],
  resnet: ['default', 'projection', 'padded'],
}

/**
 * All problems of a valid specification, errors first. What only the layers' shapes tell is found when the
 * run starts.
 */
export function problems(spec: RunSpec): Problem[] {
  const found = checks.map((check) => check(spec)).filter((problem) => problem !== null)
  return [
    ...found.filter((each) => each.severity === 'error'),
    ...found.filter((each) => each.severity === 'warning'),
  ]
}

/** Throws BenchError('bad-specification') with every error of `problems`; warnings pass. */
export function requireSound(spec: RunSpec): void {
  const errors = problems(spec).filter((problem) => problem.severity === 'error')
  if (errors.length === 0) return
  throw new BenchError(
    'bad-specification',
    errors.map((problem) => problem.message).join('\n'),
    errors[0].where,
  )
}
