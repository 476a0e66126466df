// The study files of docs/results/paper: rows of the presets, run for run.
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { identityOf } from '../../../src/shared/spec/identity.ts'
import { expandStudy } from '../../../src/shared/studies/grid.ts'
import { presetStudy } from '../../../src/shared/studies/index.ts'
import { parseStudy } from '../../../src/shared/spec/parse.ts'

const fileOf = (name: string) => {
  const path = fileURLToPath(new URL(`../../../docs/results/paper/${name}.json`, import.meta.url))
  return parseStudy(JSON.parse(readFileSync(path, 'utf8')))
}
const identities = (study: Parameters<typeof expandStudy>[0]) =>
  new Map(expandStudy(study).runs.map(({ spec, labels }) => [identityOf(spec), labels.Scheme]))

it.each([
  ['mlp-1000', 'table-1', 30],
  ['resnet-32', 'table-2', 20],
])('%s.json has runs of %s alone', (name, preset, runs) => {
  const whole = identities(presetStudy(preset).study)
  const file = identities(fileOf(name))
  expect(file.size).toBe(runs)
  const others = [...file].filter(([identity]) => !whole.has(identity)).map(([, scheme]) => scheme)
  expect(others).toEqual([])
})

it('cnn-32.json is the CNN of Table 1 but for depth and density', () => {
  const [ours] = expandStudy(fileOf('cnn-32')).runs
  const cnn = expandStudy(presetStudy('table-1').study).runs.find(
    ({ spec, labels }) => spec.model.name === 'cnn' && labels.Scheme === 'ERK-Base',
  )
  expect(ours.spec.model).toEqual({ ...cnn?.spec.model, depth: 29 })
  expect(ours.spec.sparsity).toEqual({ ...cnn?.spec.sparsity, density: 0.1 })
  expect([ours.spec.training, ours.spec.data, ours.spec.initialization]).toEqual([
    cnn?.spec.training,
    cnn?.spec.data,
    cnn?.spec.initialization,
  ])
})
