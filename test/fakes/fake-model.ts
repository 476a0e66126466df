/** An own model as a lab tells it. */
import type { OwnModelRow } from '../../src/shared/contract/own-models.ts'

export const fakeModel = (): OwnModelRow => ({
  name: 'own:narrow-resnet',
  hash: 'ab12cd34ef56'.padEnd(64, '0'),
  title: 'Narrow ResNet',
  description: 'Two stages of basic blocks.',
  source: 'narrow-resnet.onnx',
  addedAt: '2026-11-20T09:12:00Z',
  input: [32, 32, 3],
  classes: 10,
  data: 'cifar-10',
  settings: { width: 16, depth: 3, activation: 'relu' },
  layers: 48,
  parameters: 75_130,
  maskable: 74_480,
  weights: 'ff'.repeat(32),
  notes: ['Dropout is left out: its rate is 0.'],
  runs: 3,
  formerRuns: 2,
})
