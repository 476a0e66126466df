// A user's own files, as NumPy, pyarrow and Pillow wrote them (test/fixtures/own_data.py).
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { zipSync } from 'fflate'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { writeNpy } from '../../../../src/engine/interchange/npy.ts'
import { writeNpz } from '../../../../src/engine/interchange/npz.ts'
import { openDataset } from '../../../../src/engine/data/index.ts'
import { identifyData } from '../../../../src/engine/data/identify.ts'
import { checkOwnData } from '../../../../src/engine/data/own/check.ts'
import { readOwnData } from '../../../../src/engine/data/own/index.ts'
import { sampleOwnData } from '../../../../src/engine/data/own/samples.ts'
import { Findings } from '../../../../src/engine/data/own/types.ts'
import { Stream } from '../../../../src/engine/rng.ts'
import { parseSpec } from '../../../../src/shared/spec/parse.ts'

const FIXTURES = join(import.meta.dirname, '../../../fixtures/own-data')
const expected = JSON.parse(readFileSync(join(FIXTURES, 'expected.json'), 'utf8')) as {
  odd: { x: number[]; y: number[] }
  images: { x: number[] }
  half: number[]
  colour: number[]
  gray: number[]
  codes: number[]
}

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'own-'))
  process.env['GIVENS_DATA'] = join(folder, 'store')
})
afterEach(() => {
  delete process.env['GIVENS_DATA']
  delete process.env['GIVENS_DATA_MEMORY']
  delete process.env['GIVENS_IMAGE_PIXELS']
  rmSync(folder, { recursive: true })
})

const fixture = (name: string): string => join(FIXTURES, name)
function file(name: string, content: string | Uint8Array): string {
  mkdirSync(join(folder, name, '..'), { recursive: true })
  writeFileSync(join(folder, name), content)
  return join(folder, name)
}
const dataOf = (path: string, more: object = {}) =>
  parseSpec({ data: { name: 'file', path, validation: 0, ...more } }).data
const open = (path: string, more: object = {}) => openDataset(dataOf(path, more))
async function read(path: string, label = '') {
  const findings = new Findings()
  const content = await readOwnData(path, label, findings)
  expect(findings.problems).toEqual([])
  if (!content) throw new Error('nothing was read')
  return content
}
async function problems(path: string, label = ''): Promise<string> {
  const { ok, findings } = await checkOwnData(path, label)
  expect(ok).toBe(false)
  return findings.join('\n')
}
type Arrays = Record<string, { shape: number[]; data: Float32Array | Float64Array | Int32Array | Uint8Array }>
const npz = (arrays: Arrays): Uint8Array =>
  writeNpz(Object.entries(arrays).map(([name, array]) => ({ name, ...array })))
/** Features of 2 numbers and labels, good unless something is put in their place. */
function features(change: Arrays = {}): Uint8Array {
  const x = { shape: [6, 2], data: Float32Array.from({ length: 12 }, (_, i) => i) }
  const y = { shape: [6], data: Int32Array.of(0, 1, 0, 1, 0, 1) }
  return npz({ x_train: x, y_train: y, x_test: x, y_test: y, ...change })
}

