/**
 * Which fields of a specification its run does not use. What is not used is no part of the run's identity:
 * two specifications that differ in nothing else are one run. What was set in vain is told.
 *
 * A field counts as used wherever that is not certain, so that two runs that compute different numbers never
 * share an identity. The engine trains the specification with unused fields at their defaults (`usedSpec`),
 * so that the claim holds by construction.
 */
import { modelMeets } from '../methods/model-kernels.ts'
import { findMethod, METHOD_KINDS, methodTitle } from '../methods/registry.ts'
import { flatSettings } from '../methods/settings.ts'
import { settingsMeet } from '../methods/traits.ts'
import { knownSettings } from '../methods/usage.ts'
import type { MethodKind, When } from '../methods/types.ts'
import { fieldOf } from './fields.ts'
import { changedFields, groupOf, identityOf } from './identity.ts'
import { METHOD_FIELDS, ownSettingPath } from './method-fields.ts'
import { isOwn } from './own.ts'
import { withValue } from './paths.ts'
import type { FieldPath, RunSpec } from './schema.ts'
import { changesMasks, NO_STEP, takesSteps } from './untrained.ts'
import { RULES } from './usage-rules.ts'

/**
 * To be raised with every change of what is used: stored runs are then told anew (lab/store/used-runs.ts).
 * Rules say since which version they hold, so that what earlier ones told can be checked (bundles).
 */
export const USAGE_VERSION = 3
/** The version since which the conditions of settings on steps hold. */
const STEPS_SINCE = 2

/** Why a field is not used, in words for the user. */
type Reasons = Map<FieldPath, string>

/** Fields that decide what others mean. */
export const SELECTORS: readonly FieldPath[] = [
  ...METHOD_FIELDS.map(({ path }) => path),
  'model.name',
  'data.name',
  'data.augment',
  'data.standardisation',
  'data.validationFrom',
  'sparsity.variant',
  'initialization.dense',
  'data.mixup',
  'data.cutmix',
  'training.loss',
  'training.epochs',
  'training.steps',
  'training.schedule',
  'training.optimizer',
  'training.weightDecay',
  'training.spectrum',
  'training.spectrumExamples',
  'training.isometry',
]

/** Which part of the condition of a method's setting a run does not meet, in words; null where it does. */
function unmet(
  when: When,
  spec: RunSpec,
  { kind, section }: (typeof METHOD_FIELDS)[number],
  version: number,
): string | null {
  if (!settingsMeet(when, spec[section])) {
    const [[other, values]] = Object.entries(when.settings ?? {})
    return `It is used where ${section}.${other} is ${values.join(' or ')}.`
  }
  if (!modelMeets(when, spec.model.name)) return `${spec.model.name} has no kernels of that kind.`
  if (when.literature && spec.sparsity.variant !== 'literature')
    return `The public code fixes it: sparsity.variant is ${spec.sparsity.variant}.`
  if (version < STEPS_SINCE) return null
  const still = kind === 'dynamic' && !changesMasks(spec)
  return (when.steps && !takesSteps(spec)) || still ? NO_STEP : null
}

/** Settings of built-in methods that this run's methods do not use. */
function unusedSettings(spec: RunSpec, kind: MethodKind, reasons: Reasons, version: number): void {
  const field = METHOD_FIELDS.find((each) => each.kind === kind)
  if (!field) return
  const { section, named, path } = field
  const name = reasons.has(path) ? '' : named(spec)
  const own = flatSettings(findMethod(kind, name)?.settings ?? {})
  for (const { name: setting, setting: form, methods } of knownSettings(kind)) {
    const { when = {} } = own.get(setting) ?? form
    const reason = own.has(setting)
      ? unmet(when, spec, field, version)
      : `It is a setting of ${methods.join(' and ')}.`
    if (reason !== null) reasons.set(`${section}.${setting}`, reason)
  }
  for (const setting of Object.keys(spec[section].settings)) {
    // Of a method that is not known here nothing can be told.
    if (isOwn(name) && (own.has(setting) || !findMethod(kind, name))) continue
    reasons.set(ownSettingPath(section, setting), `${methodTitle(kind, named(spec))} has no such setting.`)
  }
}

/** The fields that the run of a specification does not use, with the reason. */
export function unusedFields(spec: RunSpec, version = USAGE_VERSION): ReadonlyMap<FieldPath, string> {
  const reasons: Reasons = new Map()
  for (const { paths, used, because, since = 1 } of RULES) {
    if (since <= version && !used(spec)) for (const path of paths) reasons.set(path, because(spec))
  }
  for (const kind of Object.keys(METHOD_KINDS) as MethodKind[]) unusedSettings(spec, kind, reasons, version)
  return reasons
}

/** Fields that were set, differ from their defaults, and are not used. */
export function vainFields(spec: RunSpec, version = USAGE_VERSION): ReadonlyMap<FieldPath, string> {
  const unused = unusedFields(spec, version)
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
export function usedSpec(spec: RunSpec, version = USAGE_VERSION): RunSpec {
  let used = spec
  for (let round = 0; round < ROUNDS; round++) {
    const vain = vainFields(used, version)
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

/**
 * Whether a run may be stored under an identity and a group: those of its specification as it is, or of what
 * it uses by the rules of any version.
 */
export function hasIdentity(spec: RunSpec, identity: string, group: string): boolean {
  const used = Array.from({ length: USAGE_VERSION }, (_, k) => usedSpec(spec, k + 1))
  const forms = [spec, ...used]
  return forms.some((form) => identityOf(form) === identity) && forms.some((form) => groupOf(form) === group)
}
