/** The shared memory of a program, and typed views that follow its growth. */
const PAGE = 65536
const LARGEST = 65536

/** What a memory of WebAssembly holds at most. */
export const MOST_BYTES = PAGE * LARGEST

export class SharedMemory {
  readonly memory: WebAssembly.Memory
  floats: Float32Array<ArrayBufferLike>
  words: Int32Array<ArrayBufferLike>
  doubles: Float64Array<ArrayBufferLike>
  #cleared = 0
  #zero: ((at: number, bytes: number) => void) | null = null
  /** Buffers that the memory had before it grew are the same bytes. */
  readonly #buffers = new WeakSet<ArrayBufferLike>()

  constructor(bytes: number) {
    const initial = Math.ceil(bytes / PAGE)
    if (initial > LARGEST) throw new MemoryError(bytes)
    this.memory = new WebAssembly.Memory({ initial, maximum: LARGEST, shared: true })
    const { buffer } = this.memory
    this.#buffers.add(buffer)
    this.floats = new Float32Array(buffer)
    this.words = new Int32Array(buffer)
    this.doubles = new Float64Array(buffer)
  }

  /** Whether an array is a view of this memory: its offset is an address. */
  has(array: ArrayBufferView): boolean {
    return this.#buffers.has(array.buffer)
  }

  /** Compiled code that sets bytes to 0: JavaScript writes memory that is shared word by word. */
  clearBy(zero: (at: number, bytes: number) => void): void {
    this.#zero = zero
  }

  /** Sets bytes to 0. Memory that was never cleared holds zeros from the start, and is not touched. */
  clear(from: number, to: number): void {
    const end = Math.min(to, this.#cleared)
    if (this.#zero) this.#zero(from, Math.max(0, end - from))
    else this.words.fill(0, from / 4, end / 4)
    this.#cleared = Math.max(this.#cleared, to)
  }

  /** What lies before this address may be other than 0. */
  used(to: number): void {
    this.#cleared = Math.max(this.#cleared, to)
  }

  /** Makes room up to an address. */
  reserve(bytes: number): void {
    const pages = Math.ceil(bytes / PAGE)
    if (pages > LARGEST) throw new MemoryError(bytes)
    const more = pages - this.memory.buffer.byteLength / PAGE
    if (more <= 0) return
    this.memory.grow(more)
    const { buffer } = this.memory
    this.#buffers.add(buffer)
    this.floats = new Float32Array(buffer)
    this.words = new Int32Array(buffer)
    this.doubles = new Float64Array(buffer)
  }
}

/** More bytes are needed than a memory holds. */
export class MemoryError extends RangeError {
  readonly bytes: number

  constructor(bytes: number) {
    const size = (bytes / 2 ** 30).toFixed(1)
    super(`the sparse backend needs ${size} GiB; WebAssembly has 4 GiB: take a smaller batch`)
    this.bytes = bytes
  }
}
