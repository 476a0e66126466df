/** One matrix or kernel by any scheme, with everything that can be said about it. */
import { BenchError } from '../../shared/contract/errors.ts'
import type { ParameterSpec } from '../../shared/graph/types.ts'
import type { DrawRequest } from '../../shared/laboratory/requests.ts'
import type { Drawing, RotationPath } from '../../shared/laboratory/types.ts'
import { thinned } from '../../shared/laboratory/thinned.ts'
import { settingsInVain } from '../../shared/methods/usage.ts'
import { schemeHas } from '../../shared/methods/traits.ts'
import type { Backend } from '../program/backend.ts'
import { weightScheme } from '../initialization/index.ts'
import { kernelShapeOf } from '../initialization/kernel-shape.ts'
import { countOnes } from '../initialization/masks.ts'
import { checkedKernel, checkedRequest } from '../initialization/sanity.ts'
import type { InitialKernel, InitializationRequest, ModelPass, ModelScheme } from '../initialization/types.ts'
import { Stream } from '../rng.ts'
import { judge } from './judge.ts'
import { pictureOf } from './picture.ts'

/**
 * What drawing needs from outside: a clock in milliseconds, and a backend, opened for schemes that descend.
 */
export interface DrawTools {
  readonly now: () => number
  readonly backend: (name: string) => Promise<Backend>
  /** Fraction of the steps of a scheme that descends. */
  readonly onProgress?: (fraction: number) => void
  /** Awaited before each of those steps; throws to end the drawing. */
  readonly check?: () => void | Promise<void>
}

export interface DrawnKernel {
  readonly parameter: ParameterSpec
  readonly kernel: InitialKernel
  readonly seconds: number
  readonly isometryLoss: readonly number[]
  /** How the density grew, where the kernel was rotated. */
  readonly path: RotationPath | null
}

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
  kernelShapeOf(parameter)
  refuseVain(settings)
  const backend = schemeHas(settings, 'optimizes') ? await tools.backend(request.backend) : null
  const nonzeros: number[] = []
  const plain: InitializationRequest = {
    parameter,
    density,
    mask: null,
    settings,
    stream: Stream.root(request.seed).split('initialization').split(parameter.name),
    activation: request.rectifier ? 'relu' : 'linear',
    variant: request.variant,
    onRotation: (_, count) => nonzeros.push(count),
  }
  const places = schemeHas(settings, 'ownsPositions') || schemeHas(settings, 'ownsMask')
  const asked = places ? plain : checkedRequest(plain)
  const scheme = weightScheme(settings.scheme)
  const began = tools.now()
  const { onProgress, check } = tools
  const { kernel: made, loss } =
    'kernel' in scheme
      ? { kernel: await scheme.kernel(asked), loss: [] }
      : await drawAlone(scheme, { kernels: [asked], settings, backend, onProgress, check })
  const seconds = (tools.now() - began) / 1000
  const kernel = places ? checkedKernel(made, plain) : withNote(made, settings)
  return { parameter, kernel, seconds, isometryLoss: loss, path: scheme.path?.(asked, nonzeros) ?? null }
}

/** Tells where a sanity check changes nothing: a single kernel has no scores to choose its positions. */
function withNote(kernel: InitialKernel, { sanity, scheme }: DrawRequest['settings']): InitialKernel {
  if (sanity !== 'shuffled') return kernel
  const note = `The positions of ${scheme} are random here; shuffled they are random again.`
  return { ...kernel, notes: [...kernel.notes, note] }
}

async function drawAlone(
  scheme: ModelScheme,
  pass: ModelPass,
): Promise<{ kernel: InitialKernel; loss: readonly number[] }> {
  const { kernels, loss } = await scheme.model(pass)
  const kernel = kernels.get(pass.kernels[0].parameter.name)
  if (!kernel) throw new Error(`laboratory: ${pass.settings.scheme} made no kernel`)
  return { kernel, loss }
}

/** Refuses settings of other schemes, which would do nothing. */
function refuseVain(settings: DrawRequest['settings']): void {
  const [vain] = settingsInVain('scheme', settings.scheme, settings)
  if (!vain) return
  throw new BenchError(
    'bad-input',
    `${vain.title} is a setting of ${vain.methods.join(' and ')}; ${settings.scheme} does not use it.`,
    `initialization.${vain.name}`,
  )
}

/** Values in descending order. */
function summaryOf(values: Float64Array): NonNullable<Drawing['zeroPadded']> {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  return { singularMean: mean, singularMax: values[0], singularMin: values[values.length - 1] }
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
  const shape = kernelShapeOf(parameter)
  const { values, mask, notes } = kernel
  const asked = schemeHas(settings, 'ownsMask') ? countOnes(mask) / mask.length : request.density
  const { report, singular, zeroPadded } = judge(
    { parameter, values, mask, asked, gain: settings.gain, notes },
    request,
  )
  return {
    shape: request.shape,
    report,
    rotations: kernel.rotations ?? null,
    ...(kernel.overlap && { overlap: kernel.overlap }),
    singular: singular ? [...singular] : null,
    ...(zeroPadded !== undefined && { zeroPadded: zeroPadded && summaryOf(zeroPadded) }),
    seconds,
    path: drawn.path,
    isometryLoss: thinned(Math.max(0, drawn.isometryLoss.length - 1)).flatMap((step) =>
      step in drawn.isometryLoss ? [{ step, loss: drawn.isometryLoss[step] }] : [],
    ),
    picture: pictureOf(shape, values, mask),
  }
}
