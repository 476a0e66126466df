/** Single operators, and other ways to spell them, against onnxruntime. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { referenceBackend } from '../../../../src/engine/backend/reference/index.ts'
import { importOnnx } from '../../../../src/engine/interchange/onnx/import.ts'
import { countParameters, parametersOf } from '../../../../src/shared/graph/parameters.ts'
import { inputsOf, logitsOf } from './networks.ts'

interface OperatorCase {
  readonly name: string
  readonly input: readonly number[]
  readonly output: readonly (readonly number[])[]
  /** The file in base64. */
  readonly onnx: string
}

const cases = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../../fixtures/onnx/operators.json'), 'utf8'),
) as readonly OperatorCase[]

/** Files whose images have their channels last, as the bench has them. */
const CHANNELS_LAST = 'images with channels last'

test.each(cases)('$name', async ({ name, input, output, onnx }) => {
  const model = importOnnx(Buffer.from(onnx, 'base64'))
  const flat = {
    input: name === CHANNELS_LAST ? [input.reduce((product, side) => product * side, 1)] : input,
  }
  const got = await logitsOf(referenceBackend, 'float64', model, inputsOf(flat))
  const expected = name === 'a softmax at the end' ? output.map(centred).flat() : output.flat()
  const logits = name === 'a softmax at the end' ? rows(got, 5).map(centred).flat() : [...got]
  const largest = Math.max(...expected.map(Math.abs))
  expected.forEach((value, i) => expect(Math.abs(logits[i] - value) / largest).toBeLessThan(1e-5))
  const { kernels, maskable } = countParameters(parametersOf(model.graph))
  expect(maskable).toBe(kernels)
})

const centred = (row: readonly number[]): number[] => {
  const mean = row.reduce((sum, value) => sum + value, 0) / row.length
  return row.map((value) => value - mean)
}

const rows = (values: Float64Array, width: number): number[][] =>
  Array.from({ length: values.length / width }, (_, k) => [...values.subarray(k * width, (k + 1) * width)])

test('notes tell of a softmax that was left out, and of tensors that two layers share', () => {
  const notes = (name: string): string =>
    importOnnx(Buffer.from(cases.find((each) => each.name === name)?.onnx ?? '', 'base64')).notes.join(' ')
  expect(notes('a softmax at the end')).toMatch(/LogSoftmax at the end.*left out/)
  expect(notes('a bias that is shared')).toMatch(/“b” is shared by/)
  expect(notes('silu')).toBe('')
})
