/** What kernels take of a thread's work space. */

/** As in kernels/packed.ts: channels of a block, bytes of their copies. */
const CHANNELS = 768
const COPIES = 196608

/** As in kernels/attention.ts: examples that are laid out together, queries of a block. */
const EXAMPLES = 8
export const QUERIES = 16

const FLOAT = 4
const LINE = 64

/** Of a block's 16 numbers. */
const BLOCK = QUERIES * FLOAT

/** Bytes of a packed product of a kernel, or of its transpose, of so many rows, channels and nonzeros. */
export function packedBytes(rows: number, channels: number, nonzeros: number): number {
  return COPIES + 4 * rows * (Math.ceil(channels / CHANNELS) + 1) + 4 * nonzeros
}

/**
 * Bytes of attention: of eight examples query, key, value and the output's gradient as [channel][place], and
 * query and output's gradient, and the gradients of key and value, as [place][channel]; scores and their
 * slopes of a block, and sums.
 */
export function attentionBytes(depth: number, time: number): number {
  const row = (Math.ceil(time / 16) | 1) * LINE
  const channels = depth * row + LINE
  const tokens = Math.ceil(time / QUERIES) * QUERIES * Math.ceil(depth / 16) * LINE + LINE
  return 4 * EXAMPLES * (channels + tokens) + BLOCK + 2 * (time + 3) * BLOCK
}

/** Bytes that attention keeps of each query for its gradient; `bytes` a place. */
export function attentionKept(heads: number, time: number, bytes: number): number {
  return 2 * heads * Math.ceil(time / QUERIES) * QUERIES * bytes
}

/** Words that selections count in, and that they may write behind a list. */
export const COUNTING_WORDS = 2049
export const SPARE_WORDS = 4
