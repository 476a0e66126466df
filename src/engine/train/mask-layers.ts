/** The masked kernels of a program: read for an update as layers, and written back. */
import { BenchError } from '../../shared/contract/errors.ts'
import { sizeOf } from '../../shared/graph/shapes.ts'
import { applyUpdate } from '../dynamic/index.ts'
import type { DynamicLayer, MaskUpdate } from '../dynamic/index.ts'
import type { FloatArray } from '../ops/ir.ts'
import type { ParameterLocation } from '../program/types.ts'
import type { KeptRun } from './prepare.ts'

type Gradients = Readonly<Record<string, FloatArray | Int32Array>>

/** What updates need not make anew. */
export interface KnownLayers {
  /** Masks of the kernels by name: they change by updates alone, and are read once. */
  readonly masks: Map<string, Uint8Array>
  /** Variables of weights as an update read them, to be filled again. */
  readonly weights: Map<string, FloatArray>
}

interface OpenLayer extends DynamicLayer {
  readonly slot: ParameterLocation
}

/** The layers of one update; what is changed in their arrays is changed in the variables. */
export class MaskLayers {
  readonly layers: readonly OpenLayer[]
  readonly #run: KeptRun
  readonly #variables = new Map<string, FloatArray>()

  /** `known` is filled where it lacks something. */
  constructor(run: KeptRun, gradients: Gradients | null, known: KnownLayers) {
    this.#run = run
    for (const name of new Set(maskedKernels(run).map(({ variable }) => variable))) {
      const weights = run.executable.read(name, known.weights.get(name))
      known.weights.set(name, weights)
      this.#variables.set(name, weights)
    }
    this.layers = maskedKernels(run).map((slot) => {
      const { parameter, variable } = slot
      const gradient = gradients?.[parameter.name] ?? null
      const mask = known.masks.get(parameter.name) ?? Uint8Array.from(this.#slice(this.#maskOf(slot), slot))
      known.masks.set(parameter.name, mask)
      return {
        slot,
        parameter,
        mask,
        weights: this.#slice(variable, slot),
        gradient: gradient instanceof Int32Array ? null : gradient,
      }
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
    this.layers.forEach(({ slot, weights }, k) => {
      this.#slice(this.#maskOf(slot), slot).set(changes[k].mask)
      applyUpdate(changes[k], weights, ...this.#momenta(slot))
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
