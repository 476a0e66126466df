/**
 * Bounds on what a file of data may make the bench take, so that a small file cannot fill memory or run for
 * ever. A user reads them in the message that names them and raises them by an environment variable.
 */
import { BenchError } from '../../shared/contract/errors.ts'
import { formatBytes } from '../../shared/format/number.ts'

export interface DataLimits {
  /** Bytes that one data set may take in memory. */
  readonly memory: number
  /** Pixels of one image. */
  readonly pixels: number
}

const MEMORY = 'GIVENS_DATA_MEMORY'
const PIXELS = 'GIVENS_IMAGE_PIXELS'
const DEFAULT_MEMORY = 4 * 2 ** 30
/** As large as what other image libraries take without asking. */
const DEFAULT_PIXELS = 100_000_000
const UNITS: Readonly<Record<string, number>> = { '': 1, K: 2 ** 10, M: 2 ** 20, G: 2 ** 30, T: 2 ** 40 }

function numberOf(name: string, standard: number): number {
  const text = process.env[name]?.trim() ?? ''
  if (text === '') return standard
  const found = /^(\d+(?:\.\d+)?)\s*([KMGT]?)(?:i?B)?$/i.exec(text)
  const value = found ? Number(found[1]) * UNITS[found[2].toUpperCase()] : 0
  if (value >= 1) return Math.floor(value)
  throw new BenchError(
    'bad-input',
    `${name} is “${text}”; it must be a positive number, also with K, M, G or T: 8G.`,
    name,
  )
}

/** The limits as they are set. Throws BenchError('bad-input') for a variable that is no number. */
export function dataLimits(): DataLimits {
  return { memory: numberOf(MEMORY, DEFAULT_MEMORY), pixels: numberOf(PIXELS, DEFAULT_PIXELS) }
}

/** Throws BenchError('bad-data') where `what` of a file takes more than a data set may. */
export function withinMemory(bytes: number, file: string, what: string): void {
  const { memory } = dataLimits()
  if (bytes <= memory) return
  throw new BenchError(
    'bad-data',
    `${file}: ${what} take ${formatBytes(bytes)} of memory, allowed are ${formatBytes(memory)}; ` +
      `${MEMORY}=${Math.ceil(bytes / 2 ** 30) + 1}G in the environment raises the limit`,
    file,
  )
}

/** What is packed closer than this, and beyond this, is taken for a bomb unless the limit was set by hand. */
const USUAL_PACKING = 200
const CLOSE_PACKED = 256 * 2 ** 20

/**
 * The same for arrays that are packed: those that hold next to nothing have a lower limit, which a user lifts
 * by setting one.
 */
export function withinUnpacked(packed: number, bytes: number, file: string): void {
  withinMemory(bytes, file, 'its arrays')
  const lifted = (process.env[MEMORY]?.trim() ?? '') !== ''
  if (lifted || bytes <= CLOSE_PACKED || bytes <= USUAL_PACKING * packed) return
  throw new BenchError(
    'bad-data',
    `${file}: its arrays take ${formatBytes(bytes)} of memory, unpacked from ${formatBytes(packed)}, as no ` +
      `numbers of a network or a data set are; ${MEMORY}=${Math.ceil(bytes / 2 ** 30) + 1}G in the ` +
      `environment reads it all the same`,
    file,
  )
}

/** Throws BenchError('bad-data') for an image of more pixels than allowed. */
export function withinPixels(width: number, height: number, file: string): void {
  const { pixels } = dataLimits()
  if (width * height <= pixels) return
  throw new BenchError(
    'bad-data',
    `${file}: ${width} × ${height} pixels, allowed are ${pixels}; ` +
      `${PIXELS}=${width * height} in the environment raises the limit`,
    file,
  )
}
