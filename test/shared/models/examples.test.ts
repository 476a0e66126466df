// The worked examples and the one in the documentation are models.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { LAYER_KINDS } from '../../../src/shared/models/layer-fields.ts'
import { checkModel } from '../../../src/shared/models/expand.ts'
import { parseModel } from '../../../src/shared/models/parse.ts'
import { parseStudy } from '../../../src/shared/spec/parse.ts'

const ROOT = join(import.meta.dirname, '..', '..', '..')
const DOCS = readFileSync(join(ROOT, 'docs', 'own-models.md'), 'utf8')

it.each(readdirSync(join(ROOT, 'examples', 'models')))('%s is a model', (file) => {
  const { definition } = parseModel(JSON.parse(readFileSync(join(ROOT, 'examples', 'models', file), 'utf8')))
  expect(checkModel(definition, file).nodes.length).toBeGreaterThan(3)
})

it('the documentation shows a model and a study on it, and names every kind of layer', () => {
  const shown = (text: string) => {
    const [, found] = new RegExp('```json\\n(\\{\\s*' + text + '[\\s\\S]*?)```').exec(DOCS) ?? []
    return JSON.parse(found) as Record<string, unknown>
  }
  expect(checkModel(parseModel(shown('"format"')).definition, 'docs').nodes).toHaveLength(16)
  expect(parseStudy(shown('"id"'))).toMatchObject({ base: { model: { name: 'own:my-net' } } })
  for (const kind of LAYER_KINDS) expect(DOCS).toContain(`\`${kind}\``)
})
