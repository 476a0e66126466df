/**
 * What methods are like, asked of a whole run: traits with their conditions, and lists of methods by trait.
 */
import { STATIC } from './dynamic/index.ts'
import { modelKernels, modelMeets } from './model-kernels.ts'
import { findMethod, METHOD_KINDS, methodsOf, schemeOf } from './registry.ts'
import { isOwn } from '../spec/own.ts'
import type { BuiltInScheme } from './registry.ts'
import { settingAt } from './usage.ts'
import type {
  DistributionTraits,
  DynamicTraits,
  SchemeDescriptor,
  SchemeTraits,
  Trait,
  When,
} from './types.ts'

/** The part of a specification that says which methods it uses. */
export interface MethodsOfRun {
  readonly model?: { readonly name: string }
  readonly sparsity: { readonly distribution: string; readonly density: number }
  readonly initialization: { readonly scheme: string }
  readonly dynamic: { readonly method: string }
}

/** Whether the settings of a method meet a condition; what it says of the model is left to the caller. */
export function settingsMeet(when: When, section: object): boolean {
  return Object.entries(when.settings ?? {}).every(([path, values]) =>
    values.some((value) => value === settingAt(section, path)),
  )
}

function holds(trait: Trait | undefined, section: object): boolean {
  return trait === true || (trait !== undefined && settingsMeet(trait, section))
}

/**
 * Whether the weight scheme of a specification's section has a trait, as it is set. A method that is not
 * known here (of a stored run) has none.
 */
export function schemeHas(
  initialization: { readonly scheme: string; readonly settings?: object },
  trait: keyof SchemeTraits,
): boolean {
  const { scheme, settings = {} } = initialization
  return holds(findMethod('scheme', scheme)?.traits[trait], isOwn(scheme) ? settings : initialization)
}

/** Whether all maskable kernels are dense ones, and their masks the scheme's own. */
export const ownsLinearMasks = ({
  initialization,
  model,
}: Pick<MethodsOfRun, 'initialization' | 'model'>): boolean =>
  model !== undefined &&
  modelKernels(model.name).maskable.every((kind) => kind === 'linear') &&
  schemeHas(initialization, 'ownsDenseMasks')

/** Whether density and distribution mean nothing to the scheme's masks. */
export const bringsMasks = (run: Pick<MethodsOfRun, 'initialization' | 'model'>): boolean =>
  schemeHas(run.initialization, 'ownsMask') || ownsLinearMasks(run)

/** Whether the scheme leaves weights out that the distribution would keep. */
export const masksByItself = (initialization: MethodsOfRun['initialization']): boolean =>
  schemeHas(initialization, 'ownsMask') || schemeHas(initialization, 'ownsDenseMasks')

const traitsOf = (sparsity: MethodsOfRun['sparsity']): Partial<DistributionTraits> =>
  findMethod('distribution', sparsity.distribution)?.traits ?? {}

/** What a specification says of the method that changes its masks, settings included. */
export type DynamicOfRun = Pick<MethodsOfRun, 'dynamic'>

/** The traits of a run's dynamic method; none where the masks stay or the method is not known here. */
export const dynamicTraits = ({ dynamic }: DynamicOfRun): DynamicTraits =>
  findMethod('dynamic', dynamic.method)?.traits ?? {}

/** Whether training begins with more weights than the run's density: the method prunes towards it. */
export const prunes = (run: DynamicOfRun): boolean => dynamicTraits(run).begins !== undefined

/** Whether the densities of layers are the distribution's, of a run that prunes or of one that does not. */
export function usesDistribution(
  run: DynamicOfRun & Pick<MethodsOfRun, 'initialization' | 'model'>,
): boolean {
  const { begins, ownsDensity } = dynamicTraits(run)
  if (begins === undefined) return !bringsMasks(run)
  return !ownsDensity && !cutsGlobally(run)
}

/** Whether one cut goes through all layers, by trait or by the method's setting `scope`. */
export function cutsGlobally(run: DynamicOfRun): boolean {
  const method = findMethod('dynamic', run.dynamic.method)
  if (!method) return false
  const scoped = Object.hasOwn(method.settings, 'scope')
  return method.traits.prunesGlobally === true || (scoped && settingAt(run.dynamic, 'scope') === 'global')
}

/** Whether sparsity.density says how much is kept in the end. */
export const usesDensity = (run: DynamicOfRun & Pick<MethodsOfRun, 'initialization' | 'model'>): boolean =>
  prunes(run) ? !dynamicTraits(run).ownsDensity : !bringsMasks(run)

/**
 * Overall density that the masks begin with where the run prunes; null where it has its density from the
 * start.
 */
