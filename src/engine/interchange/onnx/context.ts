/** What an operator of ONNX sees: what it reads, its attributes, and the graph that it adds layers to. */
import type { LayerActivation } from '../../../shared/graph/types.ts'
import { integers } from './constant.ts'
import type { Constant } from './constant.ts'
import { ARGUMENT, partsOf, recognise } from './expression.ts'
import type { Expression } from './expression.ts'
import { unable } from './failure.ts'
import type { OnnxNode } from './read.ts'
import type { Atom, View } from './view.ts'
import { canCut, coversAxis, extentsOf, isWhole, sliceView } from './view.ts'
import type { Value } from './values.ts'
import type { GraphWriter } from './writer.ts'

/** Facts of the whole file. */
export interface Importing {
  readonly writer: GraphWriter
  readonly opset: number
  /** Factor of the batch in views; none where the file fixes it to 1. */
  readonly batch: readonly Atom[]
  readonly output: string
  readonly values: Map<string, Value>
  /** The nodes that read each value. */
  readonly readers: ReadonlyMap<string, readonly OnnxNode[]>
  readonly notes: Set<string>
  /** Activations that were made already, by expression and layer. */
  readonly activations: Map<Expression, Map<string, string>>
  /** Scales and shifts that layer norms got from later nodes. */
  readonly amended: Set<string>
  /** Tables of token embeddings, by layer. */
  readonly tables: Map<string, Constant>
  /** Initializers that became parameters, to tell of shared ones. */
  readonly used: Map<string, string>
}

export class Context {
  readonly node: OnnxNode
  readonly all: Importing
  readonly name: string

  constructor(node: OnnxNode, all: Importing, name: string) {
    this.node = node
    this.all = all
    this.name = name
  }

  get writer(): GraphWriter {
    return this.all.writer
  }

  /** The value of an input, or null where it was left out. */
  input(index: number): Value | null {
    const name = this.node.inputs[index] ?? ''
    return name === '' ? null : (this.all.values.get(name) ?? null)
  }

  constant(index: number): Constant | null {
    const value = this.input(index)
    if (value === null) return null
    return value.kind === 'constant'
      ? value
      : unable(`its input ${index + 1} is computed, not given in the file`)
  }

  /** Whole numbers of an attribute, or of an input where newer operator sets have it there. */
  integers(attribute: string, index: number): number[] | null {
    const given = this.node.attributes.get(attribute)
    if (typeof given === 'object' && !('kind' in given)) return [...given]
    const value = index < 0 ? null : this.constant(index)
    return value && integers(value)
  }

  number(attribute: string, otherwise: number): number {
    const given = this.node.attributes.get(attribute)
    return typeof given === 'number' ? given : otherwise
  }

  text(attribute: string, otherwise: string): string {
    const given = this.node.attributes.get(attribute)
    return typeof given === 'string' ? given : otherwise
  }

  /** The input as a way of reading a layer; activations become layers. */
  view(index: number): View {
    const value = this.input(index)
    if (value === null) return unable(`its input ${index + 1} is missing`)
    return this.force(value)
  }

