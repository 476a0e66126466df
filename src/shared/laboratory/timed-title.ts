/** Names of what is timed, in tables and charts. */
import { schemeOf } from '../methods/registry.ts'
import { parseSpec } from '../spec/parse.ts'
import { schemeQualifier } from '../spec/qualifiers.ts'
import { DENSE_QR } from './requests.ts'
import type { TimingPoint } from './types.ts'

/** `EOI`, `AI`, `Dense QR`; `AI (100 steps)` with fewer steps than in the paper. */
export function timedTitle({ scheme, aiSteps }: Pick<TimingPoint, 'scheme' | 'aiSteps'>): string {
  if (scheme === DENSE_QR) return 'Dense QR'
  const { title } = schemeOf(scheme)
  if (aiSteps === undefined) return title
  const qualifier = schemeQualifier(parseSpec({ initialization: { scheme, aiSteps } }))
  return qualifier ? `${title} (${qualifier.text})` : title
}
