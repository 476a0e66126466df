/**
 * A value of the ONNX graph as a way of reading a layer's output. Reshapes, transpositions and slices of ONNX
 * only change the way of reading; a layer is made of one when a layer needs its input in another order.
 */
import { sizeOf } from '../../../shared/graph/shapes.ts'
import type { Shape } from '../../../shared/graph/types.ts'
import { unable } from './failure.ts'

/** The axis of the batch, which shapes of layers leave out. */
export const BATCH = -1

/** A factor of an axis of ONNX: `size` steps of `stride` entries along one axis of the layer's output. */
export interface Atom {
  /** Axis of the layer's output, or BATCH. */
  readonly axis: number
  readonly size: number
  readonly stride: number
}

export interface View {
  readonly kind: 'view'
  readonly layer: string
  /** Shape of the layer's output, without the batch. */
  readonly shape: Shape
  /** First entry that is read along each axis of the layer's output. */
  readonly offsets: readonly number[]
  /** For each axis of the ONNX value its factors, the slowest first; an axis of extent 1 has none. */
  readonly axes: readonly (readonly Atom[])[]
}

const product = (atoms: readonly Atom[]): number => atoms.reduce((total, { size }) => total * size, 1)

/** The value's shape in ONNX. */
export const extentsOf = (view: View): number[] => view.axes.map(product)

/** The whole of one axis of a layer's output. */
export const wholeAxis = (axis: number, size: number): readonly Atom[] =>
  size === 1 ? [] : [{ axis, size, stride: 1 }]

/** All of a layer's output, its axes in the order that is given; `batch` goes first. */
export function plainView(
  layer: string,
  shape: Shape,
  batch: readonly Atom[],
  order?: readonly number[],
): View {
  const axes = (order ?? [...shape.keys()]).map((axis) => wholeAxis(axis, shape[axis]))
  return { kind: 'view', layer, shape, offsets: shape.map(() => 0), axes: [batch, ...axes] }
}

/** Whether the value holds every entry of the layer's output. */
export function isWhole(view: View): boolean {
  return view.shape.every((side, axis) => {
    const atoms = view.axes.flat().filter((atom) => atom.axis === axis)
    return view.offsets[axis] === 0 && product(atoms) === side
  })
}

/** Whether these atoms are all of an axis of the layer's output, in its own order. */
export function coversAxis(view: View, atoms: readonly Atom[], axis: number): boolean {
  let stride = view.shape[axis]
  for (const atom of atoms) {
    stride /= atom.size
    if (atom.axis !== axis || atom.stride !== stride) return false
  }
  return stride === 1 && view.offsets[axis] === 0
}

/** The same entries in the same order, along other axes. Axes may be split where their factors allow it. */
export function reshapeView(view: View, extents: readonly number[]): View {
  const given = extentsOf(view)
  if (sizeOf(given) !== sizeOf(extents)) unable(`[${given}] cannot become [${extents}]`)
  const rest = view.axes.flat()
  const axes = extents.map((extent) => {
    const taken: Atom[] = []
    for (let left = extent; left > 1;) {
      const atom = rest.shift()
      if (!atom) return unable(`[${given}] cannot become [${extents}]`)
      if (left % atom.size === 0) {
        taken.push(atom)
        left /= atom.size
        continue
      }
      if (atom.size % left !== 0 || atom.axis === BATCH) {
        unable(`it cuts an axis of [${given}] for [${extents}] in a way that is not followed`)
      }
      const inner = atom.size / left
      taken.push({ ...atom, size: left, stride: atom.stride * inner })
      rest.unshift({ ...atom, size: inner })
      left = 1
    }
    return taken
  })
  return { ...view, axes: axes.map(merged) }
}

/** Neighbouring factors of one axis as one, where they read it straight on. */
function merged(atoms: readonly Atom[]): readonly Atom[] {
  const result: Atom[] = []
  for (const atom of atoms) {
    const last = result.at(-1)
    if (last && last.axis === atom.axis && last.axis !== BATCH && last.stride === atom.stride * atom.size)
      result[result.length - 1] = { ...atom, size: last.size * atom.size }
    else result.push(atom)
  }
  return result
}

/** Axis k of the result is axis `order[k]`. */
export function transposeView(view: View, order: readonly number[]): View {
  if (order.length !== view.axes.length || new Set(order).size !== order.length)
    unable(`it orders ${view.axes.length} axes as [${order}]`)
  return { ...view, axes: order.map((axis) => view.axes[axis]) }
}

/** Whether `count` entries of an axis from `begin` on can be read without making a layer. */
export function canCut(view: View, axis: number, begin: number, count: number): boolean {
  const [first, ...inner] = view.axes[axis]
  const width = product(inner)
  if (begin === 0 && count === product(view.axes[axis])) return true
  return first !== undefined && first.axis !== BATCH && begin % width === 0 && count % width === 0
}

/** `count` entries of an axis, from `begin` on. */
export function sliceView(view: View, axis: number, begin: number, count: number): View {
  const [first, ...inner] = view.axes[axis]
  const width = product(inner)
  if (begin === 0 && count === product(view.axes[axis])) return view
  if (!canCut(view, axis, begin, count))
    unable(`it takes entries ${begin} to ${begin + count - 1} of an axis that cannot be cut there`)
  const size = count / width
  const kept = size === 1 ? inner : [{ ...first, size }, ...inner]
  return {
    ...view,
    offsets: view.offsets.map((offset, k) =>
      k === first.axis ? offset + (begin / width) * first.stride : offset,
    ),
    axes: view.axes.map((atoms, k) => (k === axis ? kept : atoms)),
  }
}

/** Whether two values read their layers alike, so that an operation on both is one on the layers. */
export function readsAlike(a: View, b: View): boolean {
  return JSON.stringify([a.shape, a.offsets, a.axes]) === JSON.stringify([b.shape, b.offsets, b.axes])
}

export const withoutBatch = (atoms: readonly Atom[]): readonly Atom[] =>
  atoms.filter(({ axis }) => axis !== BATCH)
