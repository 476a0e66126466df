/** The preset studies. To add one: write its file, name it here, and the test expands it with all the others. */
import { BenchError } from '../contract/errors.ts'
import { suggestion } from '../spec/nearest.ts'
import { parseStudy } from '../spec/parse.ts'
import type { Study } from '../spec/schema.ts'
import type { Preset } from './types.ts'
import { quickStart } from './quick-start.ts'

/** By the study's id. */
export const presets = {
  'quick-start': quickStart,
} as const satisfies Record<string, Preset>

export interface PresetStudy {
  readonly preset: Preset
  readonly study: Study
  readonly isReduced: boolean
}

/** Every preset study, each followed by its reduced form where it has one. */
export function presetStudies(): PresetStudy[] {
  return Object.values<Preset>(presets).flatMap((preset) => {
    const whole = { preset, study: parseStudy(preset.study), isReduced: false }
    return preset.reduced ? [whole, { preset, study: parseStudy(preset.reduced), isReduced: true }] : [whole]
  })
}

/** The preset study of an id, whole or reduced. Throws BenchError('not-found') with the known ids. */
export function presetStudy(id: string): PresetStudy {
  const all = presetStudies()
  const found = all.find((each) => each.study.id === id)
  if (found) return found
  const ids = all.map((each) => each.study.id)
  throw new BenchError('not-found', `There is no preset study “${id}”.${suggestion(id, ids)} Known: ${ids.join(', ')}.`, 'id')
}
