import { expect, it } from 'vitest'
import { parseStudy } from '../../../src/shared/spec/parse.ts'
import { presetStudy } from '../../../src/shared/studies/index.ts'
import { rowLabels } from '../../../src/shared/studies/row-labels.ts'

it('labels of a study’s axes tell AI’s steps where they are fewer than the paper’s', () => {
  const [, scheme] = rowLabels(presetStudy('gpt-text-reduced').study)
  expect(scheme).toEqual({
    name: 'Scheme',
    labels: ['ERK-Base', 'ERK-scaled Base', 'ERK-AI (1,000 steps)', 'ERK-EOI', 'Dense'],
  })
  expect(rowLabels(presetStudy('table-2').study)[2].labels).toContain('ERK-AI')
  for (const id of ['equal-footing', 'figure-5'])
    for (const { labels } of rowLabels(presetStudy(id).study)) expect(labels).toEqual([...new Set(labels)])
})

it('a point of which no run can be made keeps the label that it was given', () => {
  const axes = [
    {
      name: 'Depth',
      points: [
        { label: 'seven', set: { 'model.depth': 7 } },
        { label: 'none', set: { 'model.depth': -1 } },
      ],
    },
  ]
  const study = parseStudy({ id: 'x', title: 'x', source: '', base: {}, axes, seeds: [1] })
  expect(rowLabels(study)).toEqual([{ name: 'Depth', labels: ['seven', 'none'] }])
})
