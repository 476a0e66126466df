/** How a study's two-way table stands when nobody said: schemes down, everything else across. */
import type { CompareChoice } from '../contract/compare.ts'

export interface TwoWayLayout {
  readonly rows: readonly string[]
  readonly columns: readonly string[]
}

/**
 * Down the axis of schemes (the one whose labels are the schemes' names, or that is called so), across the
 * other axes in their order: as the paper's tables stand. Without axes the schemes alone.
 */
export function usualLayout(choices: readonly CompareChoice[]): TwoWayLayout {
  const axes = choices.filter(({ axis }) => axis)
  const schemes = new Set(choices.find(({ key }) => key === 'scheme')?.values)
  const named = axes.find(({ values }) => values.length > 1 && values.every((value) => schemes.has(value)))
  const down = named ?? axes.find(({ key }) => /scheme/i.test(key)) ?? (axes.length > 1 ? axes[0] : undefined)
  const rows = [down?.key ?? 'scheme']
  const varied = axes.filter(({ key, values }) => !rows.includes(key) && values.length > 0)
  return { rows, columns: varied.map(({ key }) => key) }
}

/** The usual layout where rows or columns are given already. */
export function layoutBeside(
  choices: readonly CompareChoice[],
  rows: readonly string[] | undefined,
  columns: readonly string[] | undefined,
): TwoWayLayout {
  const usual = usualLayout(choices)
  const all = [...usual.rows, ...usual.columns]
  const without = (keys: readonly string[], some: readonly string[]) =>
    keys.filter((key) => !some.includes(key))
  if (rows && columns) return { rows, columns }
  if (rows) return { rows, columns: without(all, rows) }
  if (columns) return { rows: without(all, columns).slice(0, 1), columns }
  return usual
}
