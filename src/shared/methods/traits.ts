/** What methods are like, asked of a whole run: traits with their conditions, and lists of methods by trait. */
import { STATIC } from './dynamic/index.ts'
import { distributionOf, dynamicOf, METHOD_KINDS, methodsOf, schemeOf } from './registry.ts'
import type { BuiltInScheme } from './registry.ts'
import { settingAt } from './usage.ts'
import type { SchemeDescriptor, SchemeTraits, Trait, When } from './types.ts'

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

/** Whether the weight scheme of a specification's section has a trait, as it is set. */
export function schemeHas(
  initialization: { readonly scheme: string; readonly settings?: object },
  trait: keyof SchemeTraits,
): boolean {
  const { traits, name } = schemeOf(initialization.scheme)
  const own = !Object.hasOwn(METHOD_KINDS.scheme.builtIn, name)
  return holds(traits[trait], own ? (initialization.settings ?? {}) : initialization)
}

/** What the run's distribution looks at; nothing where the scheme brings its own masks. */
export function scoresOf({ sparsity, initialization }: MethodsOfRun): 'nothing' | 'values' | 'data' | 'flow' {
  if (schemeHas(initialization, 'ownsMask')) return 'nothing'
  return distributionOf(sparsity.distribution).traits.scores
}

/** Whether any kernel of the run can have a mask with zeros. */
export function isMasked({ sparsity, initialization, dynamic }: MethodsOfRun): boolean {
  if (dynamic.method !== STATIC || schemeHas(initialization, 'ownsMask')) return true
  return distributionOf(sparsity.distribution).traits.keepsAll !== true && sparsity.density < 1
}

/** The density that is asked of the masked kernels: 1 where every weight is kept. */
export function densityAsked({ sparsity }: Pick<MethodsOfRun, 'sparsity'>): number {
  return distributionOf(sparsity.distribution).traits.keepsAll ? 1 : sparsity.density
}

/** Whether mask updates ask for the gradients of masked weights. */
export function needsDenseGradients({ dynamic }: Pick<MethodsOfRun, 'dynamic'>): boolean {
  return dynamicOf(dynamic.method)?.traits.denseGradients === true
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
