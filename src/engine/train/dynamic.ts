/**
 * Mask updates in training: reads weights, masks and momenta, lets the dynamic method choose, and writes them
 * back.
 */
import { BenchError } from '../../shared/contract/errors.ts'
import { sizeOf } from '../../shared/graph/shapes.ts'
import { needsDenseGradients } from '../../shared/methods/traits.ts'
import type { RunSpec } from '../../shared/spec/schema.ts'
import type { ParameterSlot } from '../program/types.ts'
import { applyUpdate, dropFraction, dynamicMethod, lastUpdate, updatesAt } from '../dynamic/index.ts'
import type { FloatArray } from '../ops/ir.ts'
import type { StepFeeds } from './feeds.ts'
import type { KeptRun } from './prepare.ts'

export class MaskUpdater {
  readonly #spec: RunSpec
  readonly #run: KeptRun
  readonly #feeds: StepFeeds
  /** Masked kernels, and the slots (momenta) of each parameter variable. */
  readonly #kernels: readonly ParameterSlot[]
  readonly #momenta = new Map<string, string[]>()

  constructor(spec: RunSpec, run: KeptRun, feeds: StepFeeds) {
    this.#spec = spec
    this.#run = run
    this.#feeds = feeds
    const { layout, program } = run.program
    this.#kernels = layout.slots.filter(({ parameter }) => parameter.maskable)
    for (const { name, role, of } of program.variables) {
      if (role === 'slot' && of !== undefined) this.#momenta.set(of, [...(this.#momenta.get(of) ?? []), name])
    }
  }

  /**
   * Updates all masks when optimizer step `step` (from 1) is one after which they change. Every layer keeps
   * its number of nonzeros; grown weights and their momenta start at 0. Returns how many connections were
   * newly made.
   */
  async afterStep(step: number): Promise<number | null> {
    const { dynamic } = this.#spec
    const { plan, executable, stream } = this.#run
    if (!updatesAt(dynamic, step, plan.totalSteps)) return null
    const fraction = dropFraction(dynamic.fraction, step, lastUpdate(dynamic, plan.totalSteps))
    const update = dynamicMethod(dynamic.method)
    const gradients = needsDenseGradients(this.#spec)
      ? executable.run('denseGradients', await this.#feeds.data(step - 1))
      : null
    const variables = new Map<string, FloatArray>()
    let activated = 0
    for (const slot of this.#kernels) {
      const { name } = slot.parameter
      const maskVariable = this.#run.program.layout.maskOf.get(slot.variable)
      if (maskVariable === undefined)
        throw new BenchError('impossible', `${name} has no mask to update`, 'dynamic.method')
      const mask = this.#slice(variables, maskVariable, slot)
      const weights = this.#slice(variables, slot.variable, slot)
      const momenta = (this.#momenta.get(slot.variable) ?? []).map((momentum) =>
        this.#slice(variables, momentum, slot),
      )
      const denseGradient = gradients ? gradients[name] : null
      const change = await update(weights, Uint8Array.from(mask), fraction, {
        denseGradient: denseGradient instanceof Int32Array ? null : denseGradient,
        stream: stream.split('mask update', step).split(name),
        settings: dynamic.settings,
        parameter: slot.parameter,
      })
      mask.set(change.mask)
      applyUpdate(change, weights, ...momenta)
      activated += change.activated.length
    }
    executable.writeAll(variables)
    return activated
  }

  /** A kernel's own part of a variable, as a view; the variable is read once per update. */
  #slice(variables: Map<string, FloatArray>, variable: string, slot: ParameterSlot): FloatArray {
    const data = variables.get(variable) ?? this.#run.executable.read(variable)
    variables.set(variable, data)
    if (slot.index === null) return data
    const size = sizeOf(slot.parameter.shape)
    return data.subarray(slot.index * size, (slot.index + 1) * size)
  }
}
