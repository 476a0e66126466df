/**
 * Which fields of a specification make its scheme, and which are set at all: what a comparison of schemes
 * must find equal, whatever the axes of a study are called.
 */
import { fields } from '../spec/fields.ts'
import { rawField } from '../spec/paths.ts'
import type { RunSpec } from '../spec/schema.ts'

/** The fields that name a scheme: which weights stay, how they begin, and how the mask moves. */
const OF_SCHEME: ReadonlySet<string> = new Set([
  'sparsity.distribution',
  'sparsity.variant',
  'initialization.scheme',
  'initialization.fanInScale',
  'dynamic.method',
])

/** Whether a field names the scheme rather than what the scheme is compared under. */
export function isSchemeField(path: string): boolean {
  return OF_SCHEME.has(path)
}

const startsWith = (path: string, ...beginnings: readonly string[]) =>
  beginnings.some((beginning) => path === beginning || path.startsWith(`${beginning}.`))

/** Whether a run takes its masks from its scheme or file, and no density or distribution is asked of it. */
function hasOwnMasks({ initialization: { scheme, file } }: RunSpec): boolean {
  return scheme === 'sao' || (scheme === 'file' && file.masks === 'file')
}

/**
 * Whether a field is a setting of this run, or absent: AI's steps under EOI, a density of a dense network,
 * milestones of a constant rate. An absent setting is no difference to any value of it. Multipliers of a
 * dense network count as absent, since they only make it a reference of another size.
 */
export function isSet(spec: RunSpec, path: string): boolean {
  const { initialization, sparsity, dynamic, training } = spec
  const { scheme } = initialization
  const dense = sparsity.distribution === 'dense'
  if (startsWith(path, 'sparsity.density')) return !dense && !hasOwnMasks(spec)
  if (startsWith(path, 'sparsity.distribution', 'sparsity.variant')) return !hasOwnMasks(spec)
  if (startsWith(path, 'model.widthMultiplier', 'model.depthMultiplier')) return !dense
  if (startsWith(path, 'initialization.aiSteps', 'initialization.aiRate')) return scheme === 'ai'
  if (startsWith(path, 'initialization.fanInScale')) return scheme === 'fan-in'
  if (startsWith(path, 'sparsity.examplesPerClass')) return sparsity.distribution === 'grasp'
  if (startsWith(path, 'initialization.saoDegree')) return scheme === 'sao'
  if (startsWith(path, 'initialization.file')) return scheme === 'file'
  if (startsWith(path, 'initialization.dense')) return scheme === 'base' || scheme === 'ai'
  if (
    startsWith(
      path,
      'initialization.moreNonzeros',
      'initialization.structured',
      'initialization.angles',
      'initialization.pairs',
    )
  )
    return scheme === 'eoi' && !dense
  if (path !== 'dynamic.method' && startsWith(path, 'dynamic')) return dynamic.method !== 'none'
  if (startsWith(path, 'training.milestones', 'training.gamma')) return training.schedule === 'step'
  if (startsWith(path, 'training.momentum', 'training.nesterov')) return training.optimizer === 'sgd'
  return true
}

/** A field's value as text that is equal for equal values; null where the run has no such setting. */
export function settingOf(spec: RunSpec, path: string): string | null {
  return isSet(spec, path) ? JSON.stringify(rawField(spec, path)) : null
}

/** The scheme of a run by its fields, as text that is equal for equal schemes. */
export function schemeKey(spec: RunSpec): string {
  return JSON.stringify([...OF_SCHEME].map((path) => settingOf(spec, path)))
}

/** Every field but the seed, in the schema's order. */
export function comparedPaths(): readonly string[] {
  return PATHS
}

const PATHS = fields()
  .map(({ path }) => path)
  .filter((path) => path !== 'seed')
