// Text as data: split in order, windows, vocabulary of the training part, unknown tokens, content.
import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { checkData, identifyData, openDataset, sampleData } from '../../../../src/engine/index.ts'
import { madeText } from '../../../../src/engine/data/text/made.ts'
import { Stream } from '../../../../src/engine/rng.ts'
import { inputOf, MADE_TEXT, trainingExamples } from '../../../../src/shared/spec/data-shapes.ts'
import { parseSpec } from '../../../../src/shared/spec/parse.ts'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'givens-text-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

function written(content: string | Uint8Array, name = 'a.txt'): string {
  const path = join(folder, name)
  writeFileSync(path, content)
  return path
}
const dataOf = (data: object) => parseSpec({ model: { name: 'gpt' }, data: { name: 'text', ...data } }).data
const stream = (): Stream => Stream.root(3)

// 20 tokens: 12 train, 4 validate, 4 test.
const CONTENT = 'abcabcabcabc' + 'abca' + 'xy😀b'
const SPLITS = { context: 3, validation: 0.2, test: 0.2 }

describe('text', () => {
  it('is split in order into windows whose labels are one token further', async () => {
    const dataset = await openDataset(dataOf({ path: written(CONTENT), ...SPLITS }))
    expect(dataset.shape).toEqual([3])
    expect(dataset.predictions).toBe(3)
    expect(dataset.classNames).toEqual(['a', 'b', 'c', '(unknown)'])
    expect(['train', 'validation', 'test'].map((split) => dataset.size(split as 'train'))).toEqual([3, 1, 1])
    const { x, y, count } = await dataset.trainBatch(Int32Array.of(2, 0), stream())
    expect([[...x], [...y], count]).toEqual([[0, 1, 2, 0, 1, 2], [1, 2, 0, 1, 2, 0], 2])
    const told = (split: 'validation' | 'test') => dataset.evaluationBatch(split, 0, 2)
    const validation = await told('validation')
    expect([...validation.x.subarray(0, 3), ...validation.y.subarray(0, 3)]).toEqual([0, 1, 2, 1, 2, 0])
    expect([...validation.weights]).toEqual([1, 0])
    // x, y and a character of two code units are none of the training part.
    const test = await told('test')
    expect([...test.x.subarray(0, 3), ...test.y.subarray(0, 3)]).toEqual([3, 3, 3, 3, 3, 1])
    expect(dataset.notes).toEqual(['3 of 20 characters are none of the training part: they count as unknown'])
  })

  it('begins anywhere in the training part when augmented, and never outside', async () => {
    const dataset = await openDataset(dataOf({ path: written(CONTENT), ...SPLITS, augment: true }))
    const { x, y } = await dataset.trainBatch(new Int32Array(400), stream())
    const begins = new Set<number>()
    for (let k = 0; k < 400; k++) {
      begins.add(x[3 * k])
      for (let i = 0; i < 3; i++) expect(y[3 * k + i]).toBe((x[3 * k + i] + 1) % 3)
    }
    expect([...begins].sort()).toEqual([0, 1, 2])
  })

  it('takes as many sequences as a limit leaves, the same each time', async () => {
    const limited = await openDataset(dataOf({ path: written(CONTENT), ...SPLITS, limit: 2 }))
    expect(limited.size('train')).toBe(2)
  })

  it('reads bytes as 256 tokens, whatever they are', async () => {
    const bytes = Uint8Array.from({ length: 100 }, (_, i) => (37 * i) % 256)
    const path = written(bytes)
    const dataset = await openDataset(dataOf({ path, unit: 'bytes', ...SPLITS }))
    expect(dataset.classes).toBe(256)
    const { x } = await dataset.trainBatch(Int32Array.of(1), stream())
    expect([...x]).toEqual([111, 148, 185])
    await expect(openDataset(dataOf({ path, ...SPLITS }))).rejects.toThrow(/no text in UTF-8.*data\.unit/)
  })

  it('is known by its content', async () => {
    const path = written(CONTENT)
    const identity = await identifyData(dataOf({ path, ...SPLITS }))
    expect(identity.hash).toBe(createHash('sha256').update(CONTENT).digest('hex'))
    expect([identity.shape, identity.classes]).toEqual([[3], 4])
    const bound = dataOf({ path, ...SPLITS, sha256: identity.hash })
    await expect(openDataset(bound)).resolves.toBeDefined()
    written(`${CONTENT}!`)
    await expect(openDataset(bound)).rejects.toThrow(/has changed/)
  })

  it('says what a text is too short for, and what is no file', async () => {
    await expect(openDataset(dataOf({ path: written('abc'), ...SPLITS }))).rejects.toThrow(
      /3 tokens, 3 of them for training; a sequence takes 4/,
    )
    await expect(openDataset(dataOf({ path: join(folder, 'none.txt') }))).rejects.toThrow(/none\.txt/)
    expect(await checkData('text', folder)).toMatchObject({ ok: false })
    expect((await sampleData('text', written(CONTENT), '', 1, 1)).text).toBe(CONTENT)
  })
})

describe('the text that the bench makes', () => {
  it('is what its shape and its counts are told by', async () => {
    const text = madeText()
    expect([text.length, new TextEncoder().encode(text).length]).toEqual([MADE_TEXT.length, MADE_TEXT.length])
    expect(createHash('sha256').update(text).digest('hex')).toMatch(/^4a1d7f0e/)
    const data = dataOf({ context: 64 })
    const dataset = await openDataset(data)
    expect(inputOf(data, {})).toEqual({ input: dataset.shape, classes: dataset.classes })
    expect(trainingExamples(data)).toBe(dataset.size('train'))
    expect(await checkData('text')).toMatchObject({ ok: true, classes: MADE_TEXT.tokens })
    expect(dataset.notes).toEqual([])
  })

  it('answers its questions by what stands before them', () => {
    for (const line of madeText().split('\n').slice(0, 200)) {
      for (const [, name, place] of line.matchAll(/where is (\w+)\? in the (\w+)\./g))
        expect(line).toMatch(
          new RegExp(`${name} goes to the ${place}|${name} \\w+ a \\w+ \\w+ in the ${place}`),
        )
    }
  })
})
