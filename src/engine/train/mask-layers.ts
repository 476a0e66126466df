/** The masked kernels of a program: read for an update as layers, and written back. */
import { BenchError } from '../../shared/contract/errors.ts'
import { sizeOf } from '../../shared/graph/shapes.ts'
import { applyUpdate } from '../dynamic/index.ts'
import type { DynamicLayer, MaskUpdate } from '../dynamic/index.ts'
import type { FloatArray } from '../ops/ir.ts'
import type { ParameterLocation } from '../program/types.ts'
import type { KeptRun } from './prepare.ts'

type Gradients = Readonly<Record<string, FloatArray | Int32Array>>

interface OpenLayer extends DynamicLayer {
  /** The mask as the backend holds it, that of the backward pass, and the slots of the weights. */
  readonly masks: FloatArray
  readonly backward: FloatArray | null
  readonly momenta: readonly FloatArray[]
}

/** The layers of one update; what is changed in their arrays is changed in the variables. */
export class MaskLayers {
  readonly layers: readonly OpenLayer[]
  readonly #run: KeptRun
  readonly #variables = new Map<string, FloatArray>()

  constructor(run: KeptRun, gradients: Gradients | null) {
    this.#run = run
    const { layout, program } = run.program
    const slots = new Map<string, string[]>()
    for (const { name, role, of } of program.variables) {
      if (role === 'slot' && of !== undefined) slots.set(of, [...(slots.get(of) ?? []), name])
    }
    const backward = new Map(
      program.variables.flatMap(({ name, role, of = '' }) =>
        role === 'mask' && layout.maskOf.get(of) !== name ? [[of, name] as const] : [],
      ),
    )
    this.layers = maskedKernels(run).map((slot) => {
      const { parameter, variable } = slot
      const mask = layout.maskOf.get(variable)
      if (mask === undefined)
        throw new BenchError('impossible', `${parameter.name} has no mask to update`, 'dynamic.method')
      const masks = this.#slice(mask, slot)
      const other = backward.get(variable)
      const gradient = gradients?.[parameter.name] ?? null
      return {
        parameter,
        weights: this.#slice(variable, slot),
        mask: new Uint8Array(masks),
        gradient: gradient instanceof Int32Array ? null : gradient,
        masks,
        backward: other === undefined ? null : this.#slice(other, slot),
        momenta: (slots.get(variable) ?? []).map((slotName) => this.#slice(slotName, slot)),
      }
    })
  }

  /** Masked weights become 0, and with them their momenta; grown ones start at 0. */
  apply(changes: readonly MaskUpdate[]): void {
    this.layers.forEach(({ masks, weights, momenta }, k) => {
      masks.set(changes[k].mask)
      applyUpdate(changes[k], weights, ...momenta)
    })
  }

  /** Weights stay as they are; momenta end where the backward pass does not reach. */
  applyForward(changes: readonly MaskUpdate[]): void {
    this.layers.forEach(({ masks, backward, momenta }, k) => {
      const { mask, backward: reached } = changes[k]
      masks.set(mask)
      if (!backward || !reached) return
      backward.set(reached)
      for (const momentum of momenta) {
        for (let i = 0; i < momentum.length; i++) if (reached[i] === 0) momentum[i] = 0
      }
    })
  }

  write(): void {
    this.#run.executable.writeAll(this.#variables)
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
