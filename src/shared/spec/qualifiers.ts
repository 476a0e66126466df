/** What a scheme's name tells besides its title, and where labels that others wrote tell it too. */
import { findMethod } from '../methods/registry.ts'
import type { Qualifier } from '../methods/types.ts'
import type { RunSpec } from './schema.ts'

/** What the scheme of a specification tells of its settings; null for nothing. */
export function schemeQualifier(spec: RunSpec): Qualifier | null {
  const { initialization, sparsity } = spec
  const own = findMethod('scheme', initialization.scheme)?.qualify?.(initialization, spec) ?? null
  const checks = [
    ...(sparsity.inverted ? ['scores inverted'] : []),
    ...(initialization.sanity === 'none' ? [] : [initialization.sanity]),
  ]
  if (checks.length === 0) return own
  return { text: [...(own ? [own.text] : []), ...checks].join(', '), inLabels: true }
}

/**
 * The labels of a study's point with what must not go untold (AI with fewer steps than the paper's) at the
 * one that names the scheme: where its title stands in it, else at the axis `Scheme`, else at the last.
 */
export function honestLabels(
  labels: Readonly<Record<string, string>>,
  spec: RunSpec,
): Readonly<Record<string, string>> {
  const qualifier = schemeQualifier(spec)
  const axes = Object.keys(labels)
  if (!qualifier?.inLabels || axes.length === 0) return labels
  const told = ` (${qualifier.text})`
  if (axes.some((axis) => labels[axis].includes(told))) return labels
  const title = new RegExp(`\\b${findMethod('scheme', spec.initialization.scheme)?.title ?? ''}\\b`)
  const axis =
    axes.find((each) => title.test(labels[each])) ??
    (axes.includes('Scheme') ? 'Scheme' : axes[axes.length - 1])
  return { ...labels, [axis]: `${labels[axis]}${told}` }
}
