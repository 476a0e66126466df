/** What the form of the Initialization lab holds, and the requests that it means. */
import { drawSchema } from '../../../shared/laboratory/requests.ts'
import { isOwn } from '../../../shared/spec/own.ts'
import type { DrawInput } from '../../../shared/laboratory/requests.ts'
import { DEFAULT_SCHEME } from '../../../shared/methods/schemes/index.ts'
import { DISTRIBUTIONS } from '../../../shared/methods/distributions/index.ts'
import { methodsOf, schemeOf } from '../../../shared/methods/registry.ts'
import { flatSettings } from '../../../shared/methods/settings.ts'
import { settingsMeet } from '../../../shared/methods/traits.ts'
import { knownSettings, nested } from '../../../shared/methods/usage.ts'
import type { MethodSetting, SettingValue } from '../../../shared/methods/types.ts'
import type { DENSE_INITIALIZERS, SANITY_CHECKS } from '../../../shared/spec/schema.ts'

/** The kinds of kernels that conditions of methods name. */
const KERNELS = { matrix: 'linear', kernel: 'convolution', depthwise: 'depthwise' } as const

/** Not a scheme: the dense initializer at density 1. */
export const DENSE = 'dense'
/** A weight scheme that makes values, or `dense`. */
export type SchemeName = string

const colorOf = (name: SchemeName): number => schemeOf(name).style?.color ?? Infinity

/** What can be drawn, in the order of the palette, dense last. */
export function schemeNames(): SchemeName[] {
  const made = methodsOf('scheme').filter(({ traits }) => traits.readsValues !== true)
  return [...made.map(({ name }) => name).sort((a, b) => colorOf(a) - colorOf(b)), DENSE]
}

export const schemeTitle = (name: SchemeName): string =>
  name === DENSE ? DISTRIBUTIONS.dense.title : schemeOf(name).title

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
  /** The schemes' own settings, by dotted name. */
  methods: Record<string, SettingValue>
  /** Whether a kernel's operator with zero padding is judged too. */
  zeroPadded: boolean
  rectifier: boolean
  sanity: (typeof SANITY_CHECKS)[number]
  dense: (typeof DENSE_INITIALIZERS)[number]
  /** Variant published, of schemes that have one. */
  published: boolean
}

/** What suits one small matrix better than the defaults of whole networks. */
const SMALL: Readonly<Record<string, SettingValue>> = {
  aiSteps: 500,
  saoDegree: 8,
  'pairs.list': '0-1, 1-2@30, 2-3',
  'pattern.text': '1100/0110/0011/1001',
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
  // Those that are drawn at once.
  schemes: schemeNames()
    .filter((name) => name !== DENSE && !schemeOf(name).traits.optimizes)
    .slice(0, 3),
  methods: Object.fromEntries(
    knownSettings('scheme').map(({ name, setting }) => [name, SMALL[name] ?? setting.default]),
  ),
  zeroPadded: false,
  rectifier: false,
  sanity: 'none',
  dense: 'orthogonal',
  published: false,
}

/** A fresh copy of the standard. */
export const standard = (): LaboratorySettings => ({
  ...STANDARD,
  schemes: [...STANDARD.schemes],
  methods: { ...STANDARD.methods },
})

/** Whether what was stored by an earlier version still has every field of this one, each of its type. */
export function isSettings(value: unknown): value is LaboratorySettings {
  if (typeof value !== 'object' || value === null) return false
  return Object.entries(STANDARD).every(([name, expected]) => {
    const stored = (value as Record<string, unknown>)[name]
    if (Array.isArray(expected))
      return Array.isArray(stored) && stored.every((each) => schemeNames().includes(String(each)))
    if (typeof expected !== 'object') return typeof stored === typeof expected
    return (
      typeof stored === 'object' &&
      stored !== null &&
      Object.entries(expected).every(
        ([key, each]) => typeof (stored as Record<string, unknown>)[key] === typeof each,
      )
    )
  })
}

