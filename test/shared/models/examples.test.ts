// The worked examples and the one in the documentation are models.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { LAYER_KINDS } from '../../../src/shared/models/layer-fields.ts'
import { checkModel } from '../../../src/shared/models/expand.ts'
import { parseModel } from '../../../src/shared/models/parse.ts'

const ROOT = join(import.meta.dirname, '..', '..', '..')
const DOCS = readFileSync(join(ROOT, 'docs', 'own-models.md'), 'utf8')

it.each(readdirSync(join(ROOT, 'examples', 'models')))('%s is a model', (file) => {
  const { definition } = parseModel(JSON.parse(readFileSync(join(ROOT, 'examples', 'models', file), 'utf8')))
  expect(checkModel(definition, file).nodes.length).toBeGreaterThan(3)
})

it('the documentation shows a model, and names every kind of layer', () => {
  const [, example] = /```json\n([\s\S]*?)```/.exec(DOCS) ?? []
  expect(checkModel(parseModel(JSON.parse(example)).definition, 'docs').nodes).toHaveLength(16)
  for (const kind of LAYER_KINDS) expect(DOCS).toContain(`\`${kind}\``)
})
