/**
 * What changes masks in training: reads weights, masks and momenta at the moments of the method, lets it
 * choose, writes them back, and begins rounds. What it keeps between steps is the `memory` of a checkpoint.
 */
import { needsDenseGradients, dynamicTraits, prunes } from '../../shared/methods/traits.ts'
import type { RunSpec } from '../../shared/spec/schema.ts'
import {
  cubicRemainder,
  dropFraction,
  lastUpdate,
  maskMoments,
  pruningSteps,
} from '../../shared/planning/schedule.ts'
import { dynamicMethod, maskMethod, modelDynamic } from '../dynamic/index.ts'
import type { MaskUpdate, PrunedLayer, PruningMoment } from '../dynamic/index.ts'
import { entriesOf } from '../dynamic/mask.ts'
import { countOnes } from '../initialization/masks.ts'
import { inRoom } from '../linalg/room.ts'
import type { FloatArray } from '../ops/ir.ts'
import type { Stream } from '../rng.ts'
import type { PruningTargets } from './densities.ts'
import { Exploration } from './exploration.ts'
import type { StepFeeds } from './feeds.ts'
import { MaskLayers } from './mask-layers.ts'
import type { KnownLayers } from './mask-layers.ts'
import { MaskNotes } from './mask-notes.ts'
import { OperationCounter } from './operations.ts'
import type { KernelCounts } from './operations.ts'
import { endedRound } from '../../shared/planning/plan.ts'
import type { KeptRun } from './prepare.ts'
import { RoundMemory } from './round-memory.ts'
import { SmoothedGradients } from './smoothed-gradients.ts'

type Memory = ReadonlyMap<string, FloatArray>

/** What an update did. */
export interface MaskChange {
  /** Connections that were off before. */
  readonly grown: number
  /** Density before it. */
  readonly densityBefore: number
  /** ITOP's rate: connections that were ever on, over all. */
  readonly exploration: number
  /** What there is to tell, in sentences. */
  readonly notes: readonly string[]
}

/** A layer and the mask that is now in force, as an update gives it. */
interface SeenMask {
  readonly layer: PrunedLayer
  readonly now: Pick<MaskUpdate, 'mask' | 'on' | 'backward'>
  /** Entries that are on now and were off before; null where nothing was seen before. */
  readonly added: Int32Array | null
}

/** Changes the masks of a run at its method's moments, beside the steps that the trainer takes. */
export class MaskUpdater {
  readonly #spec: RunSpec
  readonly #run: KeptRun
  readonly #feeds: StepFeeds
  readonly #updates: (step: number) => boolean
  readonly #exploration = new Exploration()
  readonly #rounds: RoundMemory
  readonly #smoothed: SmoothedGradients | null
  readonly #operations: OperationCounter
  readonly #notes = new MaskNotes()
  readonly #known: KnownLayers = { masks: new Map(), weights: new Map() }
  #density = 1
  #targets: PruningTargets | null

  constructor(spec: RunSpec, run: KeptRun, feeds: StepFeeds) {
    this.#spec = spec
    this.#run = run
    this.#feeds = feeds
    const { plan } = run
    const ends = plan.rounds.slice(0, -1).map(({ start, steps }) => start + steps)
    this.#updates = maskMoments(spec, plan.totalSteps, new Set(ends))
    this.#rounds = new RoundMemory(spec, run)
    this.#smoothed = dynamicTraits(spec).smoothedGradients
      ? new SmoothedGradients(run, feeds, spec.dynamic.smoothing)
      : null
    this.#operations = new OperationCounter(spec, run.graph)
    this.#targets = run.targets
  }

  /** Whether steps end here, since masks change or something of them is kept. */
  due(step: number): boolean {
    return this.#smoothed !== null || this.#updates(step) || this.#rounds.keepsAt(step)
  }

  /** Floating-point operations of all steps and updates so far, counted from the masks that they had. */
  get operations(): number {
    return this.#operations.total
  }

  /** Nonzeros over entries of all masked kernels, as they are now. */
  get density(): number {
    return this.#density
  }

  /** Takes over what a checkpoint kept. */
  restore(memory: Memory): void {
    this.#exploration.restore(memory)
    this.#rounds.restore(memory)
    this.#smoothed?.restore(memory)
    this.#operations.restore(memory)
    const [from, to] = [memory.get('pruning:from'), memory.get('pruning:to')]
    if (from && to) this.#targets = { from: Float64Array.from(from), to: Float64Array.from(to) }
  }