describe('NPZ', () => {
  it('reads Fortran order, big-endian numbers and small integers as NumPy wrote them', async () => {
    const content = await read(fixture('odd.npz'))
    if (content.kind !== 'numbers') throw new Error(content.kind)
    expect(Array.from(content.train.values)).toEqual(expected.odd.x)
    expect(Array.from(content.test.values)).toEqual(expected.odd.x.slice(0, 18))
    expect([...content.train.labels]).toEqual(expected.odd.y)
    expect(content.shape).toEqual([3])
    expect(content.notes.join()).toMatch(/x_train: Fortran order, big-endian/)
    const half = await read(fixture('half.npz'))
    if (half.kind !== 'numbers') throw new Error(half.kind)
    expect(Array.from(half.train.values)).toEqual(expected.half)
  })

  it('keeps images as bytes with their own validation set, labels as classes in order', async () => {
    const content = await read(fixture('images.npz'))
    if (content.kind !== 'bytes') throw new Error(content.kind)
    const { train, validation, test, classNames } = content
    expect([...train.pixels, ...test.pixels, ...(validation?.pixels ?? [])]).toEqual(expected.images.x)
    expect([train.shape, classNames]).toEqual([
      [4, 5, 3],
      ['5', '6'],
    ])
    expect([[...train.labels], [...test.labels], [...(validation?.labels ?? [])]]).toEqual([
      [0, 1, 0, 1, 0, 1],
      [0, 1],
      [1, 0],
    ])
    const dataset = await open(fixture('images.npz'), { validation: 0.5 })
    expect(['train', 'validation', 'test'].map((split) => dataset.size(split as 'train'))).toEqual([6, 2, 2])
    expect(dataset.resident?.examples.count).toBe(6)
    const batch = await dataset.evaluationBatch('validation', 0, 2)
    expect([...batch.y]).toEqual([1, 0])
    // Bytes of two images differ by the deviation times what their standardised values differ by.
    const { mean, std } = dataset.resident?.examples ?? { mean: [], std: [] }
    const back = Array.from(batch.x, (value, i) => Math.round(value * std[i % 3] + mean[i % 3]))
    expect(back).toEqual(expected.images.x.slice(8 * 60))
  })

  it('standardises features each by itself, in float64, by the training set', async () => {
    // Numbers that differ beyond what float32 can tell apart.
    const data = Float64Array.from({ length: 12 }, (_, i) => (i % 2 === 0 ? 1e9 + (i >> 1) : 5))
    const dataset = await open(file('x.npz', features({ x_train: { shape: [6, 2], data } })))
    const { x } = await dataset.trainBatch(Int32Array.of(0, 1, 2, 3, 4, 5), Stream.root(1))
    const first = Array.from({ length: 6 }, (_, k) => x[2 * k]).sort((a, b) => a - b)
    const deviation = Math.sqrt(35 / 12)
    first.forEach((value, k) => expect(value).toBeCloseTo((k - 2.5) / deviation, 6))
    // A constant feature stays finite.
    expect(Array.from({ length: 6 }, (_, k) => x[2 * k + 1])).toEqual([0, 0, 0, 0, 0, 0])
  })

  it('augments float images as it does bytes, and refuses to augment features', async () => {
    const bytes = Uint8Array.from({ length: 4 * 6 * 6 * 3 }, (_, i) => (i * 37) % 256)
    const y = { shape: [4], data: Int32Array.of(0, 1, 0, 1) }
    const arrays = (data: Uint8Array | Float32Array) =>
      npz({
        x_train: { shape: [4, 6, 6, 3], data },
        y_train: y,
        x_test: { shape: [4, 6, 6, 3], data },
        y_test: y,
      })
    const whole = await open(file('bytes.npz', arrays(bytes)), { augment: true })
    const floats = await open(file('floats.npz', arrays(Float32Array.from(bytes))), { augment: true })
    expect(floats.shape).toEqual([6, 6, 3])
    const rows = Int32Array.of(3, 1, 0, 2)
    const a = await whole.trainBatch(rows, Stream.root(5).split('augmentation', 1))
    const b = await floats.trainBatch(rows, Stream.root(5).split('augmentation', 1))
    expect(a.y).toEqual(b.y)
    a.x.forEach((value, i) => expect(b.x[i]).toBeCloseTo(value, 5))
    await expect(open(file('f.npz', features()), { augment: true })).rejects.toMatchObject({
      code: 'bad-specification',
      where: 'data.augment',
    })
  })

  it.each([
    [
      'fractions as labels',
      { y_train: { shape: [6], data: Float64Array.of(0, 1, 0.5, 1, 0, 1) } },
      /label 0\.5 in example 2 is no whole number; labels are classes, and a regression/,
    ],
    [
      'NaN among the numbers',
      { x_test: { shape: [6, 2], data: new Float32Array(12).fill(NaN, 5) } },
      /x_test: NaN in example 2, entry 1/,
    ],
    [
      'one class',
      { y_train: { shape: [6], data: new Int32Array(6) }, y_test: { shape: [6], data: new Int32Array(6) } },
      /all 6 training labels are 0/,
    ],
    [
      'examples of another shape',
      { x_test: { shape: [6, 3], data: new Float32Array(18) } },
      /x_test: examples of shape \(3,\), those of x_train have \(2,\)/,
    ],
    [
      'labels that were never trained',
      { y_test: { shape: [6], data: Int32Array.of(0, 1, 2, 1, 0, 1) } },
      /y_test: label 2 in example 2 is none of the 2 classes of the training set \(0, 1\)/,
    ],
    [
      'fewer labels than examples',
      { y_train: { shape: [5], data: Int32Array.of(0, 1, 0, 1, 0) } },
      /y_train: 5 labels for the 6 examples of x_train/,
    ],
    ['one-hot labels', { y_train: { shape: [6, 2], data: new Int32Array(12) } }, /y\.argmax\(axis=1\)/],
    [
      'a validation set without labels',
      { x_validation: { shape: [6, 2], data: new Float32Array(12) } },
      /x_validation and y_validation belong together/,
    ],
    [
      'numbers of rows for labels',
      {
        x_train: { shape: [30, 2], data: new Float32Array(60) },
        y_train: { shape: [30], data: Int32Array.from({ length: 30 }, (_, i) => i) },
      },
      /30 different labels in 30 training examples are no classes \(a regression/,
    ],
  ] as [string, Arrays, RegExp][])('refuses %s', async (_, change, text) => {
    const path = file('x.npz', features(change))
    expect(await problems(path)).toMatch(text)
    await expect(open(path)).rejects.toThrow(text)
  })

  it('names the arrays that are missing beside those found, all at once', async () => {
    const one = { shape: [2], data: Int32Array.of(0, 1) }
    expect(await problems(file('x.npz', npz({ images: one, x_test: one })))).toMatch(
      /missing: x_train, y_train, y_test; the file holds x_test, images/,
    )
  })

  it('refuses objects, texts, tables, damage and what is no archive, each in its words', async () => {
    const raw = (header: string): Uint8Array => {
      const start = writeNpy({ name: 'x', shape: [2], data: Float32Array.of(1, 2) })
      const text = header.padEnd(start.length - 10 - 8 - 1) + '\n'
      start.set(new TextEncoder().encode(text), 10)
      return start
    }
    const withX = (x: Uint8Array): string => {
      const y = writeNpy({ name: 'y', shape: [2], data: Int32Array.of(0, 1) })
      return file('x.npz', zipSync({ 'x_train.npy': x, 'y_train.npy': y, 'x_test.npy': x, 'y_test.npy': y }))
    }
    const header = (descr: string): Uint8Array =>
      raw(`{'descr': ${descr}, 'fortran_order': False, 'shape': (2,), }`)
    expect(await problems(withX(header("'|O'")))).toMatch(/x_train: an array of Python objects/)
    expect(await problems(withX(header("'<U4'")))).toMatch(/x_train: text \(U4\), expected are numbers/)
    expect(await problems(withX(header("[('a', '<f4')]")))).toMatch(/x_train: a table of named fields/)
    expect(await problems(withX(header("'<c8'")))).toMatch(/x_train: type <c8; known are/)
    expect(await problems(file('y.npz', 'no zip at all'))).toMatch(/no NumPy archive/)
    const stored = writeNpz(
      ['x_train', 'y_train', 'x_test', 'y_test'].map((name) => ({
        name,
        shape: [4],
        data: Int32Array.of(0, 1, 0, 1),
      })),
      false,
    )
    stored[150] ^= 1
    expect(await problems(file('z.npz', stored))).toMatch(/x_train is damaged \(its CRC-32/)
  })

  it('refuses 16-bit images rather than guess their range', async () => {
    const start = writeNpy({ name: 'x', shape: [2, 2, 2], data: new Uint8Array(8) })
    const wide = new Uint8Array(start.length + 8)
    wide.set(
      new TextEncoder().encode(
        new TextDecoder('latin1').decode(start.subarray(10, start.length - 8)).replace('|u1', '<u2'),
      ),
      10,
    )
    wide.set(start.subarray(0, 10))
    const y = writeNpy({ name: 'y', shape: [2], data: Int32Array.of(0, 1) })
    const path = file(
      'w.npz',
      zipSync({ 'x_train.npy': wide, 'y_train.npy': y, 'x_test.npy': wide, 'y_test.npy': y }),
    )
    expect(await problems(path)).toMatch(/x_train: 16-bit images; give bytes/)
  })

  it('is bounded in memory, and says how to raise the bound', async () => {
    process.env['GIVENS_DATA_MEMORY'] = '1M'
    const y = { shape: [2], data: Int32Array.of(0, 1) }
    const x = { shape: [2, 1_000_000], data: new Float32Array(2_000_000) }
    const path = file('bomb.npz', npz({ x_train: x, y_train: y, x_test: x, y_test: y }))
    expect(await problems(path)).toMatch(/its arrays take .* allowed are 1.0 MB; GIVENS_DATA_MEMORY=2G/)
    process.env['GIVENS_DATA_MEMORY'] = 'much'
    expect(await problems(path)).toMatch(/GIVENS_DATA_MEMORY is “much”; it must be a positive number/)
  })
})

describe('CSV', () => {
  const rows = (count: number): string[] =>
    Array.from({ length: count }, (_, k) => `${k},${10 - k},${k % 2 === 0 ? 'left' : 'right'}`)

  it('finds the label, its classes and their names', async () => {
    const text = ['a,b,side', ...rows(10)].join('\n')
    const content = await read(file('t.csv', `\ufeff${text}\n\n`))
    if (content.kind !== 'numbers') throw new Error(content.kind)
    expect(content.classNames).toEqual(['left', 'right'])
    expect(content.columns).toEqual(['a', 'b'])
    expect([content.train.count, content.test.count]).toEqual([8, 2])
    expect(content.notes.join()).toMatch(/last column, “side”.*20 % of its rows \(2\) are held out/)
    // Every row went to one of the two, with its label.
    const all = [content.train, content.test].flatMap(({ values, labels, count }) =>
      Array.from({ length: count }, (_, k) => [values[2 * k], values[2 * k + 1], labels[k]]),
    )
    expect(all.sort((p, q) => p[0] - q[0])).toEqual(Array.from({ length: 10 }, (_, k) => [k, 10 - k, k % 2]))
    const again = await read(file('t.csv', text))
    expect(again.hash).not.toBe(content.hash)
    expect(again.kind === 'numbers' && again.test.labels).toEqual(content.test.labels)
  })

  it('takes the splits of a folder, a label by name, semicolons and no header', async () => {
    file('set/train.csv', 'y;u\n3;0.5\n7;1.5\n3;2.5\n')
    file('set/test.csv', 'u;y\n0.25;7\n')
    file('set/validation.csv', 'u;y\n0.75;3\n')
    const content = await read(join(folder, 'set'))
    if (content.kind !== 'numbers') throw new Error(content.kind)
    expect([content.train.count, content.validation?.count, content.test.count]).toEqual([3, 1, 1])
    expect([content.classNames, [...content.test.labels]]).toEqual([['3', '7'], [1]])
    expect(Array.from(content.test.values)).toEqual([0.25])
    const bare = await read(
      file(
        'bare.csv',
        rows(6)
          .map((row) => row.replace('left', '0').replace('right', '1'))
          .join('\n'),
      ),
    )
    expect(bare.notes.join()).toMatch(/no header/)
    const named = await read(file('named.csv', 'kind,a\n1,4\n2,5\n1,6\n2,7\n1,8\n'), 'kind')
    expect(named.kind === 'numbers' && named.columns).toEqual(['a'])
  })

  it.each([
    ['ragged rows', 'a,y\n1,0\n2\n3,1,4\n', /row 3: 1 cells, the first row has 2\n.*row 4: 3 cells/],
    ['a gap after a ragged row', 'a,y\n1,0\n2\n,1\n', /row 3: 1 cells.*\n.*column “a”: nothing in row 4/],
    ['a text among the numbers', 'a,y\n1,0\nParis,1\n3,1\n', /column “a”: “Paris” in row 3 is no number/],
    ['gaps', 'a,y\n1,0\n,1\n3,1\n', /column “a”: nothing in row 3 is no number/],
    ['infinity', 'a,y\n1,0\nInfinity,1\n3,1\n', /column “a”: Infinity in row 3; all numbers must be finite/],
    ['a regression', 'a,price\n1,0.5\n2,1.5\n', /“price” holds fractions; a regression/],
    [
      'two candidates for the label',
      'label,class,a\n0,1,2\n1,0,2\n',
      /more than one column may be the label \(label, class\)/,
    ],
    ['one class', 'a,y\n1,0\n2,0\n', /all 2 training labels are 0/],
    ['columns of one name', 'a,a,y\n1,2,0\n2,3,1\n', /two columns are called “a”/],
    ['one column', 'y\n0\n1\n', /one column alone/],
    ['binary data', '\u0000\u0001\u0002', /no text, but binary data/],
  ])('refuses %s', async (_, text, words) => {
    expect(await problems(file('t.csv', text))).toMatch(words)
  })

  it('refuses a label column that is not there, and a test set of other columns', async () => {
    expect(await problems(file('t.csv', 'a,y\n1,0\n2,1\n'), 'z')).toMatch(
      /no column “z”; the columns are a, y/,
    )
    file('set/train.csv', 'a,y\n1,0\n2,1\n')
    file('set/test.csv', 'b,y\n1,0\n2,1\n')
    expect(await problems(join(folder, 'set'))).toMatch(/columns of the test set differ.*without a; with b/)
  })

  it('shows rows as a table', async () => {
    const path = file('t.csv', ['a,b,side', ...rows(10)].join('\n'))
    const { table, classNames, samples } = await sampleOwnData(path, '', 2, 20)
    expect([classNames, samples, table?.columns, table?.omitted]).toEqual([
      ['left', 'right'],
      [],
      ['a', 'b'],
      0,
    ])
    expect(table?.rows.map(({ label }) => label)).toEqual([0, 0, 1, 1])
    for (const { values } of table?.rows ?? []) expect(values[0] + values[1]).toBe(10)
  })
})

describe('Parquet', () => {
  const pixels = (rows: number[]): number[] =>
    rows.flatMap((k) => expected.colour.slice(k * 72, (k + 1) * 72))
  const range = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, k) => from + k)

  it('reads the shards of the hub: pixels, class names, splits; snappy, zstd and gzip', async () => {
    const dataset = await open(fixture('hub'))
    expect([dataset.shape, dataset.classNames]).toEqual([
      [6, 4, 3],
      ['oak', 'elm', 'fir'],
    ])
    expect([dataset.size('train'), dataset.size('test')]).toEqual([10, 4])
    const { examples } = dataset.resident ?? {}
    expect(Array.from(examples?.pixels ?? [])).toEqual(pixels(range(0, 10)))
    expect(Array.from(examples?.labels ?? [])).toEqual(expected.codes.slice(0, 10))
    const { y } = await dataset.evaluationBatch('test', 0, 4)
    expect([...y]).toEqual(expected.codes.slice(10))
    expect(await identifyData(dataOf(fixture('hub')))).toMatchObject({
      hash: dataset.hash,
      shape: [6, 4, 3],
      classes: 3,
    })
  })

  it('keeps gray images gray, and holds a fifth of a single file out', async () => {
    const dataset = await open(fixture('gray.parquet'))
    expect([dataset.shape, dataset.size('train'), dataset.size('test')]).toEqual([[5, 5, 1], 8, 2])
    const { examples } = dataset.resident ?? {}
    const found = new Set(
      range(0, 8).map((k) => Array.from(examples?.pixels.subarray(25 * k, 25 * (k + 1)) ?? []).join()),
    )
    const all = new Set(range(0, 10).map((k) => expected.gray.slice(25 * k, 25 * (k + 1)).join()))
    expect(found.size).toBe(8)
    expect([...found].every((image) => all.has(image))).toBe(true)
  })

  it('decodes as batches need where images do not fit, or another size is asked for', async () => {
    process.env['GIVENS_DATA_MEMORY'] = '800'
    expect(await problems(fixture('hub'))).toMatch(/one column of a row group take .*GIVENS_DATA_MEMORY=/)
    delete process.env['GIVENS_DATA_MEMORY']
    const dataset = await open(fixture('hub'), { size: 4 })
    expect([dataset.shape, dataset.resident]).toEqual([[4, 4, 3], undefined])
    const { x, y } = await dataset.evaluationBatch('test', 0, 4)
    expect([x.length, [...y]]).toEqual([4 * 48, expected.codes.slice(10)])
    expect(new Set(x).size).toBeGreaterThan(100)
    dataset.close()
  })

  it('reads a table of numbers', async () => {
    const content = await read(fixture('table.parquet'), 'kind')
    if (content.kind !== 'numbers') throw new Error(content.kind)
    expect([content.classNames, content.columns]).toEqual([
      ['s', 't'],
      ['a', 'b', 'n'],
    ])
    const rows = [content.train, content.test].flatMap(({ values, labels, count }) =>
      range(0, count).map((k) => ({ n: values[3 * k + 2], a: values[3 * k], label: labels[k] })),
    )
    for (const { n, a, label } of rows) {
      expect(a).toBe(expected.odd.x[3 * n])
      expect(label).toBe(n % 3 === 1 ? 1 : 0)
    }
    expect(await problems(fixture('table.parquet'), 'n')).toMatch(/column “kind”: “s” in row 0 is no number/)
  })

  it('names damaged files and shards of other columns', async () => {
    const bytes = readFileSync(fixture('gray.parquet'))
    expect(await problems(file('cut.parquet', bytes.subarray(0, 2000)))).toMatch(/cannot be read as Parquet/)
    expect(await problems(file('no.parquet', 'no Parquet at all'))).toMatch(/does not begin with PAR1/)
    mkdirSync(join(folder, 'mixed'))
    copyFileSync(fixture('gray.parquet'), join(folder, 'mixed', 'train-0.parquet'))
    copyFileSync(fixture('table.parquet'), join(folder, 'mixed', 'train-1.parquet'))
    expect(await problems(join(folder, 'mixed'))).toMatch(/train-1\.parquet has the columns a \(number\)/)
    mkdirSync(join(folder, 'untrained'))
    copyFileSync(fixture('gray.parquet'), join(folder, 'untrained', 'test-0.parquet'))
    expect(await problems(join(folder, 'untrained'))).toMatch(/no parquet file of the training set/)
  })
})

describe('own data of any form', () => {
  it('refuse content that is not what a run was made for', async () => {
    const path = file('x.npz', features())
    const { hash } = await identifyData(dataOf(path))
    expect((await open(path, { sha256: hash })).hash).toBe(hash)
    file('x.npz', features({ y_test: { shape: [6], data: Int32Array.of(1, 1, 0, 1, 0, 1) } }))
    await expect(open(path, { sha256: hash })).rejects.toThrow(/has changed: the hash of its content is/)
  })

  it('refuse devices, empty files, folders of nothing and forms that are not known', async () => {
    expect(await problems(file('empty.npz', ''))).toMatch(/is empty \(0 bytes\)/)
    expect(await problems(join(folder, 'gone.npz'))).toMatch(/is not there; expected are an \.npz/)
    mkdirSync(join(folder, 'nothing'))
    expect(await problems(join(folder, 'nothing'))).toMatch(/no file of a known form/)
    expect(await problems(file('x.xlsx', 'Z'))).toMatch(/none of the known forms/)
    if (process.platform === 'win32') return
    symlinkSync('/dev/zero', join(folder, 'endless.npz'))
    expect(await problems(join(folder, 'endless.npz'))).toMatch(/no ordinary file/)
  })
})
