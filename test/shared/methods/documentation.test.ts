import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { methodTables, withMethodTables } from '../../../src/shared/methods/documentation.ts'

const file = join(import.meta.dirname, '../../../docs/methods.md')

it('docs/methods.md has the tables of the methods as they are; else run scripts/method-tables.mjs', () => {
  const document = readFileSync(file, 'utf8')
  expect(withMethodTables(document)).toBe(document)
  expect(methodTables()).toContain('| `initialization.aiSteps` (10000; from 1 to 1000000)'.slice(2))
  expect(() => withMethodTables('no tables')).toThrow(/There is no/)
})
