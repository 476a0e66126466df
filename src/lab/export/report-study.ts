/** What a report tells of the study: its grid, its runs, its specification. */
import type { RunRow } from '../../shared/contract/lab.ts'
import { changedFields } from '../../shared/spec/identity.ts'
import { fieldOf } from '../../shared/spec/fields.ts'
import { parseSpec } from '../../shared/spec/parse.ts'
import type { FieldValue } from '../../shared/spec/schema.ts'
import type { Study } from '../../shared/spec/study-schema.ts'

/** A name and what is said of it. */
export interface Fact {
  readonly name: string
  /** Path of a field, behind its name. */
  readonly path?: string
  readonly text: string
}

const valueText = (value: FieldValue) => (Array.isArray(value) ? value.join(', ') : String(value))

/** `Density 0.1, AI steps 300` */
function settingsText(settings: Readonly<Record<string, FieldValue>>): string {
  return Object.entries(settings)
    .map(([path, value]) => `${fieldOf(path).title} ${valueText(value)}`)
    .join(', ')
}

/** Grid, seeds and what became of the runs. */
export function studyFacts({ axes, seeds }: Study, runs: readonly RunRow[]): Fact[] {
  const counts = new Map<string, number>()
  for (const { status } of runs) counts.set(status, (counts.get(status) ?? 0) + 1)
  const states = [...counts].map(([status, count]) => `${count} ${status}`).join(', ')
  return [
    ...axes.map(({ name, points }) => ({ name, text: points.map(({ label }) => label).join(' · ') })),
    { name: 'Seeds', text: seeds.join(', ') },
    { name: 'Runs', text: states || 'none' },
  ]
}

/** What the base sets beside the defaults, and what each point sets. */
export function specificationFacts({ base, axes }: Study): Fact[] {
  const changed = Object.entries(changedFields(parseSpec(base)))
  return [
    ...changed.map(([path, value]) => ({ name: fieldOf(path).title, path, text: valueText(value) })),
    ...axes.flatMap(({ name, points }) =>
      points.map(({ label, set }) => ({ name: `${name}: ${label}`, text: settingsText(set) })),
    ),
  ]
}
