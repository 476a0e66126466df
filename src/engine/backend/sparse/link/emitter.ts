/** Writes a thread's tapes: the layers forward, the loss, the layers back, the update. */
import type { LayerNode } from '../../../../shared/graph/types.ts'
import { Arena, type Piece } from '../plan/arena.ts'
import type { Image } from '../model/geometry.ts'
import { Gradients } from './gradients.ts'
import { emitLayer } from '../layers/index.ts'
import type { LayerContext, LinkedKernel, Mode, Target } from '../layers/types.ts'
import type { Links } from './links.ts'
import type { SparsePlan } from '../plan/plan.ts'
import { emitStep } from './step.ts'
import { Tape } from '../instructions/tape.ts'

/** `resident` is `train` on the examples that are kept. */
export type TapeName = 'train' | 'evaluate' | 'logits' | 'denseGradients' | 'resident'

export class Emitter implements LayerContext {
  readonly tape = new Tape()
  readonly model: LayerContext['model']
  readonly mode: Mode
  readonly resident: LayerContext['resident']
  readonly thread: number
  readonly threads: number
  readonly base: number
  readonly place: number
  readonly lanes: number
  readonly batch: number
  readonly #plan: SparsePlan
  readonly #links: Links
  readonly #gradients: Gradients
  readonly #arena: Arena

  constructor(plan: SparsePlan, links: Links, name: TapeName, thread: number, base: number) {
    this.model = plan.model
    this.mode = name === 'logits' ? 'evaluate' : name === 'resident' ? 'train' : name
    this.resident = name === 'resident' ? plan.resident : null
    this.thread = thread
    this.threads = plan.threads
    this.base = base
    this.place = plan.place
    this.lanes = plan.lanes
    this.batch = plan.source.options.batchSize
    this.#plan = plan
    this.#links = links
    this.#arena = new Arena(plan.regionUsed)
    this.#gradients = new Gradients(this.#arena, plan.place)
    this.#write(name)
  }

  /** First free address of the thread's region. */
  get regionUsed(): number {
    return this.#arena.end
  }

  /** What gradients take of it. */
  get pieces(): readonly Piece[] {
    return this.#arena.pieces
  }

