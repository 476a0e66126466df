/** What the form of the Initialization lab holds, and the requests that it means. */
import { pairListProblem } from '../../../shared/spec/pairs.ts'
import { drawSchema } from '../../../shared/laboratory/requests.ts'
import type { DrawInput } from '../../../shared/laboratory/requests.ts'
import type { DENSE_INITIALIZERS, FAN_IN_SCALES, MADE_SCHEMES } from '../../../shared/spec/schema.ts'

type SchemeSettings = NonNullable<DrawInput['settings']>
export type SchemeName = (typeof MADE_SCHEMES)[number] | 'dense'

export const SCHEME_TITLES: Readonly<Record<SchemeName, string>> = {
  eoi: 'EOI',
  ai: 'AI',
  sao: 'SAO',
  base: 'Base',
  'fan-in': 'Fan-in',
  dense: 'Dense',
}
export const SCHEME_NAMES = Object.keys(SCHEME_TITLES) as readonly SchemeName[]

export interface LaboratorySettings {
  kind: 'matrix' | 'kernel' | 'depthwise'
  inputs: number
  outputs: number
  /** Side of a kernel. */
  window: number
  /** Side of the map that a kernel's operator acts on. */
  map: number
  stride: number
  density: number
  gain: number
  seed: number
  schemes: SchemeName[]
  angles: 'uniform' | 'fixed' | 'interval'
  degrees: number
  from: number
  to: number
  pairs: 'uniform' | 'blocks' | 'pairs'
  block: number
  pairList: string
  moreNonzeros: boolean
  structured: boolean
  aiSteps: number
  saoDegree: number
  rectifier: boolean
  dense: (typeof DENSE_INITIALIZERS)[number]
  fanInScale: (typeof FAN_IN_SCALES)[number]
  /** Variant published: other values of SAO, fan-in and EOI in depthwise kernels. */
  published: boolean
}

export const STANDARD: LaboratorySettings = {
  kind: 'matrix',
  inputs: 64,
  outputs: 64,
  window: 3,
  map: 8,
  stride: 1,
  density: 0.125,
  gain: 1,
  seed: 1,
  schemes: ['eoi', 'sao', 'base'],
  angles: 'uniform',
  degrees: 80,
  from: 0,
  to: 90,
  pairs: 'uniform',
  block: 8,
  pairList: '0 1, 1 2, 2 3',
  moreNonzeros: false,
  structured: false,
  aiSteps: 500,
  saoDegree: 8,
  rectifier: false,
  dense: 'orthogonal',
  fanInScale: 'lecun',
  published: false,
}

/** Whether what was stored by an earlier version still has every field of this one, each of its type. */
export function isSettings(value: unknown): value is LaboratorySettings {
  if (typeof value !== 'object' || value === null) return false
  return Object.entries(STANDARD).every(([name, standard]) => {
    const stored = (value as Record<string, unknown>)[name]
    if (Array.isArray(standard))
      return Array.isArray(stored) && stored.every((each) => Object.hasOwn(SCHEME_TITLES, String(each)))
    return typeof stored === typeof standard
  })
}

function requestedShape({ kind, inputs, outputs, window }: LaboratorySettings): number[] {
  if (kind === 'matrix') return [inputs, outputs]
  return kind === 'depthwise' ? [window, window, inputs, 1] : [window, window, inputs, outputs]
}

function pairsOf({ pairs, block, pairList }: LaboratorySettings): SchemeSettings['pairs'] {
  if (pairs === 'blocks') return { kind: 'blocks', block }
  return pairs === 'pairs' ? { kind: 'list', list: pairList } : { kind: 'uniform' }
}

/** The request of one scheme. */
export function requestOf(settings: LaboratorySettings, scheme: SchemeName): DrawInput {
  const { angles, degrees, from, to, gain, dense } = settings
  return {
    shape: requestedShape(settings),
    depthwise: settings.kind === 'depthwise',
    ...(settings.kind === 'matrix' ? {} : { map: settings.map, stride: settings.stride }),
    rectifier: scheme === 'sao' && settings.rectifier,
    density: scheme === 'dense' ? 1 : settings.density,
    seed: settings.seed,
    variant: settings.published ? 'published' : 'literature',
    settings: {
      scheme: scheme === 'dense' ? 'base' : scheme,
      dense,
      gain,
      moreNonzeros: settings.kind === 'kernel' && settings.moreNonzeros,
      structured: settings.structured,
      angles: { kind: angles, degrees, from, to },
      pairs: scheme === 'eoi' ? pairsOf(settings) : { kind: 'uniform' },
      aiSteps: settings.aiSteps,
      saoDegree: settings.saoDegree,
      fanInScale: settings.fanInScale,
    },
  }
}

/** What is wrong with the form, in words; null when all of it can be asked. */
export function problemOf(settings: LaboratorySettings): string | null {
  if (settings.schemes.length === 0) return 'Choose at least one scheme.'
  if (settings.pairs === 'pairs' && settings.schemes.includes('eoi')) {
    const list = pairListProblem(settings.pairList)
    if (list !== null) return list
  }
  for (const scheme of settings.schemes) {
    const parsed = drawSchema.safeParse(requestOf(settings, scheme))
    if (parsed.success) continue
    const [issue] = parsed.error.issues
    return `${issue.path.join('.') || 'The form'}: ${issue.message}`
  }
  return null
}
