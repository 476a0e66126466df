/** Training examples that a backend keeps on its device, so that many steps are one call. */

/** Which row and which column of an image each row and column of a crop shows, for every kind of crop. */
export interface CropSources {
  /** Kinds × height. */
  readonly rows: Int32Array
  /** Kinds × width. */
  readonly columns: Int32Array
}

/** Training examples as a backend keeps them, to make batches of them itself. */
export interface ResidentExamples {
  /** [height, width, channels]. */
  readonly shape: readonly [number, number, number]
  readonly count: number
  /** count × height × width × channels, NHWC. */
  readonly pixels: Uint8Array
  readonly labels: Uint16Array
  /** A byte of channel c is fed as the float32 nearest to (byte − mean[c]) / std[c] in float64. */
  readonly mean: readonly number[]
  readonly std: readonly number[]
  /** How batches are augmented; null where images are taken as they are. */
  readonly crops: CropSources | null
}
