/**
 * EOI for every kind of kernel: dense, convolution (delta-orthogonal embedding), depthwise; and the
 * structured variant.
 */
import { eoiMatrix, leastDensity } from './eoi-matrix.ts'
import { patternedMatrix } from './givens-qr.ts'
import type { PatternOverlap } from './givens-qr.ts'
import { patternMask } from './patterns.ts'
import { centreOffset, matrixShape, kernelShapeOf } from './kernel-shape.ts'
import type { KernelShape } from './kernel-shape.ts'
import { countOnes, unmask } from './masks.ts'
import { pairRule } from './pairs.ts'
import type { InitialKernel, InitializationRequest, MakeKernel } from './types.ts'

/**
 * Density of H inside a kernel of density d: d itself, or, with more nonzeros, min(min(d·k², 1), √d); never
 * below one nonzero a row (methods: the kernel's density is then what is achieved, not what is asked).
 */
export function innerDensity(shape: KernelShape, density: number, moreNonzeros: boolean): number {
  const taps = shape.height * shape.width
  const asked = moreNonzeros ? Math.min(Math.min(density * taps, 1), Math.sqrt(density)) : density
  return Math.max(asked, leastDensity(shape.inputs, shape.outputs))
}

/** Channels of an image, at most. */
const IMAGE_CHANNELS = 3

/** Whether a convolution is left dense although filters are removed elsewhere. */
function staysDense({ inputs }: KernelShape, settings: InitializationRequest['settings']): boolean {
  return settings.structured && settings.denseInput && inputs <= IMAGE_CHANNELS
}

/** The density of the matrix that a kernel holds: H of a convolution, the whole of a dense kernel. */
export function matrixDensity({ parameter, settings, density }: InitializationRequest): number {
  const { structured, moreNonzeros } = settings
  if (matrixShape(parameter).length === 2) return structured ? 1 : density
  if (staysDense(kernelShapeOf(parameter), settings)) return 1
  return innerDensity(kernelShapeOf(parameter), density, moreNonzeros && !structured)
}

/**
 * Opens random masked entries, values 0, until the kernel has round(density · entries); says so when H alone
 * has more.
 */
function fill(mask: Uint8Array, density: number, request: InitializationRequest): string[] {
  const held = countOnes(mask)
  const target = Math.round(density * mask.length)
  unmask(mask, target - held, request.stream.split('unmask'))
  if (held <= target) return []
  return [
    `Density ${density.toPrecision(4)} is less than H needs; ` +
      `the kernel has ${(held / mask.length).toPrecision(4)}.`,
  ]
}

/**
 * As the EOI paper's public code has it: the channels' centres are one vector of norm σ_w, rotated as a 1 ×
 * channels matrix, so that most channels begin at 0.
 */
function publishedDepthwise(request: InitializationRequest, shape: KernelShape): InitialKernel {
  const { parameter, settings, density, stream } = request
  const vector: KernelShape = { ...shape, outputs: shape.channels, channels: 1, depthwise: false }
  const { structured } = settings
  const h = eoiMatrix({
    rows: 1,
    cols: shape.channels,
    density: innerDensity(vector, density, settings.moreNonzeros && !structured),
    gain: settings.gain,
    angles: settings.angles,
    start: settings.start,
    stream: stream.split('values'),
    onRotation: request.onRotation,
  })
  const values = new Float64Array(shape.entries)
  const mask = new Uint8Array(shape.entries)
  values.set(h.values, centreOffset(shape, parameter.name))
  if (structured) {
    for (let start = 0; start < mask.length; start += h.mask.length) mask.set(h.mask, start)
    return { values, mask, rotations: h.rotations, notes: [] }
  }
  mask.set(h.mask, centreOffset(shape, parameter.name))
  return { values, mask, rotations: h.rotations, notes: fill(mask, density, request) }
}

