import { mount } from '@vue/test-utils'
import { expect, test } from 'vitest'
import LayersTable from '../../src/renderer/components/run/LayersTable.vue'
import type { LayerReport } from '../../src/shared/contract/run.ts'

const report: LayerReport = {
  name: 'hidden.kernel',
  shape: [8, 8],
  maskable: true,
  entries: 64,
  nonzeros: 64,
  densityAsked: 1,
  density: 1,
  residual: 0.125,
  singularMean: 1,
  singularMax: 1.25,
  singularMin: 0.75,
  notes: [],
}
const convolution: LayerReport = {
  ...report,
  name: 'conv.kernel',
  shape: [3, 3, 8, 8],
  operator: {
    map: [32, 32],
    stride: 2,
    padding: 'zeros 1',
    residual: 0.5,
    singularMean: 0.875,
    singularMax: 1.5,
    singularMin: 0.0625,
    frequencies: 57,
    allFrequencies: 256,
  },
}

/** Texts of a row by the titles of their columns. */
function rows(layers: readonly LayerReport[]): Record<string, string>[] {
  const table = mount(LayersTable, { props: { layers } })
  const heads = table.findAll('th').map((head) => head.text())
  return table
    .findAll('tbody tr')
    .map((row) => Object.fromEntries(row.findAll('td').map((cell, k) => [heads[k], cell.text()])))
}

test('a convolution shows its operator’s numbers, and the flattened residual under its own name', () => {
  const [matrix, kernel] = rows([report, convolution])
  expect(matrix).toMatchObject({ Residual: '0.125', 'σ max': '1.25', 'Flattened residual': '' })
  expect(kernel).toMatchObject({
    Residual: '0.5',
    'σ min': '0.0625',
    'σ max': '1.5',
    'Operator’s map': '32 × 32, stride 2 · 57 of 256',
    'Flattened residual': '0.125',
  })
})

test('one stored before operators were told shows no residual that it has not', () => {
  const { operator: _operator, ...earlier } = convolution
  const [kernel] = rows([earlier])
  expect(kernel).toMatchObject({ Residual: '–', 'σ max': '–', 'Flattened residual': '0.125' })
})

test('a network of matrices has no such columns', () => {
  expect(Object.keys(rows([report])[0])).not.toContain('Flattened residual')
})
