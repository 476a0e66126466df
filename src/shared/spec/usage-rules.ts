/** One rule for each group of fields of a specification: where its run uses them, and why not elsewhere. */
import { STATIC } from '../methods/dynamic/index.ts'
import { modelKernels } from '../methods/model-kernels.ts'
import { OPTIMIZERS, optimizerOf } from '../methods/optimizers/index.ts'
import { methodTitle } from '../methods/registry.ts'
import {
  dynamicTraits,
  hasPublishedVariant,
  namesPublishedVariant,
  ownsLinearMasks,
  prunes,
  schemeHas,
  scoresOf,
  usesDensity,
  usesDistribution,
} from '../methods/traits.ts'
import { FAMILY_FIELDS, SOME_READ } from './families.ts'
import { isOwn } from './own.ts'
import type { FieldPath, RunSpec } from './schema.ts'
import { changesMasks, feedsSteps, NO_STEP, readsTrainingBatches, takesSteps } from './untrained.ts'

export interface Rule {
  readonly paths: readonly FieldPath[]
  readonly used: (spec: RunSpec) => boolean
  readonly because: (spec: RunSpec) => string
  /** USAGE_VERSION from which the rule holds; left out: it always did. */
  readonly since?: number
}

const schemeTitle = ({ initialization }: RunSpec): string => methodTitle('scheme', initialization.scheme)
const dynamicTitle = ({ dynamic }: RunSpec): string => methodTitle('dynamic', dynamic.method)
const momentsOf = (spec: RunSpec): string => dynamicTraits(spec).moments ?? 'interval'
const dynamicReason = (spec: RunSpec): string =>
  spec.dynamic.method === STATIC
    ? 'The masks stay as they are; set dynamic.method.'
    : `${dynamicTitle(spec)} does not use it.`
const reads = ({ initialization }: RunSpec): boolean => schemeHas(initialization, 'readsValues')

/** Whether any kernel begins with the dense initializer. */
function usesDense(spec: RunSpec): boolean {
  if (reads(spec)) return false
  const { initialization, model } = spec
  return (
    isOwn(initialization.scheme) ||
    schemeHas(initialization, 'startsDense') ||
    schemeHas(initialization, 'keepsEndsDense') ||
    modelKernels(model.name).unmasked ||
    scoresOf(spec) !== 'nothing'
  )
}

/** Whether the dense initializer of a run brings the biases with it. */
export function drawsBiases(spec: RunSpec): boolean {
  return spec.initialization.dense === 'pytorch' && usesDense(spec)
}

/** What is done with images and features, and not with text. */
const IMAGES_ONLY = [
  'label',
  'validationFrom',
  'crop',
  'jitter',
  'brightness',
  'contrast',
  'saturation',
  'hue',
  'rotation',
  'threeAugment',
  'mixup',
  'cutmix',
  'standardisation',
  'mean',
  'deviation',
  'size',
] as const

const AUGMENTATIONS = [
  'data.crop',
  'data.jitter',
  'data.brightness',
  'data.contrast',
  'data.saturation',
  'data.hue',
  'data.rotation',
  'data.threeAugment',
]

/** What only optimizer steps read, and what is told between them. */
const STEPS_ONLY = [
  'optimizer',
  ...new Set(Object.values(OPTIMIZERS).flatMap(({ settings }) => settings)),
  'learningRate',
  'weightDecay',
  'weightDecayOn',
  'schedule',
  'milestones',
  'gamma',
  'warmup',
  'evaluations',
].map((field) => `training.${field}`)

/** What makes the loss of a step's batch: another than that of evaluations and of scores. */
const FED_ONLY = [
  'training.labelSmoothing',
  'training.wholeTargets',
  'data.repeats',
  'data.mixup',
  'data.cutmix',
]

/** Which fields a run uses that takes no step, and all where it does. */
const UNTRAINED: readonly (readonly [Rule['used'], readonly FieldPath[]])[] = [
  [takesSteps, STEPS_ONLY],
  [feedsSteps, FED_ONLY],
  // An own model may take them for anything.
  [(spec) => isOwn(spec.model.name) || feedsSteps(spec), ['model.dropout', 'model.stochasticDepth']],
  [(spec) => !spec.data.augment || readsTrainingBatches(spec), AUGMENTATIONS],
  [readsTrainingBatches, ['data.augment']],
  [(spec) => spec.dynamic.method === STATIC || takesSteps(spec), ['dynamic.interval', 'dynamic.until']],
  [(spec) => spec.dynamic.method === STATIC || changesMasks(spec), ['dynamic.fraction']],
  // What rounds would prune keeps every weight.
  [(spec) => !prunes(spec) || changesMasks(spec), ['sparsity.density', 'sparsity.distribution']],
]

const hasOwn = ({ initialization, sparsity }: RunSpec): boolean =>
  isOwn(initialization.scheme) || isOwn(sparsity.distribution)

const sameAsPublished: Rule['because'] = ({ sparsity, initialization, model }) =>
  `Distribution ${sparsity.distribution} and scheme ${initialization.scheme} are the same in the public ` +
  `code on ${model.name}.`

const GPT_ONLY: readonly string[] = ['heads', 'tied']