function requestedShape({ kind, inputs, outputs, window }: LaboratorySettings): number[] {
  if (kind === 'matrix') return [inputs, outputs]
  return kind === 'depthwise' ? [window, window, inputs, 1] : [window, window, inputs, outputs]
}

/** The value that the form holds for a setting of a scheme. */
export const valueOf = (settings: LaboratorySettings, name: string, setting: MethodSetting): SettingValue =>
  settings.methods[name] ?? setting.default

/** The settings of a scheme that mean something as the form stands, by dotted name. */
export function settingsOf(settings: LaboratorySettings, scheme: SchemeName): [string, MethodSetting][] {
  if (scheme === DENSE) return []
  const own = [...flatSettings(schemeOf(scheme).settings)]
  const section = nested(own.map(([name, setting]) => [name, valueOf(settings, name, setting)]))
  return own.filter(
    ([, { when = {} }]) =>
      settingsMeet(when, section) && (when.kernels === undefined || when.kernels === KERNELS[settings.kind]),
  )
}

/** Whether a chosen scheme begins with the dense initializer. */
export const usesDense = ({ schemes }: LaboratorySettings): boolean =>
  schemes.some((name) => name === DENSE || schemeOf(name).traits.startsDense === true)

/** Whether the public code computes a chosen scheme otherwise. */
export const hasPublishedVariant = ({ schemes, kind }: LaboratorySettings): boolean =>
  schemes.some((name) => {
    const trait = name === DENSE ? undefined : schemeOf(name).traits.hasPublishedVariant
    return trait === true || (trait?.kernels !== undefined && trait.kernels === KERNELS[kind])
  })

/** Whether a chosen scheme has a form of its own for relu. */
export const hasRectifierForm = ({ schemes }: LaboratorySettings): boolean =>
  schemes.some((name) => name !== DENSE && schemeOf(name).traits.hasRectifierForm === true)

/** The request of one scheme. */
export function requestOf(settings: LaboratorySettings, scheme: SchemeName): DrawInput {
  const { gain, dense } = settings
  const isDense = scheme === DENSE
  const own = nested(
    settingsOf(settings, scheme).map(([name, setting]) => [name, valueOf(settings, name, setting)]),
  )
  const request = {
    shape: requestedShape(settings),
    depthwise: settings.kind === 'depthwise',
    ...(settings.kind === 'matrix'
      ? {}
      : { map: settings.map, stride: settings.stride, zeroPadded: settings.zeroPadded }),
    rectifier: !isDense && schemeOf(scheme).traits.hasRectifierForm === true && settings.rectifier,
    density: isDense ? 1 : settings.density,
    seed: settings.seed,
    variant: settings.published ? 'published' : 'literature',
    settings: {
      scheme: isDense ? DEFAULT_SCHEME : scheme,
      dense,
      gain,
      sanity: isDense ? 'none' : settings.sanity,
      ...(isOwn(scheme) ? { settings: own } : own),
    },
  }
  return request as DrawInput
}

/** What is wrong with the form, in words; null when all of it can be asked. */
export function problemOf(settings: LaboratorySettings): string | null {
  if (settings.schemes.length === 0) return 'Choose at least one scheme.'
  for (const scheme of settings.schemes) {
    const parsed = drawSchema.safeParse(requestOf(settings, scheme))
    if (!parsed.success) {
      const [issue] = parsed.error.issues
      return `${issue.path.join('.') || 'The form'}: ${issue.message}`
    }
    const { density, variant, settings: section } = parsed.data
    const problem = schemeOf(section.scheme).check?.(section, {
      model: ALONE,
      sparsity: { density, distribution: '', variant, inverted: false },
    })
    if (problem?.severity === 'error') return problem.message
  }
  return null
}

/** A matrix stands in no model. */
const ALONE = { name: '', width: 1, widthMultiplier: 1, depth: 1, depthMultiplier: 1 }
