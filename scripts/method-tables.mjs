// Writes the tables of methods into docs/methods.md, from their descriptors in src/shared/methods.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { withMethodTables } from '../src/shared/methods/documentation.ts'

const file = join(import.meta.dirname, '../docs/methods.md')
writeFileSync(file, withMethodTables(readFileSync(file, 'utf8')))
