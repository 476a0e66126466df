/** What tests see in place of numbers written somewhere: records whose addresses lead out of their memory. */
import { afterEach, describe, expect, it, vi } from 'vitest'
import { sparseBackend } from '../../../../src/engine/backend/sparse/index.ts'
import {
  INSTRUCTION_NAMES,
  INSTRUCTIONS,
  type InstructionName,
} from '../../../../src/engine/backend/sparse/instructions/index.ts'
import { readRecord, Tape } from '../../../../src/engine/backend/sparse/instructions/tape.ts'
import type { Fields, PlacedImage } from '../../../../src/engine/backend/sparse/instructions/types.ts'
import { Stream } from '../../../../src/engine/rng.ts'
import { Chain, randomFeeds, randomState, trainingOf } from './graphs.ts'
import './checked.ts'

afterEach(() => vi.restoreAllMocks())

type Values = Record<string, PlacedImage | number>

/** Writes every tape with that address some bytes off. */
function shift(instruction: InstructionName, field: string, by: number): void {
  const { write } = Tape.prototype
  const spy = vi.spyOn(Tape.prototype, 'write')
  spy.mockImplementation(function (this: Tape, name: InstructionName, base: number, given: Values) {
    const value = given[field]
    const moved = typeof value === 'number' ? value + by : { ...value, at: value?.at + by }
    const fields = name === instruction ? { ...given, [field]: moved } : given
    Reflect.apply(write, this, [name, base, fields])
  })
}

/** Trains a step of a convolution, a batch norm and a dense layer. */
async function step(): Promise<void> {
  const chain = new Chain([5, 4, 2])
  const convolution = { filters: 6, kernel: [3, 3], stride: 1, padding: 1, groups: 1 } as const
  chain.add({ kind: 'conv', ...convolution, bias: true, maskable: true })
  chain.add({ kind: 'batch-norm', momentum: 0.9, epsilon: 1e-5 })
  chain.add({ kind: 'activation', activation: 'tanh' })
  chain.add({ kind: 'flatten' })
  chain.add({ kind: 'dense', units: 9, bias: true, maskable: true })
  const training = trainingOf(chain.build(9))
  const stream = Stream.root(44)
  const sparse = await sparseBackend.compile(training.program)
  try {
    sparse.writeAll(randomState(training.program, stream, 0.5))
    sparse.run('train', randomFeeds(training, stream, 1).train)
  } finally {
    sparse.dispose()
  }
}

describe('a tape that is checked', () => {
  it('runs as it was planned', async () => {
    await expect(step()).resolves.toBeUndefined()
  })

  // A field of each kind: an image, an address, a table, the address of a number.
  it.each([
    ['NORMALISE', 'to'],
    ['PRODUCT', 'values'],
    ['PRODUCT', 'offsets'],
    ['NORM_GRADIENT', 'saved'],
    ['SGD', 'rate'],
    ['TO_LANES', 'count'],
  ] as const)('names %s and %s where there is no memory', async (instruction, field) => {
    shift(instruction, field, 2 ** 28)
    const told = `^${instruction}: ${field} is \\d+, which leads to .*; no memory is planned there`
    await expect(step()).rejects.toThrow(new RegExp(told))
  })

  it.each([
    ['NORMALISE', 'from'],
    ['PRODUCT', 'rowOut'],
    ['SAMPLED', 'rowStarts'],
    ['CROSS_ENTROPY', 'labels'],
    ['MOMENTS', 'image'],
  ] as const)('says what is allowed where %s and %s go too far', async (instruction, field) => {
    shift(instruction, field, 16)
    const told = new RegExp(
      `^${instruction}: ${field} is \\d+, .* bytes (\\d+) to (\\d+); allowed are (\\d+) to (\\d+)$`,
    )
    const error = await step().catch((reason: unknown) => reason)
    const message = error instanceof Error ? error.message : ''
    expect(message).toMatch(told)
    const [from, to, first, end] = (told.exec(message) ?? []).slice(1).map(Number)
    expect(from).toBeGreaterThanOrEqual(first)
    expect(to).toBeGreaterThan(end)
  })

  it('tells of words that are no record', () => {
    expect(() => readRecord(Int32Array.of(9999, 2), 0)).toThrow('no record is at word 0: 9999')
    expect(() => readRecord(Int32Array.of(0, 3), 0)).toThrow('no record is at word 0')
  })
})

it.each(INSTRUCTION_NAMES)('reads %s as it was written', (name) => {
  const fields: Fields = INSTRUCTIONS[name].fields
  let number = 2 ** 31
  const values: Values = Object.fromEntries(
    Object.entries(fields).map(([field, kind]) => {
      number += 64
      if (kind === 'image') return [field, { at: number, plane: number % 1000, row: 7 }]
      return [field, kind === 'real' ? 0.5 : kind === 'word' ? -(number % 1000) : number]
    }),
  )
  const tape = new Tape()
  Reflect.apply(tape.write, tape, [name, 0, values])
  expect(readRecord(tape.words, 0)).toEqual({ name, size: tape.words.length, values })
})
