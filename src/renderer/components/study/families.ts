/** The studies that come with the bench as a page shows them: whole and reduced form on one card. */
import type { StudyRow } from '../../../shared/contract/lab.ts'
import { presetStudies } from '../../../shared/studies/index.ts'
import type { Preset } from '../../../shared/studies/types.ts'

export type StudyKind = Preset['kind']

export interface StudyFamily {
  readonly whole: StudyRow
  readonly reduced: StudyRow | null
  readonly preset: Preset
}

/** What a kind of study does, in two words, and the page that shows it where no run does. */
export const KINDS = {
  train: { title: 'Trains', help: 'Each combination is trained, once for each seed.', page: null },
  spectrum: {
    title: 'Spectrum',
    help: 'Each combination is initialized and its Jacobian’s singular values are taken; nothing is trained.',
    page: null,
  },
  timing: {
    title: 'Timing',
    help: 'Trains nothing: the tab Timing of the Initialization lab takes the time of each scheme.',
    page: { to: '/laboratory', title: 'Initialization lab' },
  },
  parameters: {
    title: 'Parameter counts',
    help: 'Trains nothing: the page Model counts the parameters, layer by layer.',
    page: { to: '/model', title: 'Model' },
  },
  kernel: {
    title: 'Kernel picture',
    help: 'Trains nothing: the Initialization lab draws the kernel and its mask.',
    page: { to: '/laboratory', title: 'Initialization lab' },
  },
} as const satisfies Record<
  StudyKind,
  { title: string; help: string; page: { to: string; title: string } | null }
>

/** Preset studies among the rows, each with its reduced form, in the order of the presets. */
export function familiesOf(rows: readonly StudyRow[]): StudyFamily[] {
  const byId = new Map(rows.filter((row) => row.preset).map((row) => [row.id, row]))
  const found: StudyFamily[] = []
  for (const { preset, study, isReduced } of presetStudies()) {
    const whole = byId.get(study.id)
    if (isReduced || !whole) continue
    const reduced = preset.reduced ? (byId.get(preset.reduced.id) ?? null) : null
    found.push({ whole, reduced, preset })
  }
  return found
}
