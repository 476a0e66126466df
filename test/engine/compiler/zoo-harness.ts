/**
 * Whole models against PyTorch: test/oracles-models/models.json, whose maker says how weights come from
 * names.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'vitest'
import { parametersOf } from '../../../src/shared/graph/parameters.ts'
import type { LayerGraph, ParameterSpec } from '../../../src/shared/graph/types.ts'
import { modelSchema } from '../../../src/shared/spec/schema.ts'
import { buildModel } from '../../../src/shared/zoo/index.ts'
import type { Backend, CompileOptions } from '../../../src/engine/program/backend.ts'
import type { Program } from '../../../src/engine/program/types.ts'
import { Builder } from '../../../src/engine/program/builder.ts'
import { gradients } from '../../../src/engine/compiler/gradient.ts'
import { layoutOf, layoutVariables, packState } from '../../../src/engine/program/layout.ts'
import { crossEntropies } from '../../../src/engine/compiler/loss.ts'
import { lowerModel } from '../../../src/engine/compiler/lower.ts'
import { filled, mean } from '../../../src/engine/ops/support/make.ts'
import { inputVocabulary, predictionsOf, sizeOf } from '../../../src/shared/graph/shapes.ts'
import type { OracleTensor } from '../../oracle.ts'

const PRIME = 65537

export interface ModelCase {
  readonly name: string
  readonly model: Readonly<Record<string, unknown>>
  readonly input: readonly number[]
  readonly classes: number
  readonly batch: number
  readonly parameters: number
  readonly entries: number
  readonly logits: OracleTensor
  readonly loss?: number
  /** Norm of each gradient, and its product with `direction.${parameter}`. */
  readonly gradients?: Readonly<Record<string, readonly [number, number]>>
}

/** The models' oracles: `${ORACLES_MODELS ?? test/oracles-models}/models.json`. */
export function modelOracles(): { readonly seed: number; readonly cases: readonly ModelCase[] } {
  const folder = process.env.ORACLES_MODELS ?? join(import.meta.dirname, '../../oracles-models')
  return JSON.parse(readFileSync(join(folder, 'models.json'), 'utf8')) as ReturnType<typeof modelOracles>
}

/** u on [−1/2, 1/2) for every entry of a tensor, from its name. */
export function uniform(name: string, size: number, seed: number): Float64Array {
  let h = 0
  for (const character of name) h = (31 * h + character.charCodeAt(0)) % PRIME
  return Float64Array.from({ length: size }, (_, i) => {
    const x = (7919 * i + 104729 * h + 12345 + seed) % PRIME
    return ((((x * x) % PRIME) * x) % PRIME) / PRIME - 0.5
  })
}

export function parameterValues({ name, role, shape, depthwise }: ParameterSpec, seed: number): Float64Array {
  const fanIn = sizeOf(depthwise ? shape.slice(0, 2) : shape.slice(0, -1))
  return uniform(name, sizeOf(shape), seed).map((u) => {
    switch (role) {
      case 'kernel':
        return u * (2 * Math.sqrt(3 / fanIn))
      case 'bias':
      case 'shift':
      case 'running-mean':
        return 0.2 * u
      case 'scale':
        return 1 + 0.4 * u
      case 'running-variance':
        return 1 + 0.8 * u
      case 'layer-scale':
        return 0.5 + 0.5 * u
      case 'token':
      case 'embedding':
      case 'position':
        return u
    }
  })
}

const labelsOf = (graph: LayerGraph, { batch }: ModelCase): number => batch * predictionsOf(graph)

/** Inputs of a case: numbers, or tokens. */
function inputsOf(graph: LayerGraph, { batch, input }: ModelCase, seed: number): Float64Array {
  const vocabulary = inputVocabulary(graph)
  return uniform('input', batch * sizeOf(input), seed).map((u) =>
    vocabulary === null ? 2 * u : Math.floor((u + 0.5) * vocabulary),
  )
}

/**
 * Two functions: `logits` in evaluation mode, and with gradients `gradients` in training mode, without
 * randomness.
 */