  memory(): Map<string, FloatArray> {
    const targets: [string, FloatArray][] = this.#targets
      ? [
          ['pruning:from', this.#targets.from],
          ['pruning:to', this.#targets.to],
        ]
      : []
    return new Map([
      ...targets,
      ...this.#exploration.memory(),
      ...this.#rounds.memory(),
      ...(this.#smoothed?.memory() ?? []),
      ...this.#operations.memory(),
    ])
  }

  /** Before the first step: what is on counts as explored, and a method may choose at once. */
  async begin(step: number): Promise<MaskChange | null> {
    this.#known.masks.clear()
    const open = new MaskLayers(this.#run, null, this.#known)
    this.#see(
      open.layers.map((layer) => {
        const backward = open.backward(layer.slot)
        const reached = backward ? { backward: Uint8Array.from(backward) } : {}
        return { layer, now: { mask: layer.mask, ...reached }, added: null }
      }),
    )
    return step === 0 ? this.afterStep(0) : null
  }

  /** Before a step (from 0) that is taken alone. */
  async beforeStep(step: number): Promise<void> {
    await this.#smoothed?.take(step)
  }

  /** Counts steps that were just taken. */
  counted(steps: number): void {
    this.#operations.add(steps)
  }

  /**
   * Updates all masks when `step` steps (of all) are done and they change then, and begins the next round
   * where one ended.
   */
  async afterStep(step: number): Promise<MaskChange | null> {
    this.#rounds.keep(step)
    if (!this.#updates(step)) return null
    const { executable, stream } = this.#run
    const dense = needsDenseGradients(this.#spec)
    if (dense && !this.#smoothed) this.#operations.addGradients()
    const gradients =
      this.#smoothed?.values() ??
      (dense ? executable.run('denseGradients', await this.#feeds.data(Math.max(0, step - 1))) : null)
    const targets = prunes(this.#spec) ? this.#targets : null
    const open = (): MaskLayers => new MaskLayers(this.#run, gradients, this.#known, targets)
    const now = this.#moment(step)
    const own = stream.split('mask update', step)
    const method = maskMethod(this.#spec.dynamic.method)
    if (!method) {
      const layers = open()
      return this.#carryOut(layers, await this.#ownChanges(layers.layers, now, own), step)
    }
    return inRoom(() => {
      const layers = open()
      return this.#carryOut(layers, method(layers.layers, now, this.#spec.dynamic, own), step)
    }, executable.workshop)
  }

  #carryOut(open: MaskLayers, changes: readonly MaskUpdate[], step: number): MaskChange {
    if (dynamicTraits(this.#spec).forwardMask) open.applyForward(changes)
    else open.apply(changes)
    this.#keep(open.layers, changes)
    if (this.#endsRound(step)) this.#rounds.begin()
    return this.#told(open.layers, changes)
  }

  /** The masks that are in force now, where there are no lists of them. */
  #keep(layers: readonly PrunedLayer[], changes: readonly MaskUpdate[]): void {
    layers.forEach(({ parameter, nonzeros }, k) => {
      if (!nonzeros) this.#known.masks.set(parameter.name, changes[k].mask)
    })
  }

  /** Masked weights become exactly 0 after the last step, where they were kept beside the mask. */
  finish(): void {
    if (!dynamicTraits(this.#spec).forwardMask) return
    const open = new MaskLayers(this.#run, null, this.#known)
    for (const { weights, mask } of open.layers) {
      for (let k = 0; k < weights.length; k++) if (mask[k] === 0) weights[k] = 0
    }
    open.write()
  }

  /** Whether a round ends after so many steps and another begins. */
  #endsRound(step: number): boolean {
    return step < this.#run.plan.totalSteps && endedRound(this.#run.plan, step) !== null
  }

  #told(layers: readonly PrunedLayer[], changes: readonly MaskUpdate[]): MaskChange {
    const masks = layers.map((layer, k) => {
      const { grown, added = grown } = changes[k]
      return { layer, now: changes[k], added }
    })
    const before = this.#density
    const counts = this.#see(masks)
    return {
      grown: masks.reduce((sum, { added }) => sum + added.length, 0),
      densityBefore: before,
      exploration: this.#exploration.rate,
      notes: this.#notes.of(counts),
    }
  }

  /** Takes note of the masks in force, and counts them. */
  #see(masks: readonly SeenMask[]): readonly KernelCounts[] {
    for (const { layer, now, added } of masks)
      this.#exploration.see(layer.parameter.name, () => now.mask, added)
    const counts = masks.map(({ layer, now }) => {
      const { on, backward } = now
      const kept = on ? on.length : countOnes(now.mask)
      return { name: layer.parameter.name, kept, updated: backward ? countOnes(backward) : kept }
    })
    this.#operations.set(counts)
    const entries = masks.reduce((sum, { layer }) => sum + entriesOf(layer), 0)
    this.#density = entries > 0 ? counts.reduce((sum, { kept }) => sum + kept, 0) / entries : 1
    return counts
  }

  #moment(step: number): PruningMoment {
    const { dynamic } = this.#spec
    const { plan } = this.#run
    const { moments = 'interval' } = dynamicTraits(this.#spec)
    const schedule = pruningSteps(dynamic, plan.totalSteps)
    const end =
      moments === 'schedule' ? schedule.t0 + schedule.n * schedule.dt : lastUpdate(dynamic, plan.totalSteps)
    const begin = moments === 'schedule' ? schedule.t0 : 0
    const cosine = dropFraction(dynamic.fraction, step - begin, end - begin, dynamic.fractionEnd)
    const constant = dynamicTraits(this.#spec).exchanges && dynamic.fractionDecay === 'constant'
    return {
      step,
      steps: plan.totalSteps,
      fraction: constant ? dynamic.fraction : cosine,
      remaining: moments === 'schedule' ? cubicRemainder(step, schedule) : 0,
      last: endedRound(plan, step) === plan.rounds.length - 2,
    }
  }

  /** Of a method of the user's own. */
  async #ownChanges(
    layers: readonly PrunedLayer[],
    now: PruningMoment,
    stream: Stream,
  ): Promise<readonly MaskUpdate[]> {
    const { method, settings } = this.#spec.dynamic
    const together = modelDynamic(method)
    if (together) return together(layers, now, settings, stream)
    const update = dynamicMethod(method)
    const changes: MaskUpdate[] = []
    for (const { parameter, weights, mask, gradient } of layers) {
      const sources = { denseGradient: gradient, stream: stream.split(parameter.name), settings, parameter }
      changes.push(await update(weights, mask, now.fraction, sources))
    }
    return changes
  }
}
