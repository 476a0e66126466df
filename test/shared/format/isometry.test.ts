import { expect, test } from 'vitest'
import { inLayerOrder, isometryName } from '../../../src/shared/format/isometry.ts'

test('layers’ metrics stand in the order of the network, not of the alphabet', () => {
  const kernels = [
    'hidden1.kernel',
    'hidden2.kernel',
    'hidden10.kernel',
    'Block A.query',
    'classifier.kernel',
  ]
  const layers = ['hidden1', 'hidden2', 'hidden10', 'Block A', 'classifier']
  const names = [...layers, 'gone'].map((layer) => isometryName('max', layer))
  const ordered = inLayerOrder(
    'max',
    names.toSorted(),
    kernels.map((name) => ({ name })),
  )
  expect(ordered).toEqual(names)
})