function modelProgram(graph: LayerGraph, given: ModelCase): Program {
  const layout = layoutOf(graph, false)
  const shape = [given.batch, ...given.input]
  const forward = new Builder()
  const { logits } = lowerModel(forward, graph, layout, forward.feed('x', shape), {
    mode: 'evaluate',
    random: false,
  })
  const functions = [forward.finish('logits', [{ name: 'logits', value: logits }])]
  if (given.gradients) {
    const builder = new Builder()
    const trained = lowerModel(builder, graph, layout, builder.feed('x', shape), {
      mode: 'train',
      random: false,
    })
    const loss = mean(
      builder,
      crossEntropies(builder, trained.logits, builder.feed('y', [labelsOf(graph, given)], 'int')),
    )
    const names = [...trained.parameters.keys()].filter((name) => !name.includes('.running-'))
    const values = names.map((name) => trained.parameters.get(name)).filter((value) => value !== undefined)
    const outputs = gradients(builder, [loss], [filled(builder, [], 1)], values).map((value, i) => ({
      name: names[i],
      value: value ?? filled(builder, values[i].type.shape, 0),
    }))
    functions.push(builder.finish('gradients', [{ name: 'loss', value: loss }, ...outputs]))
  }
  return { variables: layoutVariables(layout), functions }
}

/**
 * Builds the model from the zoo, runs it with the weights of its names, and compares everything that is
 * stored.
 */
export async function runModelCase(
  backend: Backend,
  precision: NonNullable<CompileOptions['precision']>,
  given: ModelCase,
  seed: number,
  tolerance: number,
): Promise<void> {
  const graph = buildModel(modelSchema.parse(given.model), given.input, given.classes)
  const specs = parametersOf(graph)
  expect(specs.length, 'number of parameters').toBe(given.parameters)
  expect(
    specs.reduce((total, spec) => total + sizeOf(spec.shape), 0),
    'entries of parameters',
  ).toBe(given.entries)
  const executable = await backend.compile(modelProgram(graph, given), { precision })
  try {
    const Float = precision === 'float64' ? Float64Array : Float32Array
    const parameters = new Map(
      specs.map((spec) => [spec.name, Float.from(parameterValues(spec, seed))] as const),
    )
    executable.writeAll(packState(layoutOf(graph, false), { parameters, masks: new Map() }))
    const x = Float.from(inputsOf(graph, given, seed))
    const { logits } = executable.run('logits', { x })
    const largest = given.logits.data.reduce((most, entry) => Math.max(most, Math.abs(entry)), 0)
    expect(logits.length).toBe(given.logits.data.length)
    given.logits.data.forEach((entry, i) =>
      expect(Math.abs(logits[i] - entry) / largest, `logit ${i}`).toBeLessThan(tolerance),
    )
    if (given.gradients === undefined || given.loss === undefined) return
    const y = Int32Array.from({ length: labelsOf(graph, given) }, (_, i) => i % given.classes)
    const { loss, ...got } = executable.run('gradients', { x, y })
    expect(Math.abs(loss[0] - given.loss) / given.loss, 'loss').toBeLessThan(tolerance)
    expect(Object.keys(got).sort()).toEqual(Object.keys(given.gradients).sort())
    // Biases before batch norm have gradient 0 up to rounding: a part of the largest gradient is their
    // measure.
    const rounding = precision === 'float64' ? 1e-6 : 1e-3
    const least = rounding * Math.max(...Object.values(given.gradients).map(([norm]) => norm))
    for (const [name, [norm, product]] of Object.entries(given.gradients)) {
      const direction = uniform(`direction.${name}`, got[name].length, seed)
      const gradient = Float64Array.from(got[name])
      const measure = norm + least
      expect(Math.abs(Math.hypot(...chunks(gradient)) - norm) / measure, `norm of ${name}`).toBeLessThan(
        tolerance,
      )
      const sum = gradient.reduce((total, entry, i) => total + entry * direction[i], 0)
      expect(Math.abs(sum - product) / measure, `direction of ${name}`).toBeLessThan(tolerance)
    }
  } finally {
    executable.dispose()
  }
}

/** Norms of pieces, so that the norm of the whole does not need all entries as arguments. */
function* chunks(values: Float64Array): Generator<number> {
  for (let from = 0; from < values.length; from += 1024)
    yield Math.hypot(...values.subarray(from, from + 1024))
}
