/**
 * Mask updates in training: reads weights, masks and momenta, lets the dynamic method choose, and writes them
 * back.
 */
import { BenchError } from '../../shared/contract/errors.ts'
import { sizeOf } from '../../shared/graph/shapes.ts'
import { needsDenseGradients } from '../../shared/methods/traits.ts'
import type { RunSpec } from '../../shared/spec/schema.ts'
import type { ParameterLocation } from '../program/types.ts'
import {
  applyUpdate,
  dropFraction,
  dynamicMethod,
  lastUpdate,
  modelDynamic,
  updatesAt,
} from '../dynamic/index.ts'
import type { DynamicLayer, DynamicMoment, MaskUpdate } from '../dynamic/index.ts'
import { countOnes } from '../initialization/masks.ts'
import type { FloatArray } from '../ops/ir.ts'
import type { Stream } from '../rng.ts'
import type { StepFeeds } from './feeds.ts'
import type { KeptRun } from './prepare.ts'

/** What an update did. */
export interface MaskChange {
  /** Connections that were off before. */
  readonly grown: number
  /** Nonzeros over entries of all masked kernels. */
  readonly density: number
}

interface UpdatedLayer extends DynamicLayer {
  /** The mask as the backend holds it, and the slots of the weights. */
  readonly masks: FloatArray
  readonly momenta: readonly FloatArray[]
}

export class MaskUpdater {
  readonly #spec: RunSpec
  readonly #run: KeptRun
  readonly #feeds: StepFeeds
  /** Masked kernels, and the slots (momenta) of each parameter variable. */
  readonly #kernels: readonly ParameterLocation[]
  readonly #momenta = new Map<string, string[]>()

  constructor(spec: RunSpec, run: KeptRun, feeds: StepFeeds) {
    this.#spec = spec
    this.#run = run
    this.#feeds = feeds
    const { layout, program } = run.program
    this.#kernels = layout.locations.filter(({ parameter }) => parameter.maskable)
    for (const { name, role, of } of program.variables) {
      if (role === 'slot' && of !== undefined) this.#momenta.set(of, [...(this.#momenta.get(of) ?? []), name])
    }
  }

  /**
   * Updates all masks when optimizer step `step` (from 1) is one after which they change. Grown weights and
   * their momenta start at 0. Returns how many connections were newly made, and the density that the masked
   * kernels have now.
   */
  async afterStep(step: number): Promise<MaskChange | null> {
    const { dynamic } = this.#spec
    const { plan, executable, stream } = this.#run
    if (!updatesAt(dynamic, step, plan.totalSteps)) return null
    const fraction = dropFraction(dynamic.fraction, step, lastUpdate(dynamic, plan.totalSteps))
    const gradients = needsDenseGradients(this.#spec)
      ? executable.run('denseGradients', await this.#feeds.data(step - 1))
      : null
    const variables = new Map<string, FloatArray>()
    const layers = this.#kernels.map((location) => this.#layer(variables, location, gradients))
    const now = { step, steps: plan.totalSteps, fraction }
    const changes = await this.#changes(layers, now, stream.split('mask update', step))
    let grown = 0
    let kept = 0
    let entries = 0
    layers.forEach(({ masks, weights, momenta }, k) => {
      const change = changes[k]
      masks.set(change.mask)
      applyUpdate(change, weights, ...momenta)
      grown += change.activated.length
      kept += countOnes(change.mask)
      entries += change.mask.length
    })
    executable.writeAll(variables)
    return { grown, density: kept / entries }
  }

  async #changes(
    layers: readonly UpdatedLayer[],
    now: DynamicMoment,
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

  /** A masked kernel as an update sees it; what is changed in its arrays is changed in the variables. */
  #layer(
    variables: Map<string, FloatArray>,
    location: ParameterLocation,
    gradients: Readonly<Record<string, FloatArray | Int32Array>> | null,
  ): UpdatedLayer {
    const { name } = location.parameter
    const maskVariable = this.#run.program.layout.maskOf.get(location.variable)
    if (maskVariable === undefined)
      throw new BenchError('impossible', `${name} has no mask to update`, 'dynamic.method')
    const masks = this.#slice(variables, maskVariable, location)
    const gradient = gradients ? gradients[name] : null
    return {
      parameter: location.parameter,
      weights: this.#slice(variables, location.variable, location),
      mask: Uint8Array.from(masks),
      gradient: gradient instanceof Int32Array ? null : gradient,
      masks,
      momenta: (this.#momenta.get(location.variable) ?? []).map((momentum) =>
        this.#slice(variables, momentum, location),
      ),
    }
  }

  /** A kernel's own part of a variable, as a view; the variable is read once per update. */
  #slice(variables: Map<string, FloatArray>, variable: string, location: ParameterLocation): FloatArray {
    const data = variables.get(variable) ?? this.#run.executable.read(variable)
    variables.set(variable, data)
    if (location.index === null) return data
    const size = sizeOf(location.parameter.shape)
    return data.subarray(location.index * size, (location.index + 1) * size)
  }
}