function depthwise(request: InitializationRequest, shape: KernelShape): InitialKernel {
  if (request.variant === 'published' && shape.channels > 1) return publishedDepthwise(request, shape)
  const values = new Float64Array(shape.entries)
  const mask = new Uint8Array(shape.entries)
  const offset = centreOffset(shape, request.parameter.name)
  const signs = request.stream.split('values')
  for (let channel = 0; channel < shape.channels; channel++) {
    values[offset + channel] = signs.integer(2) === 0 ? request.settings.gain : -request.settings.gain
    mask[offset + channel] = 1
  }
  return {
    values,
    mask,
    rotations: 0,
    notes: fill(mask, request.settings.structured ? 1 : request.density, request),
  }
}

function convolution(request: InitializationRequest, shape: KernelShape): InitialKernel {
  const { parameter, settings, density } = request
  const offset = centreOffset(shape, parameter.name)
  const { structured } = settings
  const h = matrixOf(request, shape)
  const values = new Float64Array(shape.entries)
  const mask = new Uint8Array(shape.entries)
  values.set(h.values, offset)
  if (staysDense(shape, settings)) {
    return { values, mask: mask.fill(1), rotations: h.rotations, ...patternNotes(h, []) }
  }
  if (!structured) {
    mask.set(h.mask, offset)
    return { values, mask, rotations: h.rotations, ...patternNotes(h, fill(mask, density, request)) }
  }
  for (let start = 0; start < mask.length; start += h.mask.length) mask.set(h.mask, start)
  return { values, mask, rotations: h.rotations, ...patternNotes(h, []) }
}

/** The matrix of a dense kernel, or H of a convolution: rotated up to the density, or after a pattern. */
function matrixOf(request: InitializationRequest, shape: KernelShape): SteeredMatrix {
  const { settings } = request
  const { inputs: rows, outputs: cols } = shape
  const stream = request.stream.split('values')
  const { gain } = settings
  if (settings.pattern.kind !== 'none') {
    const pattern = patternMask(rows, cols, settings.pattern, stream.split('pattern'))
    return patternedMatrix({ rows, cols, gain, stream }, pattern)
  }
  return eoiMatrix({
    rows,
    cols,
    density: matrixDensity(request),
    gain,
    angles: settings.angles,
    start: settings.start,
    stream,
    pairs: request.pairs ?? pairRule(settings.pairs),
    onRotation: request.onRotation,
  })
}

interface SteeredMatrix {
  readonly values: Float64Array
  readonly mask: Uint8Array
  readonly rotations: number
  readonly overlap?: PatternOverlap
}

/** What a pattern came to, as notes and as numbers. */
function patternNotes({ overlap }: SteeredMatrix, notes: string[]): Pick<InitialKernel, 'notes' | 'overlap'> {
  if (!overlap) return { notes }
  const percent = (share: number): string => `${(100 * share).toFixed(1)} %`
  const told =
    `Pattern of ${overlap.positions} positions: ${percent(overlap.inside)} of the kept positions lie ` +
    `inside, ${percent(overlap.used)} of its positions are used.`
  return { notes: [told, ...notes], overlap }
}

/**
 * Exact Orthogonal Initialization. Takes the density only; the positions are its own.
 *
 * Dense kernels are an EOI matrix. Kernels hold H at the centre, and random other entries are opened, with
 * value 0, up to the density. Depthwise kernels hold ±σ_w at the centre of each channel (variant published:
 * one vector of norm σ_w over the channels). `structured`: dense kernels stay dense, convolutions keep
 * whole filters where H is nonzero (with `denseInput`, those of an image's channels whole). Throws
 * BenchError('impossible') for even kernels, and for dense kernels below the least density.
 */
export const eoi: MakeKernel = (request) => {
  const { parameter } = request
  const shape = kernelShapeOf(parameter)
  if (shape.depthwise) return depthwise(request, shape)
  if (matrixShape(parameter).length === 4) return convolution(request, shape)
  const matrix = matrixOf(request, shape)
  const { values, mask, rotations } = matrix
  return { values, mask, rotations, ...patternNotes(matrix, []) }
}
