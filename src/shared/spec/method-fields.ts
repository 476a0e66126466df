/**
 * The fields that name a method, and the settings of a user's own methods (`initialization.settings.spread`).
 */
import { BenchError } from '../contract/errors.ts'
import { findMethod, METHOD_KINDS, methodNames, methodsOf } from '../methods/registry.ts'
import { allowedValues, flatSettings, settingSchema } from '../methods/settings.ts'
import { isOwn } from './own.ts'
import type { MethodKind, MethodSetting, SettingValue } from '../methods/types.ts'
import { suggestion } from './nearest.ts'
import type { RunSpec } from './schema.ts'

interface MethodField {
  readonly kind: MethodKind
  readonly section: 'initialization' | 'sparsity' | 'dynamic'
  /** `initialization.scheme` */
  readonly path: string
  /** The method of this kind that a specification names. */
  readonly named: (spec: MethodChoices) => string
}

type MethodChoices = {
  readonly initialization: { readonly scheme: string }
  readonly sparsity: { readonly distribution: string }
  readonly dynamic: { readonly method: string }
}

/** A field for each kind of method. */
export const METHOD_FIELDS: readonly MethodField[] = [
  {
    kind: 'scheme',
    section: 'initialization',
    path: METHOD_KINDS.scheme.path,
    named: ({ initialization }) => initialization.scheme,
  },
  {
    kind: 'distribution',
    section: 'sparsity',
    path: METHOD_KINDS.distribution.path,
    named: ({ sparsity }) => sparsity.distribution,
  },
  {
    kind: 'dynamic',
    section: 'dynamic',
    path: METHOD_KINDS.dynamic.path,
    named: ({ dynamic }) => dynamic.method,
  },
]

/** Where the settings of a user's own methods stand in a section. */
export const ownSettingPath = (section: string, name: string): string => `${section}.settings.${name}`

/** Settings that the user's own methods of a kind have; where two share a name, the first gives its form. */
export function ownSettingsOf(kind: MethodKind): ReadonlyMap<string, MethodSetting> {
  const all = new Map<string, MethodSetting>()
  for (const { name, settings } of methodsOf(kind)) {
    if (!isOwn(name)) continue
    for (const [setting, each] of flatSettings(settings)) if (!all.has(setting)) all.set(setting, each)
  }
  return all
}

/** What is wrong with a value of the settings of a user's own method. */
export interface OwnProblem {
  readonly path: string
  readonly message: string
}

/**
 * The specification with the settings of its own methods complete. Problems: a method that is not known here,
 * a setting that no own method has, a value that its setting does not allow.
 */
export function withOwnSettings(spec: RunSpec): { readonly spec: RunSpec; readonly problems: OwnProblem[] } {
  const problems: OwnProblem[] = []
  let whole = spec
  for (const { kind, section, named } of METHOD_FIELDS) {
    const name = named(spec)
    const given: Readonly<Record<string, SettingValue>> = spec[section].settings
    // What a run was made with is bound: another content of that name may have other settings by now.
    if (spec[section].code !== '') continue
    if (!isOwn(name) && Object.keys(given).length === 0) continue
    const method = findMethod(kind, name)
    if (!method && isOwn(name)) {
      problems.push(unknownMethod(kind, name))
      continue
    }
    const own = isOwn(name) && method ? flatSettings(method.settings) : new Map<string, MethodSetting>()
    const settings: Record<string, SettingValue> = { ...given }
    for (const [setting, { default: standard }] of own) settings[setting] ??= standard
    const others = ownSettingsOf(kind)
    for (const [setting, value] of Object.entries(settings)) {
      const path = ownSettingPath(section, setting)
      const form = own.get(setting) ?? others.get(setting)
      if (!form)
        problems.push({ path, message: unknownSetting(path, setting, [...own.keys(), ...others.keys()]) })
      else if (own.has(setting) && !settingSchema(form).safeParse(value).success)
        problems.push({
          path,
          message: `${path} (${form.title}) is ${String(value)}; it must be ${allowedValues(form)}.`,
        })
    }
    // Settings of methods that the run does not use are no part of it: along an axis they make no difference.
    const used = Object.fromEntries(Object.entries(settings).filter(([setting]) => own.has(setting)))
    whole = { ...whole, [section]: { ...whole[section], settings: used } }
  }
  return { spec: whole, problems }
}

function unknownMethod(kind: MethodKind, name: string): OwnProblem {
  const { title, path } = METHOD_KINDS[kind]
  const known = methodNames(kind)
  return {
    path,
    message:
      `${path} (${title}) is “${name}”, and no method of that name was added here; known are ` +
      `${known.join(', ')}.${suggestion(name, known)}`,
  }
}

function unknownSetting(path: string, name: string, known: readonly string[]): string {
  return known.length === 0
    ? `There is no field “${path}”: no method of your own has settings here.`
    : `There is no field “${path}”.${suggestion(name, known)} Settings here: ${known.join(', ')}.`
}

/** Throws what is wrong, all at once. */
export function requireOwnSettings(spec: RunSpec): RunSpec {
  const { spec: whole, problems } = withOwnSettings(spec)
  if (problems.length === 0) return whole
  throw new BenchError(
    'bad-specification',
    problems.map(({ message }) => message).join('\n'),
    problems[0].path,
  )
}
