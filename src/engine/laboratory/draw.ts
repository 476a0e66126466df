/** One matrix or kernel by any scheme, with everything that can be said about it. */
import { BenchError } from '../../shared/contract/errors.ts'
import type { ParameterSpec } from '../../shared/graph/types.ts'
import type { DrawRequest } from '../../shared/laboratory/requests.ts'
import type { Drawing, RotationPath } from '../../shared/laboratory/types.ts'
import { densityPath, rotationsFor } from '../../shared/theory/rotations.ts'
import type { Backend } from '../program/backend.ts'
import { innerDensity } from '../initialization/eoi.ts'
import { weightScheme } from '../initialization/index.ts'
import { approximateIsometry } from '../initialization/isometry.ts'
import { shapeOf } from '../initialization/kernel-shape.ts'
import type { InitialKernel } from '../initialization/types.ts'
import { Stream } from '../rng.ts'
import { judge } from './judge.ts'
import { pictureOf } from './picture.ts'

/** What drawing needs from outside: a clock in milliseconds, and a backend, opened for AI alone. */
export interface DrawTools {
  readonly now: () => number
  readonly backend: (name: string) => Promise<Backend>
  /** Fraction of AI's steps. */
  readonly onProgress?: (fraction: number) => void
  /** Awaited before each of AI's steps; throws to end the drawing. */
  readonly check?: () => void | Promise<void>
}

export interface DrawnKernel {
  readonly parameter: ParameterSpec
  readonly kernel: InitialKernel
  readonly seconds: number
  readonly isometryLoss: readonly number[]
  /** Nonzeros of EOI's matrix after each rotation. */
  readonly nonzeros: readonly number[]
}

const PATH_POINTS = 400

/** The parameter that a drawing stands for; its name is that of the run's layer streams. */
export function drawnParameter({
  shape,
  depthwise,
}: Pick<DrawRequest, 'shape' | 'depthwise'>): ParameterSpec {
  const maskable = { maskable: true, trainable: true, depthwise }
  return { name: 'kernel', layer: 'kernel', role: 'kernel', shape, ...maskable }
}

/**
 * Draws the kernel alone. The same request gives the same numbers (AI: on one backend). Throws BenchError for
 * what the scheme cannot do, saying what nearest works.
 */
export async function drawKernel(request: DrawRequest, tools: DrawTools): Promise<DrawnKernel> {
  const { settings, density } = request
  const parameter = drawnParameter(request)
  shapeOf(parameter)
  if (settings.pairs.kind !== 'uniform' && settings.scheme !== 'eoi') {
    throw new BenchError(
      'bad-input',
      `Guided pairs steer EOI’s rotations; ${settings.scheme} has none. Take scheme eoi, or pairs uniform.`,
      'initialization.pairs.kind',
    )
  }
  const backend = settings.scheme === 'ai' ? await tools.backend(request.backend) : null
  const nonzeros: number[] = []
  const began = tools.now()
  const kernel = weightScheme(settings.scheme)({
    parameter,
    density,
    mask: null,
    settings,
    stream: Stream.root(request.seed).split('initialization').split(parameter.name),
    activation: request.rectifier ? 'relu' : 'linear',
    variant: request.variant,
    onRotation: (_, count) => nonzeros.push(count),
  })
  if (!backend) {
    return { parameter, kernel, seconds: (tools.now() - began) / 1000, isometryLoss: [], nonzeros }
  }
  const { values, loss } = await approximateIsometry({
    layers: [{ name: parameter.name, shape: shapeOf(parameter), values: kernel.values, mask: kernel.mask }],
    steps: settings.aiSteps,
    rate: settings.aiRate,
    gain: settings.gain,
    backend,
    onProgress: tools.onProgress,
    check: tools.check,
  })
  const seconds = (tools.now() - began) / 1000
  const improved = { ...kernel, values: values.get(parameter.name) ?? kernel.values }
  return { parameter, kernel: improved, seconds, isometryLoss: loss, nonzeros }
}

/** Indices 0 … last, at most PATH_POINTS of them, both ends among them. */
function thinned(last: number): number[] {
  if (last < PATH_POINTS) return Array.from({ length: last + 1 }, (_, k) => k)
  return Array.from({ length: PATH_POINTS }, (_, k) => Math.round((k * last) / (PATH_POINTS - 1)))
}

/** The density of EOI's matrix as it was rotated, beside what theory expects. */
function pathOf(request: DrawRequest, { parameter, nonzeros }: DrawnKernel): RotationPath {
  const shape = shapeOf(parameter)
  const entries = shape.inputs * shape.outputs
  const columns = Math.max(shape.inputs, shape.outputs)
  const path = densityPath(nonzeros.length, columns)
  const at = thinned(nonzeros.length)
  const { moreNonzeros, structured } = request.settings
  const target =
    request.shape.length === 4
      ? innerDensity(shape, request.density, moreNonzeros && !structured)
      : structured
        ? 1
        : request.density
  return {
    rotations: at,
    simulated: at.map((t) => (t === 0 ? 1 / columns : nonzeros[t - 1] / entries)),
    expected: at.map((t) => path.density[t]),
    rowDeviation: at.map((t) => path.rowDeviation[t]),
    expectedRotations: request.settings.pairs.kind === 'uniform' ? rotationsFor(target, columns) : null,
    columns,
  }
}

/** Draws, and reports: both of drawKernel and describe. */
export async function draw(request: DrawRequest, tools: DrawTools): Promise<Drawing> {
  return describe(request, await drawKernel(request, tools))
}

/**
 * The report of what was drawn: density reached, residual, singular values, the path of the density, a
 * picture. Singular values are left out, with a note, where they would take minutes.
 */
export function describe(request: DrawRequest, drawn: DrawnKernel): Drawing {
  const { parameter, kernel, seconds } = drawn
  const { settings } = request
  const shape = shapeOf(parameter)
  const { values, mask, notes } = kernel
  const asked =
    settings.scheme === 'sao' ? settings.saoDegree / Math.max(shape.inputs, shape.outputs) : request.density
  const { report, singular } = judge({ parameter, values, mask, asked, gain: settings.gain, notes }, request)
  return {
    shape: request.shape,
    report,
    rotations: kernel.rotations ?? null,
    singular: singular ? [...singular] : null,
    seconds,
    path: settings.scheme === 'eoi' && !shape.depthwise ? pathOf(request, drawn) : null,
    isometryLoss: thinned(Math.max(0, drawn.isometryLoss.length - 1)).flatMap((step) =>
      step in drawn.isometryLoss ? [{ step, loss: drawn.isometryLoss[step] }] : [],
    ),
    picture: pictureOf(shape, values, mask),
  }
}