  force(value: Value): View {
    switch (value.kind) {
      case 'view':
        return value
      case 'applied':
        return { ...value.view, layer: this.#activated(value.view.layer, value.expression) }
      case 'padded':
        return unable('zeros around an image are taken by convolutions and average pooling only')
      case 'constant':
        return unable('it takes a tensor of the file where the bench has the output of a layer')
      default:
        return unable('it takes a part of a layer norm or of attention that is written out in another way')
    }
  }

  /** A view whose `axis` is exactly the last axis of its layer's output; permuted where it is not. */
  byFeatures(view: View, axis: number): View {
    const last = view.shape.length - 1
    if (isWhole(view) && coversAxis(view, view.axes[axis], last)) return view
    const places = view.axes.filter((_, k) => k !== axis)
    if (view.axes[axis].some((atom) => atom.axis < 0)) unable('it mixes the examples of a batch')
    const groups = [...places.filter((atoms) => atoms.some((atom) => atom.axis >= 0)), view.axes[axis]]
    const layer = this.writer.arrange(view, groups, this.name)
    return this.reread(view, groups, layer)
  }

  /** The layer that gives a value of [batch, channels, height, width] as an image. */
  image(view: View): string {
    const [batch, channels, ...places] = view.axes
    if (
      batch.some((atom) => atom.axis >= 0) ||
      view.axes
        .slice(1)
        .flat()
        .some((atom) => atom.axis < 0)
    )
      unable('it takes the batch for another axis')
    return this.writer.arrange(view, [...places, channels], this.name)
  }

  /** The same value of a layer whose axes are those of ONNX, images with their channels last. */
  plain(view: View): View {
    const { axes } = view
    const order = axes.length === 4 ? [2, 3, 1] : [...axes.keys()].slice(1)
    if (axes[0].some((atom) => atom.axis >= 0)) unable('it takes the batch for another axis')
    const groups = order.map((axis) => axes[axis])
    return this.reread(view, groups, this.writer.arrange(view, groups, this.name))
  }

  /** `count` entries of an axis; where it is put together of others it is made one first. */
  cut(view: View, axis: number, begin: number, count: number): View {
    return sliceView(canCut(view, axis, begin, count) ? view : this.plain(view), axis, begin, count)
  }

  /** How the same value is read from a layer whose axes are these groups of the view's axes. */
  reread(view: View, groups: readonly (readonly Atom[])[], layer: string): View {
    const shape = this.writer.shapeOf(layer)
    const axes = view.axes.map((atoms) => {
      const at = groups.indexOf(atoms)
      const batch = atoms.filter((atom) => atom.axis < 0)
      if (at < 0) return batch
      if (batch.length > 0) return unable('it merges the batch with another axis')
      return shape[at] === 1 ? [] : [{ axis: at, size: shape[at], stride: 1 }]
    })
    return { kind: 'view', layer, shape, offsets: shape.map(() => 0), axes }
  }

  set(value: Value, index = 0): void {
    const name = this.node.outputs[index] ?? ''
    if (name !== '') this.all.values.set(name, value)
  }

  /** Whether nothing but this node reads what the layer gives, so that the layer may take this node over. */
  owns(layer: string, index: number): boolean {
    const readers = this.all.readers.get(this.node.inputs[index]) ?? []
    return readers.length === 1 && !this.writer.isRead(layer)
  }

  /** Notes a tensor of the file as a parameter; told where two layers share it. */
  take(tensor: Constant): Constant {
    const { origin, shape } = tensor
    if (shape.includes(0)) unable(`its weights are of [${shape}]`)
    // Exporters keep equal tensors once: fresh scales of ones, biases of zeros are shared by accident.
    if (origin !== null && tensor.data.some((entry) => entry !== tensor.data[0])) {
      const before = this.all.used.get(origin)
      if (before !== undefined && before !== this.name) {
        const layers = `${before} and ${this.name}`
        this.all.notes.add(`“${origin}” is shared by ${layers}; here each trains its own.`)
      }
      this.all.used.set(origin, this.name)
    }
    return tensor
  }

  /** The token embedding whose table, transposed, is this matrix [features, vocabulary]; null for none. */
  tableOf({ shape: [features, vocabulary], data }: Constant): string | null {
    for (const [layer, { shape, data: table }] of this.all.tables) {
      if (shape[0] !== vocabulary || shape[1] !== features) continue
      if (data.every((entry, k) => entry === table[(k % vocabulary) * features + Math.floor(k / vocabulary)]))
        return layer
    }
    return null
  }

  /** The extents of a value in ONNX, the batch included. */
  extents(value: Value): number[] {
    switch (value.kind) {
      case 'constant': {
        const batch = this.all.batch[0]?.size ?? 1
        return value.shape.map((side, axis) => (axis === value.batchAxis ? batch : side))
      }
      case 'view':
        return extentsOf(value)
      case 'applied':
        return extentsOf(value.view)
      case 'moment':
        return extentsOf(value.of)
      case 'attending': {
        const query = extentsOf(value.query)
        return [...query.slice(0, -1), extentsOf(value.key).at(-1) ?? 1]
      }
      default:
        return unable('the shape of what it reads is not followed')
    }
  }

  #activated(layer: string, expression: Expression): string {
    const known = this.all.activations.get(expression)?.get(layer)
    if (known !== undefined) return known
    const made = this.#makeActivation(layer, expression)
    const byLayer = this.all.activations.get(expression) ?? new Map<string, string>()
    this.all.activations.set(expression, byLayer.set(layer, made))
    return made
  }

  #makeActivation(layer: string, expression: Expression): string {
    for (const part of partsOf(expression)) {
      if (part === expression) continue
      const found = recognise(expression, part)
      if (!found) continue
      const input = part === ARGUMENT ? layer : this.#activated(layer, part)
      if (found.activation === 'linear') return input
      const { activation, slope } = found
      const op = { kind: 'activation', activation, ...(slope !== undefined && { slope }) } as const
      return this.writer.add(nameAfter(layer, activation), op, [input])
    }
    if (expression.op === 'argument') return layer
    if (expression.op === 'apply' && (expression.name === 'Add' || expression.name === 'Mul')) {
      const parts = expression.of.filter((part) => partsOf(part).length > 0)
      if (parts.length === 2) {
        const inputs = parts.map((part) => this.#activated(layer, part))
        return this.writer.add(this.name, { kind: expression.name === 'Add' ? 'add' : 'multiply' }, inputs)
      }
    }
    const name = expression.op === 'apply' ? expression.name : 'a number'
    return unable(
      `what it reads ends in ${name} of a formula that is none of the bench’s activations (a scaling or ` +
        'shift by a constant, or another function)',
    )
  }
}

/** `layer1.0.bn1` → `layer1.0.bn1.relu`. */
const nameAfter = (layer: string, activation: LayerActivation): string => `${layer}.${activation}`
