/** The layer graph as it grows: layers, their parameters, and layers that order or cut what others give. */
import { BenchError } from '../../../shared/contract/errors.ts'
import { layerParameters } from '../../../shared/graph/parameters.ts'
import { outputShape, sameShape, sizeOf } from '../../../shared/graph/shapes.ts'
import type { LayerGraph, LayerNode, LayerOp, Shape } from '../../../shared/graph/types.ts'
import { validateGraph } from '../../../shared/graph/validate.ts'
import type { FloatArray } from './constant.ts'
import { unable } from './failure.ts'
import { isWhole, withoutBatch } from './view.ts'
import type { Atom, View } from './view.ts'

/** Values of a layer's parameters, by what follows the layer's name: `kernel`, `bias`, `scale`, … */
export type LayerValues = Readonly<Record<string, FloatArray>>

export class GraphWriter {
  readonly #nodes = new Map<string, LayerNode>()
  readonly #shapes = new Map<string, Shape>()
  readonly #parameters = new Map<string, FloatArray>()
  readonly #read = new Set<string>()

  constructor(input: Shape) {
    this.#nodes.set('input', { kind: 'input', shape: input, name: 'input', inputs: [] })
    this.#shapes.set('input', input)
  }

  shapeOf(layer: string): Shape {
    return this.#shapes.get(layer) ?? []
  }

  layer(name: string): LayerNode | undefined {
    return this.#nodes.get(name)
  }

  /** Whether a layer, or another reader, has taken this one's output as it is. */
  isRead(layer: string): boolean {
    return this.#read.has(layer)
  }

  markRead(layer: string): void {
    this.#read.add(layer)
  }

  /** Appends a layer and gives its name, which is the wanted one where that is free. */
  add(wanted: string, op: LayerOp, inputs: readonly string[], values: LayerValues = {}): string {
    const name = this.#freeName(wanted)
    const node: LayerNode = { ...op, name, inputs }
    const shapes = inputs.map((input) => this.shapeOf(input))
    try {
      this.#shapes.set(name, outputShape(node, shapes))
    } catch (error) {
      if (!(error instanceof BenchError)) throw error
      unable(error.message)
    }
    this.#nodes.set(name, node)
    inputs.forEach((input) => this.#read.add(input))
    this.#store(node, shapes, values)
    return name
  }

  /** Gives a layer that nothing has read yet another setting, such as a bias. */
  amend(name: string, change: (node: LayerNode) => LayerNode, values: LayerValues): void {
    const node = this.#nodes.get(name)
    if (!node) throw new Error(`onnx: there is no layer ${name}`)
    const changed = change(node)
    this.#nodes.set(name, changed)
    this.#store(
      changed,
      node.inputs.map((input) => this.shapeOf(input)),
      values,
    )
  }

  /** A layer whose output is what the view reads, one axis a group of factors; batch factors are left out. */
  arrange(view: View, groups: readonly (readonly Atom[])[], name: string): string {
    const wanted = groups.map(withoutBatch)
    const shape = wanted.map((atoms) => sizeOf(atoms.map(({ size }) => size)))
    const layer = isWhole(view) ? view.layer : (this.#token(view, wanted, name) ?? this.#cut(view, name))
    const natural = view.shape.flatMap((_, axis) =>
      view.axes
        .flat()
        .filter((atom) => atom.axis === axis)
        .sort((a, b) => b.stride - a.stride),
    )
    const sorted = wanted.flat()
    if (sorted.length !== natural.length) unable('it reads only a part of what it is given')
    const order = sorted.map((atom) => natural.indexOf(atom))
    if (order.every((from, to) => from === to)) return this.#reshape(layer, shape, name)
    const apart = this.#reshape(
      layer,
      natural.map(({ size }) => size),
      name,
    )
    const permuted = this.add(`${name}.permute`, { kind: 'permute', axes: order }, [apart])
    return this.#reshape(permuted, shape, name)
  }

