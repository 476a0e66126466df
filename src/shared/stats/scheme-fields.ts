/**
 * Which fields of a specification make its scheme, and which are set at all: what a comparison of schemes
 * must find equal, whatever the axes of a study are called.
 */
import { methodsRevision } from '../methods/registry.ts'
import { keepsAll, schemeHas } from '../methods/traits.ts'
import { knownSettings } from '../methods/usage.ts'
import { fields, ownFields } from '../spec/fields.ts'
import { rawField } from '../spec/paths.ts'
import { sharesSections } from '../spec/sections.ts'
import { unusedFields } from '../spec/usage.ts'
import type { RunSpec } from '../spec/schema.ts'

/** The fields that name a scheme: which weights stay, how they begin, and how the mask moves. */
const OF_SCHEME: ReadonlySet<string> = new Set([
  'sparsity.distribution',
  'sparsity.variant',
  'initialization.scheme',
  'initialization.fanInScale',
  'dynamic.method',
  // Another content of an own method is another method.
  'initialization.code',
  'sparsity.code',
  'dynamic.code',
])

/** Whether a field names the scheme rather than what the scheme is compared under. */
export function isSchemeField(path: string): boolean {
  return OF_SCHEME.has(path)
}

interface Told {
  readonly spec: RunSpec
  readonly revision: number
  readonly unused: ReadonlyMap<string, string>
}

/** By a section of theirs: nothing depends on the seed. */
const told = new WeakMap<RunSpec['model'], Told>()

function unusedOf(spec: RunSpec): ReadonlyMap<string, string> {
  const known = told.get(spec.model)
  const revision = methodsRevision()
  if (known?.revision === revision && sharesSections(known.spec, spec)) return known.unused
  const unused = unusedFields(spec)
  told.set(spec.model, { spec, revision, unused })
  return unused
}

/** Fields that a network without a mask has no use for but as a reference. */
const OF_SIZE: ReadonlySet<string> = new Set([
  'sparsity.density',
  'sparsity.attention',
  'model.widthMultiplier',
  'model.depthMultiplier',
  // What is shuffled, drawn anew or turned round is a mask.
  'initialization.sanity',
  'sparsity.inverted',
])

const SCHEME_SETTINGS: ReadonlySet<string> = new Set(
  knownSettings('scheme').map(({ name }) => `initialization.${name}`),
)

/**
 * Whether a field is a setting of this run, or absent: AI's steps under EOI, a density of a dense network,
 * milestones of a constant rate, steps that an equal budget of operations gave. An absent setting is no
 * difference to any value of it. Multipliers of a dense network count as absent, since they only make it a
 * reference of another size.
 */
export function isSet(spec: RunSpec, path: string): boolean {
  if (unusedOf(spec).has(path)) return false
  if (path === 'training.steps') return spec.training.steps > 0 && spec.training.operations === 0
  if (!keepsAll(spec)) return true
  if (OF_SIZE.has(path)) return false
  // Where every weight is kept there are no positions for a scheme to choose.
  const places =
    schemeHas(spec.initialization, 'ownsPositions') && !schemeHas(spec.initialization, 'ownsMask')
  return !(places && SCHEME_SETTINGS.has(path))
}

/** A field's value as text that is equal for equal values; null where the run has no such setting. */
export function settingOf(spec: RunSpec, path: string): string | null {
  const known = texts.get(spec) ?? new Map<string, string | null>()
  const text = known.get(path)
  if (text !== undefined) return text
  if (known.size === 0) texts.set(spec, known)
  const value = isSet(spec, path) ? rawField(spec, path) : undefined
  const found = value === undefined ? null : JSON.stringify(value)
  known.set(path, found)
  return found
}

/** Of specifications that were asked before: a comparison of thousands of runs asks the same again. */
const texts = new WeakMap<RunSpec, Map<string, string | null>>()

/** The scheme of a run by its fields, as text that is equal for equal schemes. */
export function schemeKey(spec: RunSpec): string {
  return JSON.stringify([...OF_SCHEME].map((path) => settingOf(spec, path)))
}

/** Every field but the seed, in the schema's order. */
export function comparedPaths(): readonly string[] {
  return [...PATHS, ...ownFields().map(({ path }) => path)]
}

const PATHS = fields()
  .map(({ path }) => path)
  .filter((path) => path !== 'seed')
