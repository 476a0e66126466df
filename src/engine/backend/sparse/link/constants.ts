/** Lays out what stays where it is whatever the masks are: constant tables, and dense gradients. */
import type { LinkedKernel } from '../layers/types.ts'
import { FLOAT } from '../model/geometry.ts'
import { needsFold } from '../model/kernel-plan.ts'
import type { Arena } from '../plan/arena.ts'
import type { KernelPlan, SparsePlan } from '../plan/plan.ts'
import type { Links } from './links.ts'

/** What of a kernel the masks do not move. */
export type ConstantKernel = Pick<
  LinkedKernel,
  'rowOut' | 'backRowOut' | 'denseGradient' | 'columnInputs' | 'rowInputs'
>

export interface Constants extends Pick<Links, 'foldRows' | 'tables'> {
  readonly kernels: ReadonlyMap<string, ConstantKernel>
  /** Of each maskable kernel, by its parameter. */
  readonly denseGradients: ReadonlyMap<string, { readonly at: number; readonly size: number }>
  /** Tables, to be written at their addresses. */
  readonly rows: ReadonlyMap<number, Int32Array>
}

export function layOutConstants(plan: SparsePlan, arena: Arena): Constants {
  const rows = new Map<number, Int32Array>()
  const known = new Map<Int32Array, number>()
  const table = (values: Int32Array): number => {
    const at = known.get(values) ?? arena.take(FLOAT * values.length)
    known.set(values, at)
    rows.set(at, values)
    return at
  }
  const tables = new Map(
    [...plan.tables].map(([name, values]) => [name, { at: table(values), size: values.length }]),
  )
  const kernels = new Map<string, ConstantKernel>()
  const foldRows = new Map<string, number>()
  const denseGradients = new Map<string, { at: number; size: number }>()
  for (const [node, kernel] of plan.kernels) {
    const { shape, location, addresses, back } = kernel
    const size = shape.rows * shape.columns
    const wanted = plan.source.options.denseGradients === true && location.parameter.maskable
    const denseGradient = wanted ? arena.take(FLOAT * size) : 0
    if (wanted) denseGradients.set(location.parameter.name, { at: denseGradient, size })
    kernels.set(node, {
      rowOut: table(kernel.rowOut),
      backRowOut: back ? table(kernel.backRowOut) : 0,
      denseGradient,
      columnInputs: wanted || kernel.dense ? table(addresses.inputOfColumn) : 0,
      rowInputs: wanted ? table(addresses.inputOfRow) : 0,
    })
    if (back && needsFold(shape)) foldRows.set(node, table(foldRowsOf(plan, kernel)))
  }
  return { tables, kernels, foldRows, denseGradients, rows }
}

function foldRowsOf({ place }: SparsePlan, { shape, addresses }: KernelPlan): Int32Array {
  const { vertical, horizontal } = shape
  const plane =
    (vertical.before + vertical.length + vertical.after) *
    (horizontal.before + horizontal.length + horizontal.after) *
    place
  return Int32Array.from({ length: addresses.channels }, (_, channel) => channel * plane)
}