  /** The finished graph, without the layers that its output does not need, and their parameters. */
  finish(name: string, output: string): { graph: LayerGraph; parameters: Map<string, FloatArray> } {
    const live = new Set<string>()
    for (const open = [output]; open.length > 0;) {
      const at = open.pop() ?? ''
      if (live.has(at)) continue
      live.add(at)
      open.push(...(this.#nodes.get(at)?.inputs ?? []))
    }
    const nodes = [...this.#nodes.values()].filter((node) => live.has(node.name))
    const classes = this.shapeOf(output).at(-1) ?? 0
    const graph = { name, nodes, output, classes }
    validateGraph(graph)
    const parameters = [...this.#parameters].filter(([key]) => live.has(key.slice(0, key.indexOf('\0'))))
    return { graph, parameters: new Map(parameters.map(([key, data]) => [key.replace('\0', '.'), data])) }
  }

  #store(node: LayerNode, inputs: readonly Shape[], values: LayerValues): void {
    const specs = new Map(layerParameters(node, inputs).map((spec) => [spec.name, spec]))
    for (const [suffix, data] of Object.entries(values)) {
      const spec = specs.get(`${node.name}.${suffix}`)
      if (!spec) throw new Error(`onnx: layer ${node.name} (${node.kind}) has no ${suffix}`)
      const size = sizeOf(spec.shape)
      if (data.length !== size) unable(`its ${suffix} has ${data.length} entries, not ${size}`)
      if (!data.every(Number.isFinite)) unable(`its ${suffix} holds numbers that are not finite`)
      // A name of a layer may hold dots: the end of the layer's name is kept.
      this.#parameters.set(`${node.name}\0${suffix}`, data)
    }
  }

  #freeName(wanted: string): string {
    if (!this.#nodes.has(wanted)) return wanted
    for (let count = 2; ; count++) if (!this.#nodes.has(`${wanted}_${count}`)) return `${wanted}_${count}`
  }

  #reshape(layer: string, shape: Shape, name: string): string {
    if (sameShape(this.shapeOf(layer), shape)) return layer
    if (shape.length === 1) return this.add(`${name}.flatten`, { kind: 'flatten' }, [layer])
    return this.add(`${name}.reshape`, { kind: 'reshape', shape }, [layer])
  }

  /** One token of a sequence, where that is what is read. */
  #token(view: View, wanted: readonly (readonly Atom[])[], name: string): string | null {
    const atoms = view.axes.flat().filter((atom) => atom.axis >= 0)
    const [feature] = atoms
    const all = atoms.length === 1 && feature.axis === 1 && feature.size === view.shape[1]
    if (view.shape.length !== 2 || !all || wanted.length !== 1) return null
    return this.add(`${name}.token`, { kind: 'select-token', index: view.offsets[0] }, [view.layer])
  }

  /** Slices of what is read only in part; an axis is split where what is read lies scattered on it. */
  #cut(view: View, name: string): string {
    let { layer } = view
    for (let axis = view.shape.length - 1; axis >= 0; axis--) {
      const atoms = view.axes.flat().filter((atom) => atom.axis === axis)
      const size = sizeOf(atoms.map((atom) => atom.size))
      if (size === view.shape[axis]) continue
      const begin = view.offsets[axis]
      if (isCompact(atoms, size)) {
        layer = this.add(`${name}.slice`, { kind: 'slice', axis, begin, size }, [layer])
        continue
      }
      const factors = factorsOf(atoms, view.shape[axis], begin)
      const shape = this.shapeOf(layer)
      const apart = [...shape.slice(0, axis), ...factors.map((each) => each.size), ...shape.slice(axis + 1)]
      layer = this.add(`${name}.reshape`, { kind: 'reshape', shape: apart }, [layer])
      factors.forEach(({ at }, k) => {
        if (at === null) return
        layer = this.add(`${name}.slice`, { kind: 'slice', axis: axis + k, begin: at, size: 1 }, [layer])
      })
    }
    return layer
  }
}

const byStride = (atoms: readonly Atom[]): Atom[] => atoms.toSorted((a, b) => b.stride - a.stride)

/** Whether factors of `size` entries in all read neighbouring ones. */
function isCompact(atoms: readonly Atom[], size: number): boolean {
  let stride = size
  return byStride(atoms).every((atom) => atom.stride === (stride /= atom.size))
}

/** An axis as factors, the slowest first: those that are read, and between them those of one place `at`. */
function factorsOf(
  atoms: readonly Atom[],
  side: number,
  offset: number,
): { size: number; at: number | null }[] {
  const factors: { size: number; at: number | null }[] = []
  let span = side
  let covered = 0
  for (const { size, stride } of [...byStride(atoms), { size: 1, stride: 1 }]) {
    const gap = span / (size * stride)
    if (!Number.isInteger(gap)) return unable('it reads entries of an axis that are not neighbours')
    if (gap > 1) {
      const at = Math.floor(offset / (size * stride)) % gap
      covered += at * size * stride
      factors.push({ size: gap, at })
    }
    if (size > 1) factors.push({ size, at: null })
    span = stride
  }
  return covered === offset ? factors : unable('it reads entries of an axis that are not neighbours')
}