  #write(name: TapeName): void {
    const { graph } = this.model
    for (const node of graph.nodes) emitLayer(this, node, 'forward')
    if (name === 'logits') this.#logits()
    else this.#loss()
    if (this.mode !== 'evaluate') this.#backward(graph.nodes)
    if (this.mode === 'train') this.#update()
    this.barrier()
    this.tape.end()
  }

  #backward(nodes: readonly LayerNode[]): void {
    for (const node of nodes.toReversed()) {
      if (this.model.differentiated.has(node.name)) emitLayer(this, node, 'backward')
    }
  }

  #logits(): void {
    const { classes, output } = this.model.graph
    const image = this.value(output)
    const { predictions, place } = this.#plan
    const to = this.#plan.logits + this.thread * this.lanes * classes * predictions * 4
    for (let token = 0; token < predictions; token++) {
      this.tape.write('FROM_LANES', this.base, {
        to: to + token * classes * 4,
        from: { ...image, at: image.at + token * place },
        count: this.count,
        features: classes,
        stride: classes * predictions,
      })
    }
  }

  #loss(): void {
    const gradient = this.mode === 'evaluate' ? null : this.#make(this.model.graph.output)
    for (let token = 0; token < this.#plan.predictions; token++) this.#lossOf(token, gradient)
  }

  /** The loss of one prediction of every example, and its gradient. */
  #lossOf(token: number, gradient: Image | null): void {
    const { classes, output } = this.model.graph
    const plan = this.#plan
    const { labelSmoothing, loss: kind = 'cross-entropy' } = plan.source.options
    const evaluating = this.mode === 'evaluate'
    const logits = this.value(output)
    const from = token * plan.place
    const loss = {
      logits: this.base + logits.at + from,
      labels: this.base + plan.labels + from,
      weights: this.base + (evaluating ? plan.weights : plan.laneMask),
      gradient: gradient ? this.base + gradient.at + from : 0,
      totals: plan.control.totals + 64 * this.thread,
      classes,
      lanes: this.lanes,
      scale: 1 / (this.batch * plan.predictions),
      smoothing: evaluating ? 0 : labelSmoothing,
      plane: logits.plane,
      gradientPlane: gradient?.plane ?? 0,
    }
    const mixed = evaluating ? null : plan.mixed
    if (kind === 'cross-entropy' && !mixed) {
      this.tape.write('CROSS_ENTROPY', this.base, loss)
      return
    }
    this.tape.write('TARGET_ENTROPY', this.base, {
      ...loss,
      shares: mixed ? this.base + mixed.shares : 0,
      others: mixed ? this.base + mixed.others : 0,
      otherShares: mixed ? this.base + mixed.otherShares : 0,
      binary: kind === 'cross-entropy' ? 0 : 1,
    })
  }

  /** Each thread updates its share of the nonzeros, once all gradients are there. */
  #update(): void {
    this.barrier()
    emitStep(this.tape, this.#plan, this.#links, this.thread, () => {
      this.barrier()
    })
  }

  value(node: string): Image {
    return found(this.#plan.images, node)
  }

  parameter(name: string): number {
    const offset = this.#links.offsets.get(name)
    return offset === undefined ? found(this.#links.statistics, name) : this.#links.values + offset
  }

  get partStride(): number {
    return this.#links.bytes
  }

  gradientPart(name: string, thread = this.thread): number {
    return this.#links.parts + thread * this.#links.bytes + found(this.#links.offsets, name)
  }

  kernel(node: string): LinkedKernel {
    return found(this.#links.kernels, node)
  }

  get partial(): number {
    return this.#links.partial + this.thread * this.#links.partialStride
  }

  get denseScratch(): number {
    return this.#links.denseScratch + this.thread * this.#links.denseStride
  }

  get denseStride(): number {
    return this.#links.denseStride
  }

  memory(layer: string, what: string): number {
    return this.base + found(this.#plan.memory, `${layer}/${what}`)
  }

  shared(layer: string, what: string): number {
    return what === 'foldRows'
      ? found(this.#links.foldRows, layer)
      : found(this.#plan.shared, `${layer}/${what}`)
  }

  table(layer: string, what: string): { readonly at: number; readonly size: number } {
    return found(this.#links.tables, `${layer}/${what}`)
  }

  get laneMask(): number {
    return this.base + this.#plan.laneMask
  }

  get laneAddresses(): number {
    return this.base + this.#plan.laneAddresses
  }

  get count(): number {
    return this.#plan.control.counts + 4 * this.thread
  }

  feed(name: string, bytesAnExample: number): number {
    return found(this.#plan.feeds, name).at + this.thread * this.lanes * bytesAnExample
  }

  barrier(): void {
    const { threads } = this
    if (threads > 1) this.tape.write('BARRIER', 0, { words: this.#plan.control.barrier, threads })
  }

  gradient(node: string): Image | null {
    return this.#gradients.get(this.#root(node))
  }

  owned(node: string): boolean {
    return this.#gradients.owned(this.#root(node))
  }

  replaceGradient(node: string): Image {
    return this.#make(node)
  }

  target(node: string): Target | null {
    if (!this.model.differentiated.has(node)) return null
    const old = this.gradient(node)
    if (!old) return { image: this.#make(node), accumulate: false }
    if (this.owned(node)) return { image: old, accumulate: true }
    const image = this.#make(node)
    const { channels, height, width } = image.geometry
    const extent = { channels, height, bytes: width * this.place }
    this.tape.write('COPY', this.base, { to: image, from: old, ...extent })
    return { image, accumulate: true }
  }

  share(from: string, to: string): boolean {
    if (!this.model.differentiated.has(to)) return true
    return this.#gradients.share(
      this.#root(from),
      this.#root(to),
      found(this.model.values, to).gradientGeometry,
    )
  }

  release(node: string): void {
    this.#gradients.release(this.#root(node))
  }

  #make(node: string): Image {
    const { name, gradientGeometry } = found(this.model.values, node)
    return this.#gradients.make(name, gradientGeometry)
  }

  #root(node: string): string {
    return found(this.model.values, node).name
  }
}

function found<Value>(map: ReadonlyMap<string, Value>, key: string): Value {
  const value = map.get(key)
  if (value === undefined) throw new Error(`${key} is not planned`)
  return value
}
