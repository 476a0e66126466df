/** Which settings of a section belong to which methods, and which were set in vain. */
import { findMethod, METHOD_KINDS } from './registry.ts'
import { flatSettings } from './settings.ts'
import type { MethodDescriptor, MethodKind, MethodSetting, SettingValue } from './types.ts'

/** A setting that a built-in method of a kind has. */
export interface KnownSetting {
  /** In its section: `angles.kind`. */
  readonly name: string
  readonly setting: MethodSetting
  /** Titles of the methods that have it. */
  readonly methods: readonly string[]
}

const listed = new Map<MethodKind, readonly KnownSetting[]>()

/** All settings of the built-in methods of a kind, in the order of the record. */
export function knownSettings(kind: MethodKind): readonly KnownSetting[] {
  const settings = listed.get(kind) ?? listSettings(kind)
  listed.set(kind, settings)
  return settings
}

function listSettings(kind: MethodKind): readonly KnownSetting[] {
  const known = new Map<string, { setting: MethodSetting; methods: string[] }>()
  const builtIn: Readonly<Record<string, MethodDescriptor>> = METHOD_KINDS[kind].builtIn
  for (const { title, settings } of Object.values(builtIn)) {
    for (const [name, setting] of flatSettings(settings)) {
      const entry = known.get(name) ?? { setting, methods: [] }
      entry.methods.push(title)
      known.set(name, entry)
    }
  }
  return [...known].map(([name, entry]) => ({ name, ...entry }))
}

/** Settings that are not the method's own although they differ from their defaults. */
export function settingsInVain(
  kind: MethodKind,
  method: string,
  section: object,
): { readonly name: string; readonly title: string; readonly methods: readonly string[] }[] {
  const own = flatSettings(findMethod(kind, method)?.settings ?? {})
  return knownSettings(kind)
    .filter(({ name, setting }) => !own.has(name) && settingAt(section, name) !== setting.default)
    .map(({ name, setting, methods }) => ({ name, title: setting.title, methods }))
}

/** Settings by dotted name as the section that holds them: `angles.kind` → { angles: { kind } }. */
export function nested(settings: readonly (readonly [string, SettingValue])[]): Record<string, unknown> {
  const section: Record<string, unknown> = {}
  for (const [name, value] of settings) {
    const [group, inner] = name.split('.')
    section[group] =
      inner === undefined ? value : { ...(section[group] as object | undefined), [inner]: value }
  }
  return section
}

/** The value of a setting in its section, by its dotted name; undefined where there is none. */
export function settingAt(section: object, name: string): SettingValue | undefined {
  let at: unknown = section
  for (const key of name.split('.')) at = (at as Record<string, unknown> | undefined)?.[key]
  return at as SettingValue | undefined
}