export const RULES: readonly Rule[] = [
  {
    paths: ['sparsity.density'],
    used: (spec) => usesDensity(spec) || ownsLinearMasks(spec),
    because: (spec) =>
      prunes(spec)
        ? `${dynamicTitle(spec)} fixes how much of a layer is kept.`
        : `${schemeTitle(spec)} brings its own masks.`,
  },
  {
    paths: ['sparsity.distribution'],
    used: (spec) => usesDistribution(spec) || ownsLinearMasks(spec),
    because: (spec) =>
      prunes(spec)
        ? `${dynamicTitle(spec)} chooses among the weights of all layers, or fixes how much of each is kept.`
        : `${schemeTitle(spec)} brings its own masks.`,
  },
  {
    paths: ['sparsity.variant'],
    used: (spec) => hasOwn(spec) || namesPublishedVariant(spec),
    because: sameAsPublished,
  },
  {
    paths: ['sparsity.inverted'],
    used: (spec) => scoresOf(spec) !== 'nothing',
    because: ({ sparsity }) => `Distribution ${sparsity.distribution} takes no scores to invert.`,
  },
  {
    paths: ['sparsity.attention'],
    used: ({ model }) => isOwn(model.name) || modelKernels(model.name).attention,
    because: ({ model }) => `${model.name} has no attention.`,
  },
  {
    paths: ['initialization.dense'],
    used: usesDense,
    because: (spec) => `${schemeTitle(spec)} makes all kernels of this model.`,
  },
  {
    paths: ['initialization.biasStd'],
    used: (spec) => !reads(spec) && !drawsBiases(spec),
    because: (spec) =>
      reads(spec)
        ? `${schemeTitle(spec)} reads the biases too.`
        : `${spec.initialization.dense} draws the biases too.`,
  },
  {
    paths: ['dynamic.interval', 'dynamic.until'],
    used: (spec) => spec.dynamic.method !== STATIC && ['interval', 'schedule'].includes(momentsOf(spec)),
    because: dynamicReason,
  },
  {
    paths: ['dynamic.fraction'],
    used: (spec) =>
      spec.dynamic.method !== STATIC &&
      (momentsOf(spec) === 'interval' || dynamicTraits(spec).exchanges === true),
    because: dynamicReason,
  },
  {
    paths: ['training.epochs'],
    used: ({ training }) => training.steps === 0,
    because: ({ training }) => `Training takes training.steps, ${training.steps}.`,
  },
  {
    paths: ['training.operations'],
    used: () => false,
    because: () => 'It tells what training.steps was made of; a study’s budget sets both.',
  },
  {
    paths: ['training.milestones', 'training.gamma'],
    used: ({ training }) => training.schedule === 'step',
    because: ({ training }) => `They belong to schedule step; this one is ${training.schedule}.`,
  },
  ...Object.values(OPTIMIZERS).map(({ name, settings }) => ({
    paths: settings.map((setting) => `training.${setting}`),
    used: ({ training }: RunSpec) => optimizerOf(training.optimizer).name === name,
    because: ({ training }: RunSpec) => `It belongs to ${name}; the optimizer is ${training.optimizer}.`,
  })),
  {
    paths: ['training.weightDecayOn'],
    used: ({ training }) => training.weightDecay > 0,
    because: () => 'There is no weight decay; set training.weightDecay.',
  },
  {
    paths: ['training.spectrumInputs', 'training.spectrumExamples'],
    used: ({ training }) => training.spectrum !== 'none' || training.isometry,
    because: () => 'No spectrum is taken; set training.spectrum or training.isometry.',
  },
  {
    paths: ['data.validation'],
    used: ({ data }) => data.validationFrom !== 'test',
    because: () => 'The test set validates, and nothing is held out.',
  },
  {
    paths: ['data.mean', 'data.deviation'],
    used: ({ data }) => data.standardisation === 'given',
    because: ({ data }) => `They belong to data.standardisation given; this one is ${data.standardisation}.`,
  },
  {
    paths: ['training.wholeTargets'],
    used: ({ data, training }) =>
      training.loss === 'binary-cross-entropy' && (data.mixup > 0 || data.cutmix > 0),
    because: () => 'It belongs to binary-cross-entropy with data.mixup or data.cutmix.',
  },
  {
    paths: AUGMENTATIONS,
    used: ({ data }) => data.augment,
    because: () => 'It is part of data.augment.',
  },
  {
    paths: ['data.unit', 'data.context', 'data.test'],
    used: ({ data }) => data.name === 'text',
    because: ({ data }) => `It belongs to data text; this is ${data.name}.`,
  },
  {
    paths: IMAGES_ONLY.map((field) => `data.${field}`),
    used: ({ data }) => data.name !== 'text',
    because: () => 'Text has none of it.',
  },
  ...SOME_READ.map((field) => ({
    paths: [`model.${field}`],
    used: ({ model }: RunSpec) =>
      isOwn(model.name) ? !GPT_ONLY.includes(field) : FAMILY_FIELDS[model.name].includes(field),
    because: ({ model }: RunSpec) =>
      `${model.name} has none of its own${field === 'width' ? '; use model.widthMultiplier' : ''}.`,
  })),
  {
    paths: ['sparsity.variant'],
    since: 2,
    used: (spec) =>
      isOwn(spec.initialization.scheme) ||
      (usesDistribution(spec) && isOwn(spec.sparsity.distribution)) ||
      hasPublishedVariant(spec),
    because: sameAsPublished,
  },
  ...(['density', 'distribution'] as const).map((field) => ({
    paths: [`sparsity.${field}`],
    since: 3,
    used: (spec: RunSpec) =>
      !ownsLinearMasks(spec) || (field === 'density' ? usesDensity(spec) : usesDistribution(spec)),
    because: (spec: RunSpec) => `The pattern of ${schemeTitle(spec)} says what is kept of a dense kernel.`,
  })),
  ...UNTRAINED.map(([used, paths]) => ({ paths, since: 2, used, because: () => NO_STEP })),
]
