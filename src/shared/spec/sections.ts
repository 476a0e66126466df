/** Specifications that share their sections: those of runs of one group, as the lab reads them. */
import type { RunSpec } from './schema.ts'

/** Whether two specifications hold the very same sections, so that they differ in the seed at most. */
export function sharesSections(a: RunSpec, b: RunSpec): boolean {
  return (Object.keys(a) as (keyof RunSpec)[]).every((key) => key === 'seed' || a[key] === b[key])
}

/** The specifications without those that share their sections with an earlier one. */
export function oneOfSections(specs: Iterable<RunSpec>): RunSpec[] {
  const byModel = new Map<RunSpec['model'], RunSpec[]>()
  const kept: RunSpec[] = []
  for (const spec of specs) {
    const seen = byModel.get(spec.model) ?? []
    if (seen.some((each) => sharesSections(each, spec))) continue
    byModel.set(spec.model, [...seen, spec])
    kept.push(spec)
  }
  return kept
}