export function startDensityOf(run: DynamicOfRun): number | null {
  const { begins } = dynamicTraits(run)
  if (begins === undefined) return null
  const first = begins === 'dense' ? 1 : settingAt(run.dynamic, 'startDensity')
  return typeof first === 'number' ? first : 1
}

/**
 * Whether every weight of the run is kept, from the first step to the last; a scheme that brings its own
 * masks may stand under a distribution that it does not use.
 */
export const keepsAll = ({
  sparsity,
  dynamic,
  initialization,
}: Pick<MethodsOfRun, 'sparsity'> & Partial<MethodsOfRun>): boolean =>
  traitsOf(sparsity).keepsAll === true &&
  !(dynamic && prunes({ dynamic })) &&
  !(initialization && masksByItself(initialization))

/** What the run's distribution looks at; nothing where the scheme brings its own masks. */
export function scoresOf({ sparsity, initialization }: MethodsOfRun): 'nothing' | 'values' | 'data' | 'flow' {
  if (schemeHas(initialization, 'ownsMask')) return 'nothing'
  return traitsOf(sparsity).scores ?? 'nothing'
}

/** Whether any kernel of the run can have a mask with zeros. */
export function isMasked({ sparsity, initialization, dynamic }: MethodsOfRun): boolean {
  if (dynamic.method !== STATIC || masksByItself(initialization)) return true
  return !keepsAll({ sparsity }) && sparsity.density < 1
}

/** The density that is asked of the masked kernels in the end: 1 where every weight is kept. */
export function densityAsked(run: Pick<MethodsOfRun, 'sparsity'> & Partial<DynamicOfRun>): number {
  return keepsAll(run) ? 1 : run.sparsity.density
}

/**
 * Whether the public code's model of that name ends in log-softmax; EfficientNet was once taken to
 * (`published-earlier`).
 */
export function publishedLogSoftmax(
  model: { readonly name: string },
  { variant }: { readonly variant: string },
): boolean {
  if (model.name === 'efficientnet-b0') return variant === 'published-earlier'
  return model.name !== 'mlp' && model.name !== 'cnn'
}

/** Whether scheme or distribution has a published variant, be it one that this run does not meet. */
export function namesPublishedVariant({ sparsity, initialization, model }: MethodsOfRun): boolean {
  const trait = findMethod('scheme', initialization.scheme)?.traits.hasPublishedVariant
  const ofScheme = trait !== undefined && (trait === true || modelMeets(trait, model?.name))
  return ofScheme || traitsOf(sparsity).hasPublishedVariant !== undefined
}

/** Whether the public code computes anything of the run otherwise. */
export function hasPublishedVariant(
  run: MethodsOfRun & { readonly sparsity: { readonly variant: string } },
): boolean {
  const { sparsity, initialization, model } = run
  const differs = (trait: Trait | undefined): boolean => {
    if (trait === undefined || trait === true) return trait === true
    const ofOutputs = trait.outputs === undefined || !model || !publishedLogSoftmax(model, sparsity)
    return modelMeets(trait, model?.name) && ofOutputs
  }
  return (
    differs(findMethod('scheme', initialization.scheme)?.traits.hasPublishedVariant) ||
    (usesDistribution(run) && differs(traitsOf(sparsity).hasPublishedVariant))
  )
}

/** Whether mask updates ask for the gradients of masked weights. */
export function needsDenseGradients(run: DynamicOfRun): boolean {
  return dynamicTraits(run).denseGradients === true
}

/** The built-in schemes whose time can be taken. */
export function timedSchemes(): BuiltInScheme[] {
  return builtInSchemes(({ traits }) => traits.timed === true)
}

/** The built-in schemes that make values: all but those that read them. */
export function madeSchemes(): BuiltInScheme[] {
  return builtInSchemes(({ traits }) => traits.readsValues !== true)
}

/** In the order of the palette, in which charts and forms name them. */
function builtInSchemes(chosen: (scheme: SchemeDescriptor) => boolean): BuiltInScheme[] {
  const names = Object.keys(METHOD_KINDS.scheme.builtIn) as BuiltInScheme[]
  const colorOf = (name: string) => schemeOf(name).style?.color ?? Infinity
  return names.filter((name) => chosen(schemeOf(name))).sort((a, b) => colorOf(a) - colorOf(b))
}

/** Names of the sparse distributions that work without data, in words. */
export function distributionsWithoutData(): string {
  const names = methodsOf('distribution')
    .filter(({ traits }) => !traits.keepsAll && traits.scores !== 'data')
    .map(({ name }) => name)
  return new Intl.ListFormat('en-GB').format(names)
}
