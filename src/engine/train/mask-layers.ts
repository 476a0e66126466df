/** The masked kernels of a program: read for an update as layers, and written back. */
import { BenchError } from '../../shared/contract/errors.ts'
import { sizeOf } from '../../shared/graph/shapes.ts'
import { applyUpdate } from '../dynamic/index.ts'
import type { MaskUpdate, PrunedLayer } from '../dynamic/index.ts'
import { withOnes } from '../dynamic/lists.ts'
import type { FloatArray } from '../ops/ir.ts'
import type { KernelNonzeros } from '../program/backend.ts'
import type { ParameterLocation } from '../program/types.ts'
import type { PruningTargets } from './densities.ts'
import type { KeptRun } from './prepare.ts'

type Gradients = Readonly<Record<string, FloatArray | Int32Array>>

/** What updates need not make anew. */
export interface KnownLayers {
  /** Masks of the kernels by name, where there are no lists. They change by updates alone: read once. */
  readonly masks: Map<string, Uint8Array>
  /** Variables of weights as an update read them, to be filled again. */
  readonly weights: Map<string, FloatArray>
}

/** What of a layer is looked at last comes to be at the first look. */
class OpenLayer implements PrunedLayer {
  readonly slot: ParameterLocation
  readonly parameter: ParameterLocation['parameter']
  readonly entries: number
  readonly gradient: FloatArray | null
  readonly nonzeros: KernelNonzeros | undefined
  readonly from: number
  readonly to: number
  readonly #read: Readonly<{ weights: () => FloatArray; mask: () => Uint8Array }>
  #weights: FloatArray | null = null
  #mask: Uint8Array | null = null

  constructor(
    slot: ParameterLocation,
    layer: Pick<OpenLayer, 'gradient' | 'nonzeros' | 'from' | 'to'>,
    read: Readonly<{ weights: () => FloatArray; mask: () => Uint8Array }>,
  ) {
    this.slot = slot
    this.parameter = slot.parameter
    this.entries = sizeOf(slot.parameter.shape)
    this.gradient = layer.gradient
    this.nonzeros = layer.nonzeros
    this.from = layer.from
    this.to = layer.to
    this.#read = read
  }

  get mask(): Uint8Array {
    const { nonzeros } = this
    return (this.#mask ??= nonzeros ? withOnes(this.entries, nonzeros.on) : this.#read.mask())
  }

  get weights(): FloatArray {
    return (this.#weights ??= this.#read.weights())
  }
}

/** The layers of one update; what is changed in their arrays is changed in the variables. */
export class MaskLayers {
  readonly layers: readonly OpenLayer[]
  readonly #run: KeptRun
  readonly #known: KnownLayers
  readonly #variables = new Map<string, FloatArray>()

  /** `known` is filled where it lacks something; `targets` are those of a run that prunes. */
  constructor(
    run: KeptRun,
    gradients: Gradients | null,
    known: KnownLayers,
    targets: PruningTargets | null = null,
  ) {
    this.#run = run
    this.#known = known
    this.layers = maskedKernels(run).map((slot, k) => {
      const { parameter } = slot
      const gradient = gradients?.[parameter.name] ?? null
      const layer = {
        gradient: gradient instanceof Int32Array ? null : gradient,
        nonzeros: run.executable.nonzeros?.(parameter.name),
        from: targets?.from[k] ?? 1,
        to: targets?.to[k] ?? 1,
      }
      return new OpenLayer(slot, layer, {
        weights: () => this.#weights(slot),
        mask: () => this.#knownMask(slot),
      })
    })
  }

  /** The mask of the backward pass of a kernel, where it has one; a view. */
  backward(slot: ParameterLocation): FloatArray | null {
    const { layout, program } = this.#run.program
    const forward = layout.maskOf.get(slot.variable)
    const found = program.variables.find(
      ({ name, role, of }) => role === 'mask' && of === slot.variable && name !== forward,
    )
    return found ? this.#slice(found.name, slot) : null
  }

  /** Masked weights become 0, and with them their momenta; grown ones start at 0. */
  apply(changes: readonly MaskUpdate[]): void {
    const { executable } = this.#run
    if (executable.changeMasks) {
      executable.changeMasks(
        new Map(this.layers.map(({ parameter }, k) => [parameter.name, changes[k]] as const)),
      )
      return
    }
    this.layers.forEach((layer, k) => {
      const { slot } = layer
      this.#slice(this.#maskOf(slot), slot).set(changes[k].mask)
      applyUpdate(changes[k], layer.weights, ...this.#momenta(slot))
    })
    this.write()
  }

  /** Weights stay as they are; momenta end where the backward pass does not reach. */
  applyForward(changes: readonly MaskUpdate[]): void {
    this.layers.forEach(({ slot }, k) => {
      const { mask, backward: reached } = changes[k]
      this.#slice(this.#maskOf(slot), slot).set(mask)
      const backward = this.backward(slot)
      if (!backward || !reached) return
      backward.set(reached)
      for (const momentum of this.#momenta(slot)) {
        for (let i = 0; i < momentum.length; i++) if (reached[i] === 0) momentum[i] = 0
      }
    })
    this.write()
  }

  /** Writes what was read, with the changes made in it. */
  write(): void {
    this.#run.executable.writeAll(this.#variables)
  }

  #maskOf({ variable, parameter }: ParameterLocation): string {
    const mask = this.#run.program.layout.maskOf.get(variable)
    if (mask !== undefined) return mask
    throw new BenchError('impossible', `${parameter.name} has no mask to update`, 'dynamic.method')
  }

  #momenta(slot: ParameterLocation): FloatArray[] {
    const slots = this.#run.program.program.variables.filter(
      ({ role, of }) => role === 'slot' && of === slot.variable,
    )
    return slots.map(({ name }) => this.#slice(name, slot))
  }

  #knownMask(slot: ParameterLocation): Uint8Array {
    const { masks } = this.#known
    const { name } = slot.parameter
    const mask = masks.get(name) ?? Uint8Array.from(this.#slice(this.#maskOf(slot), slot))
    masks.set(name, mask)
    return mask
  }

  /** As #slice; the weights' variable is read into the array of the update before. */
  #weights(slot: ParameterLocation): FloatArray {
    const { variable } = slot
    if (!this.#variables.has(variable)) {
      const weights = this.#run.executable.read(variable, this.#known.weights.get(variable))
      this.#known.weights.set(variable, weights)
      this.#variables.set(variable, weights)
    }
    return this.#slice(variable, slot)
  }

  /** A kernel's own part of a variable, as a view; the variable is read once per update. */
  #slice(variable: string, { index, parameter }: ParameterLocation): FloatArray {
    const data = this.#variables.get(variable) ?? this.#run.executable.read(variable)
    this.#variables.set(variable, data)
    if (index === null) return data
    const size = sizeOf(parameter.shape)
    return data.subarray(index * size, (index + 1) * size)
  }
}

/** The slots of the kernels that have masks, in the order of the layers. */
export const maskedKernels = ({ program }: KeptRun): readonly ParameterLocation[] =>
  program.layout.locations.filter(({ parameter }) => parameter.maskable)
