import { expect, it } from 'vitest'
import { openTensorFlow } from '../../../src/engine/backend/tensorflow/index.ts'
import { JacobianSpectrum } from '../../../src/engine/train/jacobian.ts'
import { expectSpectrum, jacobianCases } from './jacobian-oracle.ts'

it.each(jacobianCases())('agrees with PyTorch on TensorFlow: %s', async (_, given) => {
  const inputs = given.inputs.map((x) => Float32Array.from(x))
  const spectrum = await JacobianSpectrum.compile(given.graph, inputs, [openTensorFlow()])
  expect(spectrum.backend).toBe('tensorflow')
  expectSpectrum(spectrum.ofState(given.state), given.expected, 2e-5)
  spectrum.dispose()
})
