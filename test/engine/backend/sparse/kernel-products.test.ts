/**
 * Kernels on memory of their own, against sums written out in float64: products over copies of channels,
 * gradients in blocks, attention. Behind each of their work spaces lie numbers that must not change.
 */
import { beforeAll, describe, expect, it } from 'vitest'
import { kernelModule } from '../../../../src/engine/backend/sparse/run/kernel-module.ts'
import { attentionBytes, packedBytes } from '../../../../src/engine/backend/sparse/instructions/scratch.ts'
import { Tape } from '../../../../src/engine/backend/sparse/instructions/tape.ts'
import { Stream } from '../../../../src/engine/rng.ts'

const FIRST = 65536
const GUARD = 123.5

let floats: Float32Array
let words: Int32Array
let run: (tape: number) => void
let free = FIRST
let guards: number[] = []

beforeAll(async () => {
  const memory = new WebAssembly.Memory({ initial: 512, maximum: 65536, shared: true })
  const { exports } = await WebAssembly.instantiate(kernelModule(), { env: { memory } })
  floats = new Float32Array(memory.buffer)
  words = new Int32Array(memory.buffer)
  run = exports['runTape'] as (tape: number) => void
})

function begin(): void {
  free = FIRST
  guards = []
}

/** Memory of so many bytes, NaN all over, and guards behind it. */
function take(bytes: number): number {
  const at = free
  free = Math.ceil((at + bytes) / 64) * 64 + 64
  floats.fill(NaN, at / 4, (at + bytes) / 4)
  floats.fill(GUARD, (at + bytes) / 4, free / 4)
  guards.push(at + bytes)
  return at
}

function intact(): boolean {
  return guards.every((at) => floats.subarray(at / 4, Math.ceil(at / 64) * 16 + 16).every((x) => x === GUARD))
}

function put(values: readonly number[] | Float32Array, as: Float32Array | Int32Array): number {
  const at = take(4 * values.length)
  as.set(values, at / 4)
  return at
}

function execute(tape: Tape): void {
  tape.end()
  run(put([...tape.words], words))
  expect(intact(), 'numbers behind a work space').toBe(true)
}

const uniform = (stream: Stream, count: number): Float32Array =>
  Float32Array.from({ length: count }, () => 2 * stream.uniform() - 1)

interface Case {
  readonly rows: number
  readonly channels: number
  readonly bytes: number
  readonly density: number
}

/** Nonzeros of a kernel of one tap, and what it reads. */
function kernelOf({ rows, channels, bytes, density }: Case, stream: Stream) {
  const lanes = bytes / 4
  const plane = bytes + 64
  const starts = [0]
  const columns: number[] = []
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < channels; c++) if (stream.uniform() < density) columns.push(c)
    starts.push(columns.length)
  }
  const input = uniform(stream, (channels * plane) / 4)
  const values = uniform(stream, columns.length)
  const at = {
    input: put(input, floats),
    values: put(values, floats),
    rowStarts: put(starts, words),
    offsets: put(
      columns.map((c) => c * plane),
      words,
    ),
    rowOut: put(
      Array.from({ length: rows }, (_, r) => r * plane),
      words,
    ),
  }
  return { lanes, plane, starts, columns, input, values, at }
}

it.each([32, 96, 256, 512])(
  'has the same bits of a weight gradient by rows and by pairs, %i bytes',
  (bytes) => {
    begin()
    const stream = Stream.root(bytes)
    const rows = 11
    const { plane, starts, columns, at } = kernelOf({ rows, channels: 40, bytes, density: 0.2 }, stream)
    const gradient = put(uniform(stream, (rows * plane) / 4), floats)
    const rowOf = put(new Float32Array(Math.ceil(columns.length / 2)), floats)
    const table = new Uint16Array(words.buffer, rowOf, columns.length)
    for (let r = 0; r < rows; r++) table.fill(r, starts[r], starts[r + 1])
    const count = at.rowStarts + 4 * rows
    const [byRows, byPairs] = [take(4 * columns.length), take(4 * columns.length)]
    const read = { partial: take(256), gradient, gradRow: plane, input: at.input, offsets: at.offsets, bytes }
    const tape = new Tape()
    tape.write('SAMPLED_LINEAR', 0, { ...read, gradients: byRows, rowStarts: at.rowStarts, rows })
    tape.write('SAMPLED_PAIRS', 0, { ...read, gradients: byPairs, rowOf, count })
    execute(tape)
    const bits = (from: number) => [...words.subarray(from / 4, from / 4 + columns.length)]
    expect(bits(byPairs)).toEqual(bits(byRows))
    expect(new Set(bits(byRows)).size).toBe(columns.length)
  },
)

