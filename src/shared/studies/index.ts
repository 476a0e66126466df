/**
 * The preset studies. To add one: write its file, name it here, and the test expands it with all the others.
 */
import { BenchError } from '../contract/errors.ts'
import { suggestion } from '../spec/nearest.ts'
import { parseStudy } from '../spec/parse.ts'
import type { Study } from '../spec/study-schema.ts'
import type { Preset } from './types.ts'
import { appendixA } from './appendix-a.ts'
import { appendixF } from './appendix-f.ts'
import { appendixG } from './appendix-g.ts'
import { appendixI } from './appendix-i.ts'
import { appendixJ } from './appendix-j.ts'
import { audit } from './audit.ts'
import { eoiStart } from './eoi-start.ts'
import { equalFooting } from './equal-footing.ts'
import { figure13 } from './figure-13.ts'
import { figure3, figure3Training } from './figure-3.ts'
import { figure5 } from './figure-5.ts'
import { gptText } from './gpt-text.ts'
import { oneAxis, oneAxisEqualCost } from './one-axis.ts'
import { quickStart } from './quick-start.ts'
import { table1 } from './table-1.ts'
import { table2, table2EfficientNet } from './table-2.ts'
import { table3 } from './table-3.ts'

/** By the study's id. */
export const presets = {
  'quick-start': quickStart,
  'equal-footing': equalFooting,
  'one-axis': oneAxis,
  'one-axis-equal-cost': oneAxisEqualCost,
  'eoi-start': eoiStart,
  'gpt-text': gptText,
  'figure-3': figure3,
  'figure-3-training': figure3Training,
  'table-1': table1,
  'table-2': table2,
  'table-2-efficientnet': table2EfficientNet,
  'table-3': table3,
  'figure-5': figure5,
  'appendix-a': appendixA,
  'appendix-f': appendixF,
  'appendix-g': appendixG,
  'appendix-i': appendixI,
  'appendix-j': appendixJ,
  'figure-13': figure13,
  'audit-published': audit,
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
  throw new BenchError(
    'not-found',
    `There is no preset study “${id}”.${suggestion(id, ids)} Known: ${ids.join(', ')}.`,
    'id',
  )
}
