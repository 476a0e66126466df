/**
 * All methods that this process knows: the built-in ones, and those of the user that were registered. Whoever
 * asks what a method is like asks here and looks at its traits; no one asks for its name.
 */
import { BenchError } from '../contract/errors.ts'
import { isOwn, OWN_NAME, OWN_NAME_TEXT, ownNameOf } from '../spec/own.ts'
import type { OwnName } from '../spec/own.ts'
import { DISTRIBUTIONS } from './distributions/index.ts'
import { DYNAMIC_METHODS, STATIC } from './dynamic/index.ts'
import { SCHEMES } from './schemes/index.ts'
import type {
  DistributionDescriptor,
  DynamicDescriptor,
  MethodDescriptor,
  MethodKind,
  SchemeDescriptor,
} from './types.ts'

export type BuiltInScheme = keyof typeof SCHEMES
export type BuiltInDistribution = keyof typeof DISTRIBUTIONS
export type BuiltInDynamic = keyof typeof DYNAMIC_METHODS
export type SchemeName = BuiltInScheme | OwnName
export type DistributionName = BuiltInDistribution | OwnName
/** `none` where the masks stay. */
export type DynamicName = typeof STATIC | BuiltInDynamic | OwnName

interface ByKind {
  readonly scheme: SchemeDescriptor
  readonly distribution: DistributionDescriptor
  readonly dynamic: DynamicDescriptor
}

/** What a kind of method is called, and the field of a specification that names one. */
export const METHOD_KINDS = {
  scheme: { title: 'Weight scheme', path: 'initialization.scheme', builtIn: SCHEMES },
  distribution: { title: 'Density distribution', path: 'sparsity.distribution', builtIn: DISTRIBUTIONS },
  dynamic: { title: 'Dynamic method', path: 'dynamic.method', builtIn: DYNAMIC_METHODS },
} as const satisfies {
  readonly [Kind in MethodKind]: { readonly title: string; readonly path: string; readonly builtIn: object }
}

const own: Readonly<Record<MethodKind, Map<string, MethodDescriptor>>> = {
  scheme: new Map(),
  distribution: new Map(),
  dynamic: new Map(),
}

let revision = 0

/** Changes whenever a method is registered or taken away: what was derived from descriptors is old then. */
export const methodsRevision = (): number => revision

/** Own methods that were removed: known where runs name them, and offered to no new ones. */
const retired = new Set<MethodDescriptor>()

/**
 * Makes a method of the user's own known in this process; one of the same kind and name is replaced. Returns
 * what takes it away again. Not `offered`: its name, settings and traits are known, but it is no choice.
 * Throws BenchError('bad-input') for a name that is none of a user's own.
 */
export function registerMethod(descriptor: MethodDescriptor, { offered = true } = {}): () => void {
  if (!isOwn(descriptor.name) || !OWN_NAME.test(ownNameOf(descriptor.name))) {
    throw new BenchError(
      'bad-input',
      `A method of your own is called own: and ${OWN_NAME_TEXT}; “${descriptor.name}” is not.`,
      'name',
    )
  }
  const methods = own[descriptor.kind]
  methods.set(descriptor.name, descriptor)
  revision += 1
  if (!offered) retired.add(descriptor)
  return () => {
    revision += 1
    retired.delete(descriptor)
    if (methods.get(descriptor.name) === descriptor) methods.delete(descriptor.name)
  }
}

/** Whether a method of the user's own is known in this process, of whatever kind. */
export const isKnownOwn = (name: string): boolean => Object.values(own).some((methods) => methods.has(name))

/** Names that can be chosen of a kind, the built-in ones first, in the order of their record. */
export function methodNames(kind: MethodKind): readonly string[] {
  const offered = [...own[kind]].filter(([, descriptor]) => !retired.has(descriptor)).map(([name]) => name)
  return [...Object.keys(METHOD_KINDS[kind].builtIn), ...offered]
}

/** All methods of a kind that are known, in the same order. */
export function methodsOf<Kind extends MethodKind>(kind: Kind): readonly ByKind[Kind][] {
  const builtIn: Readonly<Record<string, MethodDescriptor>> = METHOD_KINDS[kind].builtIn
  return [...Object.values(builtIn), ...own[kind].values()] as ByKind[Kind][]
}

/** The descriptor of a name, or undefined. */
export function findMethod<Kind extends MethodKind>(kind: Kind, name: string): ByKind[Kind] | undefined {
  const builtIn: Readonly<Record<string, MethodDescriptor>> = METHOD_KINDS[kind].builtIn
  const found = Object.hasOwn(builtIn, name) ? builtIn[name] : own[kind].get(name)
  return found as ByKind[Kind] | undefined
}

/** A method's title; the name itself, without `own:`, of one that is not known here. */
export const methodTitle = (kind: MethodKind, name: string): string =>
  findMethod(kind, name)?.title ?? ownNameOf(name)

function required<Kind extends MethodKind>(kind: Kind, name: string): ByKind[Kind] {
  const found = findMethod(kind, name)
  if (found) return found
  const { title, path } = METHOD_KINDS[kind]
  throw new BenchError(
    'not-found',
    `${title} ${name} is not known here; known are ${methodNames(kind).join(', ')}.`,
    path,
  )
}

/** A weight scheme. Throws BenchError('not-found') that lists the known ones. */
export const schemeOf = (name: string): SchemeDescriptor => required('scheme', name)

/** A density distribution. Throws BenchError('not-found') that lists the known ones. */
export const distributionOf = (name: string): DistributionDescriptor => required('distribution', name)

/** A dynamic method; null where the masks stay. Throws BenchError('not-found') that lists the known ones. */
export const dynamicOf = (name: string): DynamicDescriptor | null =>
  name === STATIC ? null : required('dynamic', name)
