/** What a specification cannot do although each of its fields is valid by itself. */
import { BenchError } from '../contract/errors.ts'
import { STATIC } from '../methods/dynamic/index.ts'
import { optimizerOf } from '../methods/optimizers/index.ts'
import { dynamicOf, findMethod } from '../methods/registry.ts'
import {
  dynamicTraits,
  keepsAll,
  prunes,
  schemeHas,
  scoresOf,
  usesDensity,
  usesDistribution,
} from '../methods/traits.ts'
import { settingAt } from '../methods/usage.ts'
import { lengthOf } from '../planning/plan.ts'
import { METHOD_FIELDS } from './method-fields.ts'
import { isOwn } from './own.ts'
import { vainFields } from './usage.ts'
import type { FieldPath, RunSpec } from './schema.ts'

export interface Problem {
  readonly where: FieldPath
  readonly message: string
  /** An error keeps the run from starting; a warning is shown and goes on. */
  readonly severity: 'error' | 'warning'
  /** The field was set and is not used; a study tells it only where no run uses the field. */
  readonly vain?: true
}

type Check = (spec: RunSpec) => Problem | null

const IMAGE_MODELS = ['cnn', 'resnet', 'vgg', 'efficientnet-b0', 'resnet-50', 'deit-tiny', 'deit-small']
/** Models of the zoo that read tokens. */
const TEXT_MODELS = ['gpt']
const GRAY_DATA = ['mnist', 'fashion-mnist']
const RESNET_DEPTHS: readonly number[] = [20, 32, 44, 56, 110]
const VGG_DEPTHS = [11, 13, 16, 19]

const error = (where: FieldPath, message: string): Problem => ({ where, message, severity: 'error' })
const warning = (where: FieldPath, message: string): Problem => ({ where, message, severity: 'warning' })

/** What the methods of a specification say of their own settings. */
function methodProblems(spec: RunSpec): Problem[] {
  return METHOD_FIELDS.flatMap(({ kind, section, named }): Problem[] => {
    const found = findMethod(kind, named(spec))?.check?.(spec[section], spec)
    if (!found) return []
    const { where, message, severity } = found
    const path = where.startsWith(`${section}.`) ? where : `${section}.${where}`
    return [{ where: path, message, severity }]
  })
}

/** What was set and is not used. */
function vainProblems(spec: RunSpec): Problem[] {
  return [...vainFields(spec)].map(([path, reason]) => ({
    ...warning(path, `${path} is set and not used: ${reason}`),
    vain: true,
  }))
}

const hasRandomPositions = ({ initialization }: RunSpec) =>
  !schemeHas(initialization, 'ownsPositions') && !schemeHas(initialization, 'ownsMask')

