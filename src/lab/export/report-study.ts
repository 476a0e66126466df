/** The parts of a report that tell of the study: its question, its grid, its runs, its specification. */
import type { RunRow } from '../../shared/contract/lab.ts'
import { htmlText } from '../../shared/format/html.ts'
import { changedFields } from '../../shared/spec/identity.ts'
import { fieldOf } from '../../shared/spec/fields.ts'
import { parseSpec } from '../../shared/spec/parse.ts'
import type { FieldValue } from '../../shared/spec/schema.ts'
import type { Study } from '../../shared/spec/study-schema.ts'

const valueText = (value: FieldValue) => (Array.isArray(value) ? value.join(', ') : String(value))

/** `Density 0.1, AI steps 300` */
function settingsText(settings: Readonly<Record<string, FieldValue>>): string {
  return Object.entries(settings)
    .map(([path, value]) => `${fieldOf(path).title} ${valueText(value)}`)
    .join(', ')
}

/** Description, grid, seeds and what became of the runs. */
export function studyPart(study: Study, runs: readonly RunRow[]): string[] {
  const { description, source, axes, seeds } = study
  const counts = new Map<string, number>()
  for (const { status } of runs) counts.set(status, (counts.get(status) ?? 0) + 1)
  const states = [...counts].map(([status, count]) => `${count} ${status}`).join(', ')
  const grid = axes.map(
    ({ name, points }) =>
      `<dt>${htmlText(name)}</dt><dd>${htmlText(points.map(({ label }) => label).join(' · '))}</dd>`,
  )
  return [
    ...(description === '' ? [] : [`<p>${htmlText(description)}</p>`]),
    ...(source === '' ? [] : [`<p>${htmlText(source)}</p>`]),
    '<dl>',
    ...grid,
    `<dt>Seeds</dt><dd>${seeds.join(', ')}</dd>`,
    `<dt>Runs</dt><dd>${htmlText(states || 'none')}</dd>`,
    '</dl>',
  ]
}

/** What the base sets beside the defaults, and what each point sets. */
export function specificationPart({ base, axes }: Study): string[] {
  const changed = Object.entries(changedFields(parseSpec(base)))
  const fields = changed.map(
    ([path, value]) =>
      `<dt>${htmlText(fieldOf(path).title)} <code>${htmlText(path)}</code></dt>` +
      `<dd>${htmlText(valueText(value))}</dd>`,
  )
  const points = axes.flatMap(({ name, points: own }) =>
    own.map(
      ({ label, set }) => `<dt>${htmlText(`${name}: ${label}`)}</dt><dd>${htmlText(settingsText(set))}</dd>`,
    ),
  )
  return ['<h3>Specification</h3>', `<dl>${[...fields, ...points].join('\n')}</dl>`]
}
