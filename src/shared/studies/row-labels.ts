/** The labels of a study's axes as its rows bear them: with what must not go untold, AI's steps for one. */
import type { Study } from '../spec/study-schema.ts'
import { expandStudy } from './grid.ts'

export interface AxisLabels {
  readonly name: string
  readonly labels: readonly string[]
}

/** By axis, each label once, in the order of the points; a point that no run bears as it is written. */
export function rowLabels(study: Study): AxisLabels[] {
  const { runs } = expandStudy(study)
  return study.axes.map(({ name, points }) => {
    const written = new Set(points.map(({ label }) => label))
    const borne = new Set(runs.map(({ labels }) => labels[name]))
    const told = (label: string): string[] =>
      [...borne].filter((each) => each === label || (!written.has(each) && each?.startsWith(`${label} (`)))
    const labels = [...written].flatMap((label) => {
      const all = told(label)
      return all.length > 0 ? all : [label]
    })
    return { name, labels }
  })
}
