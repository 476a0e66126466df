/** Named arrays: what files of weights hold. */

export type ArrayData = Float32Array | Float64Array | Int32Array | Uint8Array

/** What to do about PyTorch's own files, which only Python can read. */
export const TORCH_HINT =
  'PyTorch’s own files are read after safetensors.torch.save_file(model.state_dict(), "weights.safetensors").'

export interface NamedArray {
  readonly name: string
  readonly shape: readonly number[]
  /** Row-major. */
  readonly data: ArrayData
}

/**
 * The bytes of an array as they lie in memory; the formats are little-endian, as are all machines that
 * Electron runs on.
 */
export const bytesOf = (data: ArrayData): Uint8Array =>
  new Uint8Array(data.buffer, data.byteOffset, data.byteLength)

/** Copies bytes into a typed array of their own, which also aligns them. */
export function arrayFrom<T>(kind: new (buffer: ArrayBuffer) => T, bytes: Uint8Array): T {
  // Not bytes.slice(): that of Node's Buffer copies nothing, and its memory is a pool shared with others.
  return new kind(new Uint8Array(bytes).buffer)
}