const CASES: readonly Case[] = [
  { rows: 7, channels: 9, bytes: 6304, density: 0.6 },
  { rows: 5, channels: 800, bytes: 864, density: 0.3 },
  { rows: 3, channels: 1537, bytes: 512, density: 0.02 },
  { rows: 4, channels: 200, bytes: 1248, density: 0.5 },
]

describe.each(CASES)('$rows rows of $channels channels, $bytes bytes', (given) => {
  it.each([
    { accumulate: 0, bias: true, kind: 0 },
    { accumulate: 0, bias: false, kind: 3 },
    { accumulate: 1, bias: false, kind: 0 },
  ])('sums over copies of channels, %o', ({ accumulate, bias, kind }) => {
    begin()
    const stream = Stream.root(31)
    const { lanes, plane, starts, columns, input, values, at } = kernelOf(given, stream)
    const { rows, channels, bytes } = given
    const before = uniform(stream, (rows * plane) / 4)
    const biases = uniform(stream, rows)
    const out = put(before, floats)
    const tape = new Tape()
    const { rowOut, rowStarts, offsets } = at
    const read = { input: at.input, plane, channels, rowStarts, offsets, values: at.values }
    const scratch = take(packedBytes(rows, channels, columns.length))
    const biasAt = bias ? put(biases, floats) : 0
    tape.write('PACKED_PRODUCT', 0, {
      out,
      rowOut,
      ...read,
      bias: biasAt,
      rows,
      bytes,
      accumulate,
      kind,
      scratch,
    })
    execute(tape)
    let worst = 0
    for (let r = 0; r < rows; r++) {
      for (let l = 0; l < lanes; l++) {
        const place = (r * plane) / 4 + l
        let sum = accumulate ? before[place] : bias ? biases[r] : 0
        for (let k = starts[r]; k < starts[r + 1]; k++) sum += values[k] * input[(columns[k] * plane) / 4 + l]
        if (kind === 3) sum = Math.max(0, sum)
        worst = Math.max(worst, Math.abs(floats[out / 4 + place] - sum))
      }
      // What lies between channels is nobody's.
      expect(floats[(out + r * plane + bytes) / 4]).toBe(before[(r * plane + bytes) / 4])
    }
    expect(worst).toBeLessThan(1e-4)
  })

  it('sums the gradient of the nonzeros block by block', () => {
    begin()
    const stream = Stream.root(32)
    const { lanes, plane, starts, columns, input, at } = kernelOf(given, stream)
    const { rows, bytes } = given
    const gradient = uniform(stream, (rows * plane) / 4)
    const sums = take(4 * Math.ceil(columns.length / 4) * 4)
    const partial = take(32 * Math.max(columns.length, 4))
    const tape = new Tape()
    const { input: inputAt, rowStarts, offsets } = at
    tape.write('SAMPLED', 0, {
      gradients: sums,
      partial,
      gradient: put(gradient, floats),
      gradRow: plane,
      gradY: 0,
      gradX: 0,
      input: inputAt,
      inY: 0,
      inX: 0,
      rowStarts,
      offsets,
      rows,
      height: 1,
      width: 1,
      bytes,
      block: 288,
    })
    execute(tape)
    let worst = 0
    for (let r = 0; r < rows; r++) {
      for (let k = starts[r]; k < starts[r + 1]; k++) {
        let sum = 0
        for (let l = 0; l < lanes; l++)
          sum += gradient[(r * plane) / 4 + l] * input[(columns[k] * plane) / 4 + l]
        worst = Math.max(worst, Math.abs(floats[sums / 4 + k] - sum))
      }
    }
    expect(worst).toBeLessThan(1e-3)
  })
})

interface Attention {
  readonly heads: number
  readonly depth: number
  readonly time: number
  readonly causal: number
}

