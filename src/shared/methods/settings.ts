/** Settings of methods as schemas and as a flat list. */
import { z } from 'zod'
import type { MethodSetting, SettingGroup, Settings, SettingValue, ValueOf } from './types.ts'

export const isGroup = (setting: MethodSetting | SettingGroup): setting is SettingGroup => 'group' in setting

const flattened = new WeakMap<Settings, ReadonlyMap<string, MethodSetting>>()

/** Every setting by its dotted name (`angles.kind`). */
export function flatSettings(settings: Settings): ReadonlyMap<string, MethodSetting> {
  const flat = flattened.get(settings) ?? flatten(settings)
  flattened.set(settings, flat)
  return flat
}

function flatten(settings: Settings): ReadonlyMap<string, MethodSetting> {
  const flat = new Map<string, MethodSetting>()
  for (const [name, setting] of Object.entries(settings)) {
    if (!isGroup(setting)) flat.set(name, setting)
    else for (const [inner, each] of Object.entries(setting.group)) flat.set(`${name}.${inner}`, each)
  }
  return flat
}

function numberSchema(setting: MethodSetting & { type: 'number' | 'integer' }): z.ZodNumber {
  let schema = setting.type === 'integer' ? z.number().int() : z.number()
  if (setting.minimum !== undefined) schema = schema.min(setting.minimum)
  if (setting.exclusiveMinimum !== undefined) schema = schema.gt(setting.exclusiveMinimum)
  if (setting.maximum !== undefined) schema = schema.max(setting.maximum)
  if (setting.exclusiveMaximum !== undefined) schema = schema.lt(setting.exclusiveMaximum)
  return schema
}

function valueSchema(setting: MethodSetting): z.ZodType<SettingValue> {
  switch (setting.type) {
    case 'number':
    case 'integer':
      return numberSchema(setting)
    case 'boolean':
      return z.boolean()
    case 'choice':
      return z.enum(setting.choices)
    case 'text':
      return z.string().max(setting.maxLength ?? 4096)
  }
}

/** What a setting may be, in words: `a number from 0 to 1`. */
export function allowedValues(setting: MethodSetting): string {
  if (setting.type === 'boolean') return 'true or false'
  if (setting.type === 'choice') return setting.choices.join(', ')
  if (setting.type === 'text') return `a text of at most ${setting.maxLength ?? 4096} characters`
  const { minimum, exclusiveMinimum, maximum, exclusiveMaximum } = setting
  const noun = setting.type === 'integer' ? 'a whole number' : 'a number'
  if (minimum !== undefined && maximum !== undefined) return `${noun} from ${minimum} to ${maximum}`
  const bounds = [
    ...(minimum === undefined ? [] : [`at least ${minimum}`]),
    ...(exclusiveMinimum === undefined ? [] : [`greater than ${exclusiveMinimum}`]),
    ...(maximum === undefined ? [] : [`at most ${maximum}`]),
    ...(exclusiveMaximum === undefined ? [] : [`less than ${exclusiveMaximum}`]),
  ]
  return [noun, bounds.join(' and ')].filter(Boolean).join(' ')
}

/** The schema of one setting, with its default, title and help. */
export function settingSchema(setting: MethodSetting): z.ZodDefault<z.ZodType<SettingValue>> {
  return valueSchema(setting)
    .default(setting.default)
    .meta({ title: setting.title, description: setting.help }) as z.ZodDefault<z.ZodType<SettingValue>>
}

type FieldSchema<S> = S extends { readonly group: infer Group }
  ? z.ZodPrefault<z.ZodObject<SettingsShape<Group>, z.core.$strict>>
  : z.ZodDefault<z.ZodType<ValueOf<S>, ValueOf<S>>>

export type SettingsShape<S> = { -readonly [Name in keyof S]: FieldSchema<S[Name]> }

/** The fields of a section that the settings of a method are; groups are objects. */
export function settingsShape<S extends Settings>(settings: S): SettingsShape<S> {
  const fields = Object.entries(settings).map(([name, setting]) => [
    name,
    isGroup(setting) ? z.strictObject(settingsShape(setting.group)).prefault({}) : settingSchema(setting),
  ])
  return Object.fromEntries(fields) as SettingsShape<S>
}

type Intersection<Union> = (Union extends unknown ? (each: Union) => void : never) extends (
  each: infer Each,
) => void
  ? Each
  : never

/** The settings of all methods of a record, as one. */
export type AllSettings<Methods extends Readonly<Record<string, { readonly settings: Settings }>>> =
  Intersection<Methods[keyof Methods]['settings']>

/**
 * The settings of all methods of a record, in its order. Two methods may share a setting by naming the same
 * object; throws where they only share its name.
 */
export function allSettings<Methods extends Readonly<Record<string, { readonly settings: Settings }>>>(
  methods: Methods,
): AllSettings<Methods> {
  const all: Record<string, MethodSetting | SettingGroup> = {}
  for (const [method, { settings }] of Object.entries(methods)) {
    for (const [name, setting] of Object.entries(settings)) {
      if (Object.hasOwn(all, name) && all[name] !== setting)
        throw new Error(`${method}: another method has a setting ${name} of its own`)
      all[name] = setting
    }
  }
  return all as AllSettings<Methods>
}
