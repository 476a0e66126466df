/**
 * Definitions that were corrected after runs had been stored under their names. What a stored run computed is
 * read as a setting with a name of its own, so that it keeps its meaning and its identity, and a new run of
 * the corrected definition has another.
 */
import { isRecord } from './paths.ts'
import type { FieldPath, FieldValue, RunSpec } from './schema.ts'

type Raw = Readonly<Record<string, unknown>>

/** Activations that the flow of absolute weights saturates. */
const SATURATING: readonly unknown[] = ['tanh', 'hard-tanh']

const part = (spec: Raw, name: string): Raw => {
  const value = spec[name]
  return isRecord(value) ? value : {}
}

/** Whether the variant published of a specification was read otherwise before. */
function readOtherwise(spec: Raw): boolean {
  const { name, activation } = part(spec, 'model')
  const { distribution } = part(spec, 'sparsity')
  const { scheme, gain } = part(spec, 'initialization')
  if (distribution === 'grasp' || scheme === 'sao' || (scheme === 'fan-in' && gain !== 1)) return true
  if (distribution === 'synflow' && SATURATING.includes(activation)) return true
  return (
    name === 'efficientnet-b0' && (scheme === 'eoi' || distribution === 'snip' || distribution === 'synflow')
  )
}

/**
 * A complete specification as it was stored, with what it meant then put into words: rows written before
 * `initialization.fanInScale` existed drew fan-in weights on ±σ_w/√fan-in, scored GraSP on one batch, and
 * read some published variants otherwise. Others come back as they are.
 */
export function withEarlierMeaning(stored: Raw): Raw {
  const initialization = part(stored, 'initialization')
  if (initialization.scheme === undefined || 'fanInScale' in initialization) return stored
  const sparsity = part(stored, 'sparsity')
  return {
    ...stored,
    initialization: {
      ...initialization,
      ...(initialization.scheme === 'fan-in' ? { fanInScale: 'published' } : {}),
    },
    sparsity: {
      ...sparsity,
      ...(sparsity.distribution === 'grasp' ? { examplesPerClass: 0 } : {}),
      ...(sparsity.variant === 'published' && readOtherwise(stored) ? { variant: 'published-earlier' } : {}),
    },
  }
}

/** How an identity tells the corrected meaning of the variant published. */
const CORRECTED = 'published-2'

/**
 * The changed fields as an identity holds them: a setting that stands for what earlier runs computed is left
 * out, as it was for them, and the corrected one is told where it is used.
 */
export function identifyingMeaning(
  spec: RunSpec,
  changed: Readonly<Record<FieldPath, FieldValue>>,
): Record<FieldPath, FieldValue> {
  const told = { ...changed }
  delete told['initialization.fanInScale']
  delete told['sparsity.examplesPerClass']
  const { sparsity, initialization } = spec
  const published = sparsity.variant !== 'literature'
  if (initialization.scheme === 'fan-in' && !published && initialization.fanInScale !== 'published')
    told['initialization.fanInScale'] = initialization.fanInScale
  if (sparsity.distribution === 'grasp' && !published && sparsity.examplesPerClass > 0)
    told['sparsity.examplesPerClass'] = sparsity.examplesPerClass
  if (published)
    told['sparsity.variant'] =
      sparsity.variant === 'published' && readOtherwise(spec) ? CORRECTED : 'published'
  return told
}