/** softmax(scale·Q·Kᵀ)·V and the gradients of its product with `gradient`, of one example. */
function attended({ heads, depth, time, causal }: Attention, scale: number, parts: readonly Float64Array[]) {
  const [q, k, v, gradient] = parts
  const size = heads * depth * time
  const [out, dq, dk, dv] = Array.from({ length: 4 }, () => new Float64Array(size))
  const at = (head: number, c: number, t: number): number => (head * depth + c) * time + t
  for (let head = 0; head < heads; head++) {
    for (let i = 0; i < time; i++) {
      const met = causal ? i + 1 : time
      const dot = (a: Float64Array, b: Float64Array, j: number): number => {
        let sum = 0
        for (let c = 0; c < depth; c++) sum += a[at(head, c, i)] * b[at(head, c, j)]
        return sum
      }
      const scores = Array.from({ length: met }, (_, j) => scale * dot(q, k, j))
      const largest = Math.max(...scores)
      const exponentials = scores.map((s) => Math.exp(s - largest))
      const total = exponentials.reduce((a, b) => a + b, 0)
      const shares = exponentials.map((e) => e / total)
      const slopes = shares.map((_, j) => dot(gradient, v, j))
      const mean = shares.reduce((a, share, j) => a + share * slopes[j], 0)
      for (let j = 0; j < met; j++) {
        const slope = shares[j] * (slopes[j] - mean) * scale
        for (let c = 0; c < depth; c++) {
          out[at(head, c, i)] += shares[j] * v[at(head, c, j)]
          dv[at(head, c, j)] += shares[j] * gradient[at(head, c, i)]
          dq[at(head, c, i)] += slope * k[at(head, c, j)]
          dk[at(head, c, j)] += slope * q[at(head, c, i)]
        }
      }
    }
  }
  return { out, gradients: [dq, dk, dv] }
}

describe.each<Attention>([
  { heads: 1, depth: 1, time: 1, causal: 0 },
  { heads: 2, depth: 5, time: 15, causal: 0 },
  { heads: 1, depth: 16, time: 16, causal: 1 },
  { heads: 2, depth: 7, time: 17, causal: 1 },
  { heads: 1, depth: 33, time: 50, causal: 0 },
])('attention of $heads heads of $depth, $time places, causal $causal', (given) => {
  it('is the sum written out, and its gradient', () => {
    begin()
    const { heads, depth, time, causal } = given
    const stream = Stream.root(33)
    const lanes = 16
    const bytes = 4 * lanes
    const channels = heads * depth
    const plane = time * bytes + 64
    const image = (at: number) => ({
      geometry: { channels, height: 1, width: time, top: 0, bottom: 0, left: 0, right: 0, circular: false },
      at,
      plane,
      row: time * bytes,
    })
    const random = Array.from({ length: 4 }, () => uniform(stream, (channels * plane) / 4))
    const [query, key, value, gradient] = random.map((numbers) => image(put(numbers, floats)))
    const before = uniform(stream, (channels * plane) / 4)
    const [to, queryGradient, keyGradient, valueGradient] = Array.from({ length: 4 }, () =>
      image(put(before, floats)),
    )
    const saved = take(2 * heads * Math.ceil(time / 16) * 16 * bytes)
    const scratch = take(attentionBytes(depth, time))
    const factor = 0.7
    const extent = { saved, scratch, heads, depth, time, bytes, factor, causal }
    const tape = new Tape()
    tape.write('ATTEND', 0, { to, query, key, value, ...extent })
    const gradients = { queryGradient, keyGradient, valueGradient }
    tape.write('ATTEND_GRADIENT', 0, { ...gradients, gradient, query, key, value, ...extent })
    execute(tape)
    const places = Array.from({ length: channels * time }, (_, k) => [Math.floor(k / time), k % time])
    const wordOf = ([c, t]: number[], lane: number): number => (c * plane + t * bytes) / 4 + lane
    let worst = 0
    for (const lane of [0, 7, lanes - 1]) {
      const parts = random.map((numbers) =>
        Float64Array.from(places, (place) => numbers[wordOf(place, lane)]),
      )
      const { out, gradients: expected } = attended(given, factor, parts)
      places.forEach((place, k) => {
        const word = wordOf(place, lane)
        // Gradients are added to what was there.
        const made = [queryGradient, keyGradient, valueGradient].map(
          ({ at }) => floats[at / 4 + word] - before[word],
        )
        const errors = made.map((number, part) => Math.abs(number - expected[part][k]))
        worst = Math.max(worst, Math.abs(floats[to.at / 4 + word] - out[k]), ...errors)
      })
    }
    expect(worst).toBeLessThan(1e-5)
  })
})
