/** What a changed study calls by another name: axes and points that set what they did. */
import type { Study } from '../spec/study-schema.ts'

type Axis = Study['axes'][number]
type Labels = Readonly<Record<string, string>>

const settingOf = ({ set, when, match }: Axis['points'][number]) => JSON.stringify([set, when ?? {}, match])
const contentOf = ({ points }: Axis) => JSON.stringify(points.map(settingOf))

/**
 * Labels of runs under the names that their study has now; null where no name changed. An axis is the same
 * where its points set the same, else where its name stayed; a point where it sets the same. Labels that no
 * axis of the study had (a budget, settings of a start) stay.
 */
export function relabelling(before: Study, after: Study): ((labels: Labels) => Labels) | null {
  const pairs: { readonly old: Axis; readonly now: Axis }[] = []
  const match = (agree: (old: Axis, now: Axis) => boolean) => {
    for (const old of before.axes.filter((axis) => pairs.every((pair) => pair.old !== axis))) {
      const now = after.axes.find((axis) => pairs.every((pair) => pair.now !== axis) && agree(old, axis))
      if (now) pairs.push({ old, now })
    }
  }
  match((old, now) => contentOf(old) === contentOf(now))
  match((old, now) => old.name === now.name)
  const names = new Map(pairs.map(({ old, now }) => [old.name, now.name]))
  const points = new Map(
    pairs.map(({ old, now }) => {
      const labelOf = new Map(now.points.map((point) => [settingOf(point), point.label]))
      const renamed = old.points.map(
        (point) => [point.label, labelOf.get(settingOf(point)) ?? point.label] as const,
      )
      return [old.name, new Map(renamed)]
    }),
  )
  const same =
    [...names].every(([old, now]) => old === now) &&
    [...points.values()].every((labels) => [...labels].every(([old, now]) => old === now))
  if (same) return null
  return (labels) =>
    Object.fromEntries(
      Object.entries(labels).map(([axis, label]) => [
        names.get(axis) ?? axis,
        points.get(axis)?.get(label) ?? label,
      ]),
    )
}
