/** Names of what is timed, in tables and charts. */
import { fewerSteps } from '../spec/ai-steps.ts'
import { parseSpec } from '../spec/parse.ts'
import type { TimedScheme } from './requests.ts'
import type { TimingPoint } from './types.ts'

const TITLES: Readonly<Record<TimedScheme, string>> = { eoi: 'EOI', ai: 'AI', sao: 'SAO', qr: 'Dense QR' }

/** `EOI`, `AI`, `Dense QR`; `AI (100 steps)` with fewer steps than in the paper. */
export function timedTitle({ scheme, aiSteps }: Pick<TimingPoint, 'scheme' | 'aiSteps'>): string {
  if (scheme !== 'ai' || aiSteps === undefined) return TITLES[scheme]
  return `${TITLES.ai}${fewerSteps(parseSpec({ initialization: { scheme, aiSteps } }))}`
}
