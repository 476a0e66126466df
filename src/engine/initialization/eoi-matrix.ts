/** Exact Orthogonal Initialization of a matrix (arXiv 2406.01755, algorithm 1). */
import { BenchError } from '../../shared/contract/errors.ts'
import type { Stream } from '../rng.ts'
import { angleSampler, exactRotation, mixes } from './angles.ts'
import type { AngleSettings, Rotation } from './angles.ts'
import { GivensMatrix } from './givens.ts'
import { pairSampler, reachableDensity } from './pairs.ts'
import type { Pair, PairRule } from './pairs.ts'

export interface EoiMatrixRequest {
  /** Shape of the matrix, [in, out] of a dense kernel; wide, tall or square. */
  readonly rows: number
  readonly cols: number
  /** Target density, from 1 / max(rows, cols) to 1. */
  readonly density: number
  /** σ_w: rows (columns if tall) have this norm. Default 1. */
  readonly gain?: number
  readonly angles?: AngleSettings
  readonly pairs?: PairRule
  /** What is rotated: the identity, or a random permutation of its columns. Default identity. */
  readonly start?: 'identity' | 'permutation'
  readonly stream: Stream
  /** Told the number of nonzeros after each rotation that was kept, for the picture of the path. */
  readonly onRotation?: (rotations: number, nonzeros: number) => void
}

export interface EoiMatrix {
  /** [rows, cols], row-major; exactly 0 where the mask is 0. */
  readonly values: Float64Array
  readonly mask: Uint8Array
  readonly nonzeros: number
  readonly density: number
  readonly rotations: number
}

const UNIFORM_ANGLES: AngleSettings = { kind: 'uniform', degrees: 80, from: 0, to: 90 }

/** Rotations without a new nonzero after which a pair sampler is taken to be stuck: this many per column. */
const STUCK = 2000

/**
 * Work space kept between calls, up to this many entries: a deep network asks for one shape a thousand times.
 */
const KEPT_ENTRIES = 1 << 18
let kept: GivensMatrix | null = null

/** The identity to rotate. Whoever takes the kept work space has it alone until `giveBack`. */
function takeMatrix(short: number, long: number): GivensMatrix {
  if (kept?.rows !== short || kept.cols !== long) return new GivensMatrix(short, long)
  const matrix = kept
  kept = null
  matrix.reset()
  return matrix
}

function giveBack(matrix: GivensMatrix): void {
  if (matrix.size <= KEPT_ENTRIES) kept = matrix
}

/** The least density of an orthogonal [rows, cols] matrix: one nonzero in each row of the shorter side. */
export const leastDensity = (rows: number, cols: number): number => 1 / Math.max(rows, cols)

function refuse(request: EoiMatrixRequest, long: number, rule: PairRule, order: Int32Array | null): void {
  const { rows, cols, density } = request
  const shape = `${rows} × ${cols}`
  if (!(density <= 1) || !(density >= (1 - 1e-12) / long)) {
    throw new BenchError(
      'impossible',
      `Density ${density} for a ${shape} matrix: an orthogonal one needs a nonzero in each row ` +
        `of its shorter side, so the density must lie from ${(1 / long).toPrecision(6)} (1/${long}) to 1.`,
      'density',
    )
  }
  if (density * long <= 1 + 1e-12) return
  const listed = rule.kind === 'pairs' ? rule.pairs : []
  const anyOwn = listed.some(([, , degrees]) => degrees !== undefined && degrees % 90 !== 0)
  if (request.angles && !mixes(request.angles) && !anyOwn) {
    throw new BenchError(
      'impossible',
      'Angles at a multiple of 90° only swap columns, so the density stays at ' +
        `1/${long}. Give another angle, or that density.`,
      'initialization.angles',
    )
  }
  const highest = reachableDensity(rule, Math.min(rows, cols), long, order)
  if (density > highest + 1e-12) {
    const enough =
      rule.kind === 'blocks'
        ? `that density, or blocks of at least ${Math.ceil(density * long)} columns`
        : 'that density, or pairs that connect more columns'
    throw new BenchError(
      'impossible',
      `Density ${density} for a ${shape} matrix: the given column pairs connect too few columns; ` +
        `they reach at most ${highest.toPrecision(6)}. Take ${enough}.`,
      'pairs',
    )
  }
}

/**
 * An exactly orthogonal sparse matrix: the rectangular identity, rotated in random pairs of columns of the
 * longer side until the density reaches the target; whichever of the last two matrices is nearer to it is
 * kept. The shorter side's vectors stay orthonormal (times σ_w) to rounding.
 *
 * Throws BenchError('impossible') for a density outside [1/max(rows, cols), 1], naming the least; for angles
 * that never mix; and for a pair rule that cannot reach the density, naming the highest it can.
 */
export function eoiMatrix(request: EoiMatrixRequest): EoiMatrix {
  const { rows, cols, density, stream } = request
  const transposed = rows > cols
  const short = Math.min(rows, cols)
  const long = Math.max(rows, cols)
  const rule = request.pairs ?? { kind: 'uniform' }
  const nextPair = pairSampler(rule, long)
  const nextAngle = angleSampler(request.angles ?? UNIFORM_ANGLES, stream)
  const order = request.start === 'permutation' ? stream.split('start').permutation(long) : null
  refuse(request, long, rule, order)
  const matrix = takeMatrix(short, long)
  if (order) matrix.permute(order)
  const target = density * short * long
  let rotations = 0
  // The tolerance keeps a target of exactly 1/m, as 1/m·n·m rounds, from asking for a rotation.
  const enough = target * (1 - 1e-12)
  if (matrix.nonzeros < enough) {
    const pair: Pair = { first: 0, second: 1 }
    const rotation: Rotation = { cos: 1, sin: 0 }
    let idle = 0
    for (;;) {
      nextPair(pair, stream)
      if (pair.degrees === undefined) nextAngle(rotation)
      else Object.assign(rotation, exactRotation(pair.degrees))
      const before = matrix.nonzeros
      if (before + matrix.mostAdded(pair.first, pair.second) >= enough) {
        const after = matrix.nonzerosAfter(pair.first, pair.second)
        if (after >= enough && target - before < after - target) break
      }
      matrix.rotate(pair.first, pair.second, rotation.cos, rotation.sin)
      rotations++
      request.onRotation?.(rotations, matrix.nonzeros)
      if (matrix.nonzeros >= enough) break
      idle = matrix.nonzeros === before ? idle + 1 : 0
      if (idle > STUCK * long) {
        throw new BenchError(
          'impossible',
          `Density ${density} for a ${rows} × ${cols} matrix: the pair sampler stopped at ` +
            `${(matrix.nonzeros / (short * long)).toPrecision(6)}.`,
          'pairs',
        )
      }
    }
  }
  const values = new Float64Array(rows * cols)
  const mask = new Uint8Array(rows * cols)
  matrix.moveTo(values, mask, request.gain ?? 1, transposed)
  giveBack(matrix)
  return { values, mask, nonzeros: matrix.nonzeros, density: matrix.nonzeros / (short * long), rotations }
}
