/**
 * How many nonzeros a layout has room for. Where masks change and it still holds, nothing moves and no tape
 * is written anew.
 */
import { OPTIMIZER_FORMS } from '../../optimizers/index.ts'
import { takesTheSame } from '../layers/choice.ts'
import type { SparsePlan } from '../plan/plan.ts'
import type { Links } from './links.ts'
import type { Nonzeros } from './structure.ts'

/** Nonzeros of each kernel by its node. */
export type Positions = ReadonlyMap<string, Nonzeros>

/** Of a kernel: how many it has, and how many it has room for. */
export interface Room {
  readonly nonzeros: number
  readonly capacity: number
}

export type Rooms = ReadonlyMap<string, Room>

/** Where numbers of nonzeros go up, so much more room is made than they need. */
export const SLACK = 1.2

/** Of a layout the least share that may be in use: updates go through all of it. */
const LEAST_USED = 0.75

export const NO_ROOM: Room = { nonzeros: 0, capacity: 0 }

/**
 * Room for the nonzeros of all kernels: as many, or, where one has more than in the layout before, some
 * more for each. Where an optimizer adds over weights, its sums go by how they lie, and none is left free.
 */
export function roomsOf(plan: SparsePlan, before: Links | null, positions: Positions): Rooms {
  const had = (node: string): number => before?.kernels.get(node)?.nonzeros ?? Infinity
  const rise = !addsOverWeights(plan) && [...positions].some(([node, { on }]) => on.length > had(node))
  return new Map(
    [...positions].map(([node, { on }]) => {
      const { rows, columns } = plan.kernels.get(node)?.shape ?? { rows: 0, columns: 0 }
      const nonzeros = on.length
      const capacity = rise ? Math.min(rows * columns, Math.ceil(SLACK * nonzeros)) : nonzeros
      return [node, { nonzeros, capacity }]
    }),
  )
}

const addsOverWeights = ({ source }: SparsePlan): boolean =>
  OPTIMIZER_FORMS[source.options.optimizer].sparse?.norms === true

/**
 * Whether kernels with those nonzeros have room in a layout, fill it, and are computed as it is linked. What
 * is in the room that they leave free nobody reads but updates, each number by itself.
 */
export function holds(plan: SparsePlan, links: Links, positions: Positions): boolean {
  if (addsOverWeights(plan)) return false
  let [used, all] = [0, 0]
  for (const [node, { on }] of positions) {
    const kernel = links.kernels.get(node)
    if (!kernel || on.length > kernel.capacity || !takesTheSame(kernel, on.length)) return false
    used += on.length
    all += kernel.capacity
  }
  return used >= LEAST_USED * all
}
