/** Images in memory as bytes, the form that every small data set is read into. */

export interface Images {
  readonly count: number
  /** [height, width, channels] */
  readonly shape: readonly [number, number, number]
  /** count × height × width × channels, NHWC. */
  readonly pixels: Uint8Array
  readonly labels: Uint16Array
}

/** What a data set's own file returns. */
export interface ImageSet {
  readonly train: Images
  readonly test: Images
  /** Of its own; without it a part of the training set is held out. */
  readonly validation?: Images | null
  readonly classNames: readonly string[]
  /** SHA-256 over the files read, in hexadecimal. */
  readonly hash: string
}

/** Planar (channel, row, column) bytes to interleaved (row, column, channel). */
export function interleave(
  planar: Uint8Array,
  offset: number,
  area: number,
  channels: number,
  out: Uint8Array,
  at: number,
): void {
  for (let c = 0; c < channels; c++) {
    const from = offset + c * area
    for (let i = 0; i < area; i++) out[at + i * channels + c] = planar[from + i]
  }
}

export interface ChannelStatistics {
  readonly mean: readonly number[]
  readonly std: readonly number[]
}

/**
 * Mean and population standard deviation of every channel, in bytes (0 … 255), over the rows given.
 * A constant channel gets standard deviation 1, so that standardisation stays finite.
 */
export function channelStatistics(images: Images, rows: Int32Array): ChannelStatistics {
  const [height, width, channels] = images.shape
  const size = height * width * channels
  const counts = new Float64Array(channels * 256)
  for (const row of rows) {
    const start = row * size
    for (let i = 0; i < size; i += channels) {
      for (let c = 0; c < channels; c++) counts[c * 256 + images.pixels[start + i + c]]++
    }
  }
  const mean: number[] = []
  const std: number[] = []
  for (let c = 0; c < channels; c++) {
    let total = 0
    let sum = 0
    for (let v = 0; v < 256; v++) {
      total += counts[c * 256 + v]
      sum += v * counts[c * 256 + v]
    }
    const average = total > 0 ? sum / total : 0
    let squares = 0
    for (let v = 0; v < 256; v++) squares += counts[c * 256 + v] * (v - average) ** 2
    const deviation = total > 0 ? Math.sqrt(squares / total) : 0
    mean.push(average)
    std.push(deviation > 0 ? deviation : 1)
  }
  return { mean, std }
}
