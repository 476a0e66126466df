import { join } from 'node:path'
import { expect, it } from 'vitest'
import { referenceBackend } from '../../../src/engine/backend/reference/index.ts'
import { arraysOf, readWeightsBytes } from '../../../src/engine/interchange/weights-file.ts'
import { drawKernel } from '../../../src/engine/laboratory/draw.ts'
import { drawnArrays } from '../../../src/engine/laboratory/files.ts'
import { inspectArrays } from '../../../src/engine/laboratory/inspect.ts'
import { drawSchema } from '../../../src/shared/laboratory/requests.ts'

const tools = { now: () => 0, backend: async () => referenceBackend }
const options = { map: 4, stride: 1, gain: 1, depthwise: false }

it.each([false, true])('sees in a file what was drawn (PyTorch’s layout: %s)', async (pytorch) => {
  const request = drawSchema.parse({ shape: [3, 3, 8, 12], density: 0.2, settings: { scheme: 'eoi' } })
  const { parameter, kernel } = await drawKernel(request, tools)
  const arrays = drawnArrays(parameter, kernel, pytorch)
  const naming = pytorch ? ('pytorch' as const) : undefined
  const [{ report, singular }] = inspectArrays(arrays, { ...options, naming })
  expect(report.shape).toEqual([3, 3, 8, 12])
  expect(report.nonzeros).toBe(kernel.mask.reduce((sum, kept) => sum + kept, 0))
  expect(report.residual).toBeLessThan(1e-12)
  expect(singular).toHaveLength(4 * 4 * 8)
  for (const value of singular ?? []) expect(value).toBeCloseTo(1, 10)
})

it('tells PyTorch’s names, prune’s masks, and refuses a file without kernels', () => {
  const path = join(import.meta.dirname, '../../fixtures/torch-mlp.npz')
  const arrays = arraysOf(path, readWeightsBytes(path))
  const kernels = inspectArrays(arrays, options)
  expect(kernels.map(({ report }) => [report.name, ...report.shape, report.nonzeros])).toEqual([
    ['hidden1.weight', 36, 12, 130],
    ['hidden2.weight', 12, 12, 58],
    ['classifier.weight', 12, 4, 36],
  ])
  expect(() =>
    inspectArrays(
      arrays.filter(({ name }) => name.endsWith('bias')),
      options,
    ),
  ).toThrow(/no matrix and no kernel\. Arrays: hidden1\.bias \[12\]/)
})
