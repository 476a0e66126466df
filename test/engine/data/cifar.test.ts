import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { readCifar10, readCifar100 } from '../../../src/engine/data/cifar.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cifar-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

/** Records whose planar pixels tell channel and place: value = 100·channel + place mod 50. */
function records(labels: readonly (readonly number[])[]): Uint8Array {
  return Uint8Array.from(
    labels.flatMap((label) => [
      ...label,
      ...Array.from({ length: 3072 }, (_, i) => 100 * Math.floor(i / 1024) + ((i % 1024) % 50)),
    ]),
  )
}

describe('readCifar10', () => {
  const write = (sub = ''): void => {
    mkdirSync(join(folder, sub), { recursive: true })
    for (let k = 1; k <= 5; k++) writeFileSync(join(folder, sub, `data_batch_${k}.bin`), records([[k], [0]]))
    writeFileSync(join(folder, sub, 'test_batch.bin'), records([[9]]))
  }

  it.each(['', 'cifar-10-batches-bin'])(
    'reads the batches in order and interleaves the channels (in “%s”)',
    (sub) => {
      write(sub)
      const { train, test } = readCifar10(folder)
      expect([...train.labels]).toEqual([1, 0, 2, 0, 3, 0, 4, 0, 5, 0])
      expect([...test.labels]).toEqual([9])
      expect([...train.pixels.subarray(3072 + 3 * 7, 3072 + 3 * 7 + 3)]).toEqual([7, 107, 207])
    },
  )

  it('names the file that is missing, and where it belongs', () => {
    write()
    rmSync(join(folder, 'data_batch_4.bin'))
    expect(() => readCifar10(folder)).toThrow(
      /cifar-10: missing in .*: data_batch_4\.bin – run `lab data get cifar-10`/,
    )
  })

  it('names a truncated file', () => {
    write()
    writeFileSync(join(folder, 'data_batch_2.bin'), records([[1]]).subarray(0, 3000))
    expect(() => readCifar10(folder)).toThrow(
      /data_batch_2\.bin: 3000 bytes are no whole number of records of 3073/,
    )
  })

  it('refuses a label that is none', () => {
    write()
    writeFileSync(join(folder, 'test_batch.bin'), records([[3], [10]]))
    expect(() => readCifar10(folder)).toThrow(/test_batch\.bin: label 10 at byte 3073, allowed are 0 to 9/)
  })
})

describe('readCifar100', () => {
  it('takes the fine label', () => {
    writeFileSync(
      join(folder, 'train.bin'),
      records([
        [3, 77],
        [4, 99],
      ]),
    )
    writeFileSync(join(folder, 'test.bin'), records([[5, 0]]))
    const { train, classNames } = readCifar100(folder)
    expect([...train.labels]).toEqual([77, 99])
    expect(classNames).toHaveLength(100)
  })
})