const checks: readonly Check[] = [
  (spec) => {
    const { sparsity } = spec
    return keepsAll({ sparsity }) && sparsity.density < 1 && usesDensity(spec) && usesDistribution(spec)
      ? error(
          'sparsity.density',
          `Distribution ${sparsity.distribution} keeps every weight, so the density is 1, not ` +
            `${sparsity.density}; set sparsity.density to 1 or choose another distribution ` +
            '(uniform, erk, …).',
        )
      : null
  },
  (spec) =>
    spec.dynamic.method !== STATIC &&
    (dynamicOf(spec.dynamic.method)?.traits.changesDensity !== true || prunes(spec)) &&
    spec.sparsity.density === 1 &&
    lengthOf(spec.training) > 0 &&
    usesDensity(spec)
      ? error(
          'dynamic.method',
          prunes(spec)
            ? `${spec.dynamic.method} prunes to a density, and density 1 prunes nothing. Lower ` +
                `sparsity.density.`
            : `${spec.dynamic.method} moves masked weights; at density 1 there are none. Lower ` +
                `sparsity.density.`,
        )
      : null,
  (spec) => {
    const begin = settingAt(spec.dynamic, 'begin')
    if (dynamicTraits(spec).moments !== 'schedule' || typeof begin !== 'number') return null
    return begin < spec.dynamic.until
      ? null
      : error(
          'dynamic.begin',
          `Pruning begins after ${begin} of training and ends after ${spec.dynamic.until}; ` +
            'dynamic.begin is less than dynamic.until.',
        )
  },
  (spec) =>
    spec.initialization.sanity === 'shuffled' && scoresOf(spec) === 'nothing' && hasRandomPositions(spec)
      ? warning(
          'initialization.sanity',
          `The positions of ${spec.sparsity.distribution} are random; shuffled they are random again.`,
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
  ({ model, data }) =>
    TEXT_MODELS.includes(model.name) && data.name !== 'text'
      ? error('data.name', `${model.name} reads tokens; set data.name to text.`)
      : null,
  ({ model, data }) =>
    data.name === 'text' && !TEXT_MODELS.includes(model.name) && !isOwn(model.name)
      ? error(
          'model.name',
          `${model.name} does not read tokens; on text trains ${TEXT_MODELS.join(', ')}, or an own model ` +
            'with a token embedding.',
        )
      : null,
  ({ data }) =>
    data.name === 'text' && data.validation + data.test >= 1
      ? error(
          'data.validation',
          `Validation ${data.validation} and test ${data.test} leave nothing of the text to train on.`,
        )
      : null,
  ({ model }) =>
    model.name === 'gpt' && model.width % model.heads !== 0
      ? error('model.heads', `${model.heads} heads must divide the width, ${model.width}.`)
      : null,
  ({ data, training }) =>
    data.name === 'text' && training.spectrum !== 'none'
      ? error(
          'training.spectrum',
          'A token has no derivative, so that there is no input-output Jacobian of a language model; ' +
            'training.isometry tells the singular values of its layers.',
        )
      : null,
  ({ data, training }) =>
    data.name === 'text' && training.isometry
      ? warning(
          'training.isometry',
          'The singular values of the layers are told, but not how much squared gradients grow a layer: ' +
            'a token has no derivative.',
        )
      : null,
  ({ data }) =>
    data.standardisation === 'given' && data.mean.length === 0
      ? error('data.mean', 'Standardisation given needs data.mean: one number, or one for each channel.')
      : null,
  ({ data }) =>
    data.standardisation === 'given' && data.deviation.length !== data.mean.length
      ? error(
          'data.deviation',
          `data.deviation has ${data.deviation.length} numbers, data.mean ${data.mean.length}; as many are ` +
            'needed.',
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
    model.name === 'vgg' && model.depthMultiplier !== 1
      ? error(
          'model.depthMultiplier',
          'vgg has depths 11, 13, 16 and 19, no depth multiplier; choose another model.depth.',
        )
      : null,
  ({ training, data }) =>
    training.wholeTargets && training.labelSmoothing > 0 && (data.mixup > 0 || data.cutmix > 0)
      ? error(
          'training.labelSmoothing',
          'Whole targets have the classes of a mixed example at 1; smoothing would take from them. Set one ' +
            'of training.wholeTargets and training.labelSmoothing back.',
        )
      : null,
  ({ training, data }) =>
    (data.mixup > 0 || data.cutmix > 0) && training.batchSize === 1
      ? error('training.batchSize', 'Mixup and cutmix mix examples of a batch; one alone has no other.')
      : null,
  ({ training }) =>
    training.schedule === 'step' && training.milestones.length === 0
      ? warning('training.milestones', 'Schedule step without milestones keeps the rate constant.')
      : null,
  ({ training }) => {
    const found = optimizerOf(training.optimizer).check?.(training)
    return found ? error(`training.${found.where}`, found.message) : null
  },
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
  cnn: ['default', 'pooled'],
}

/**
 * All problems of a valid specification, errors first. What only the layers' shapes tell is found when the
 * run starts.
 */
export function problems(spec: RunSpec): Problem[] {
  const found = [
    ...methodProblems(spec),
    ...checks.map((check) => check(spec)).filter((problem) => problem !== null),
    ...vainProblems(spec),
  ]
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
