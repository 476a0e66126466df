/** What N:M leaves dense: kernels whose inputs its groups do not fill. */
import { parametersOf } from '../../shared/graph/parameters.ts'
import { sizeOf } from '../../shared/graph/shapes.ts'
import type { LayerGraph, ParameterSpec } from '../../shared/graph/types.ts'
import { dynamicTraits } from '../../shared/methods/traits.ts'
import { hasGroups } from '../../shared/planning/groups.ts'
import type { RunSpec } from '../../shared/spec/schema.ts'

export interface GroupNotes {
  /** A sentence for each kernel that stays dense, by its name. */
  readonly kernels: ReadonlyMap<string, string>
  /** One for all of them, with the density that the pattern reaches; null where none stays dense. */
  readonly text: string | null
}

const SHOWN = 5

/** Nothing of runs whose method keeps no groups. */
export function groupNotes({ dynamic }: Pick<RunSpec, 'dynamic'>, graph: LayerGraph): GroupNotes {
  if (!dynamicTraits({ dynamic }).ownsDensity) return { kernels: new Map(), text: null }
  const { groupKept, groupSize } = dynamic
  const kernels = parametersOf(graph).filter(({ maskable }) => maskable)
  const dense = kernels.filter((kernel) => !hasGroups(kernel, groupSize))
  const entries = (of: readonly ParameterSpec[]) => of.reduce((sum, { shape }) => sum + sizeOf(shape), 0)
  const [all, left] = [entries(kernels), entries(dense)]
  const reached = ((all - left) * groupKept) / groupSize + left
  const more = dense.length > SHOWN ? ` and ${dense.length - SHOWN} more` : ''
  const names = dense.slice(0, SHOWN).map(({ name }) => name)
  const text =
    `${groupKept}:${groupSize} leaves ${dense.length} of ${kernels.length} kernels dense, since groups of ` +
    `${groupSize} do not fill their inputs (${names.join(', ')}${more}): the density of all is ` +
    `${(reached / all).toPrecision(3)}, not ${Number((groupKept / groupSize).toPrecision(3))}.`
  return {
    kernels: new Map(dense.map((kernel) => [kernel.name, whyDense(kernel, groupSize)])),
    text: dense.length > 0 ? text : null,
  }
}

const whyDense = ({ depthwise, shape }: ParameterSpec, size: number): string =>
  depthwise
    ? 'stays dense: a depthwise kernel has one input a channel, and no groups'
    : `stays dense: groups of ${size} do not fill its ${shape[shape.length - 2]} inputs`
