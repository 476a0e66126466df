/**
 * Which fields of a specification its run does not use. What is not used is no part of the run's identity:
 * two specifications that differ in nothing else are one run. What was set in vain is told.
 *
 * A field counts as used wherever that is not certain, so that two runs that compute different numbers never
 * share an identity. The engine trains the specification with unused fields at their defaults (`usedSpec`),
 * so that the claim holds by construction.
 */
import { STATIC } from '../methods/dynamic/index.ts'
import { modelKernels, modelMeets } from '../methods/model-kernels.ts'
import { findMethod, METHOD_KINDS, methodTitle } from '../methods/registry.ts'
import { flatSettings } from '../methods/settings.ts'
import {
  dynamicTraits,
  hasPublishedVariant,
  prunes,
  schemeHas,
  scoresOf,
  settingsMeet,
  usesDensity,
  usesDistribution,
} from '../methods/traits.ts'
import { OPTIMIZERS, optimizerOf } from '../methods/optimizers/index.ts'
import { knownSettings } from '../methods/usage.ts'
import type { MethodKind } from '../methods/types.ts'
import { FAMILY_FIELDS, SOME_READ } from './families.ts'
import { fieldOf } from './fields.ts'
import { changedFields, groupOf, identityOf } from './identity.ts'
import { METHOD_FIELDS, ownSettingPath } from './method-fields.ts'
import { isOwn } from './own.ts'
import { withValue } from './paths.ts'
import type { FieldPath, RunSpec } from './schema.ts'

/**
 * To be raised with every change of what is used: stored runs are then told anew (lab/store/used-runs.ts).
 */
export const USAGE_VERSION = 1

/** Why a field is not used, in words for the user. */
type Reasons = Map<FieldPath, string>

interface Rule {
  readonly paths: readonly FieldPath[]
  readonly used: (spec: RunSpec) => boolean
  readonly because: (spec: RunSpec) => string
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

const GPT_ONLY: readonly string[] = ['heads', 'tied']

const RULES: readonly Rule[] = [
  {
    paths: ['sparsity.density'],
    used: usesDensity,
    because: (spec) =>
      prunes(spec)
        ? `${dynamicTitle(spec)} fixes how much of a layer is kept.`
        : `${schemeTitle(spec)} brings its own masks.`,
  },
  {
    paths: ['sparsity.distribution'],
    used: usesDistribution,
    because: (spec) =>
      prunes(spec)
        ? `${dynamicTitle(spec)} chooses among the weights of all layers, or fixes how much of each is kept.`
        : `${schemeTitle(spec)} brings its own masks.`,
  },
  {
    paths: ['sparsity.variant'],
    used: (spec) =>
      isOwn(spec.initialization.scheme) || isOwn(spec.sparsity.distribution) || hasPublishedVariant(spec),
    because: (spec) =>
      `Distribution ${spec.sparsity.distribution} and scheme ${spec.initialization.scheme} are the same in ` +
      'the public code.',
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
    paths: [
      'data.crop',
      'data.jitter',
      'data.brightness',
      'data.contrast',
      'data.saturation',
      'data.hue',
      'data.rotation',
      'data.threeAugment',
    ],
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
]

/** Fields that decide what others mean. */
export const SELECTORS: readonly FieldPath[] = [
  ...METHOD_FIELDS.map(({ path }) => path),
  'model.name',
  'data.name',
  'data.augment',
  'data.standardisation',
  'data.validationFrom',
  'initialization.dense',
  'data.mixup',
  'data.cutmix',
  'training.loss',
  'training.steps',
  'training.schedule',
  'training.optimizer',
  'training.spectrum',
  'training.isometry',
]

/** Settings of built-in methods that this run's methods do not use. */
function unusedSettings(spec: RunSpec, kind: MethodKind, reasons: Reasons): void {
  const field = METHOD_FIELDS.find((each) => each.kind === kind)
  if (!field) return
  const { section, named, path } = field
  const name = reasons.has(path) ? '' : named(spec)
  const own = flatSettings(findMethod(kind, name)?.settings ?? {})
  for (const { name: setting, setting: form, methods } of knownSettings(kind)) {
    const { when = {} } = own.get(setting) ?? form
    if (!own.has(setting))
      reasons.set(`${section}.${setting}`, `It is a setting of ${methods.join(' and ')}.`)
    else if (!settingsMeet(when, spec[section])) {
      const [[other, values]] = Object.entries(when.settings ?? {})
      reasons.set(`${section}.${setting}`, `It is used where ${section}.${other} is ${values.join(' or ')}.`)
    } else if (!modelMeets(when, spec.model.name))
      reasons.set(`${section}.${setting}`, `${spec.model.name} has no kernels of that kind.`)
  }
  for (const setting of Object.keys(spec[section].settings)) {
    // Of a method that is not known here nothing can be told.
    if (isOwn(name) && (own.has(setting) || !findMethod(kind, name))) continue
    reasons.set(ownSettingPath(section, setting), `${methodTitle(kind, named(spec))} has no such setting.`)
  }
}

/** The fields that the run of a specification does not use, with the reason. */
export function unusedFields(spec: RunSpec): ReadonlyMap<FieldPath, string> {
  const reasons: Reasons = new Map()
  for (const { paths, used, because } of RULES) {
    if (!used(spec)) for (const path of paths) reasons.set(path, because(spec))
  }
  for (const kind of Object.keys(METHOD_KINDS) as MethodKind[]) unusedSettings(spec, kind, reasons)
  return reasons
}

/** Fields that were set, differ from their defaults, and are not used. */
export function vainFields(spec: RunSpec): ReadonlyMap<FieldPath, string> {
  const unused = unusedFields(spec)
  return new Map(
    Object.keys(changedFields(spec)).flatMap((path) => {
      const reason = unused.get(path)
      return reason === undefined ? [] : [[path, reason] as const]
    }),
  )
}

/** Times that clearing fields may clear others: each kind of method once, and what hangs on it. */
const ROUNDS = 4

/**
 * The specification with what its run does not use at the defaults: all specifications of one run give it.
 */
export function usedSpec(spec: RunSpec): RunSpec {
  let used = spec
  for (let round = 0; round < ROUNDS; round++) {
    const vain = vainFields(used)
    if (vain.size === 0) break
    for (const path of vain.keys()) used = cleared(used, path)
  }
  return used
}

function cleared(spec: RunSpec, path: FieldPath): RunSpec {
  const own = METHOD_FIELDS.find(({ section }) => path.startsWith(ownSettingPath(section, '')))
  if (!own) return withValue(spec, path.split('.'), fieldOf(path).default) as RunSpec
  const { section } = own
  const name = path.slice(ownSettingPath(section, '').length)
  const settings = Object.fromEntries(
    Object.entries(spec[section].settings).filter(([each]) => each !== name),
  )
  return { ...spec, [section]: { ...spec[section], settings } }
}

/** 32 hexadecimal digits that name what a run uses: the same for all specifications of one run. */
export const runIdentity = (spec: RunSpec): string => identityOf(usedSpec(spec))

/** 32 hexadecimal digits that name what a run uses, whatever its seed: what tables group by. */
export const runGroup = (spec: RunSpec): string => groupOf(usedSpec(spec))
