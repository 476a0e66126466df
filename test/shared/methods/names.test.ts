import { readdirSync, readFileSync } from 'node:fs'
import { join, sep } from 'node:path'
import { expect, it } from 'vitest'
import { METHOD_KINDS, methodNames } from '../../../src/shared/methods/registry.ts'
import { OPTIMIZERS } from '../../../src/shared/methods/optimizers/index.ts'
import type { MethodKind } from '../../../src/shared/methods/types.ts'

const ROOT = join(import.meta.dirname, '../../../src')

/** Names that are words of other things too: what they are compared with decides. */
const SHARED_WORDS = ['base', 'file', 'dense', 'uniform', 'er', 'set', 'none']

const NAMES = [
  ...(Object.keys(METHOD_KINDS) as MethodKind[]).flatMap(methodNames),
  ...Object.keys(OPTIMIZERS),
]
const ALL = [...NAMES, 'none'].join('|')
const DISTINCT = NAMES.filter((name) => !SHARED_WORDS.includes(name)).join('|')

const ASKING = [
  new RegExp(`(?:[!=]==|\\bcase)\\s*'(?:${DISTINCT})'|'(?:${DISTINCT})'\\s*[!=]==`),
  new RegExp(`\\[[^\\]\\n]*'(?:${DISTINCT})'[^\\]\\n]*\\]\\s*\\.(?:includes|has|indexOf)\\b`),
  new RegExp(`^\\s*(?:'(?:${DISTINCT})'|\\b(?:${DISTINCT})\\b):\\s`),
  new RegExp(`\\b(?:scheme|distribution|method)(?:\\.value)?\\s*[!=]==\\s*'(?:${ALL})'`),
]

/** The methods' own files, and what names methods without asking what they are. */
const OWN = [
  /^shared\/methods\//,
  /^engine\/(?:initialization|density|dynamic|backend\/optimizers)\/index\.ts$/,
  // What a preset compares; what rows meant that were stored before.
  /^shared\/studies\//,
  /^shared\/spec\/earlier\.ts$/,
  // Ensembles of matrices of which theory has formulas.
  /^shared\/theory\//,
  // Scores that a method of the user's own may ask for, which have the names of who invented them.
  /^engine\/own\/offers\.ts$/,
  // Options of one command each, named by what they set.
  /^cli\/commands\/init\.ts$/,
]

const asks = (line: string): boolean => ASKING.some((pattern) => pattern.test(line))

it('what asks for a method by its name is recognized', () => {
  const asking = [
    "if (initialization.scheme === 'sao') return",
    "    case 'rigl':",
    "  const scored = ['snip', 'grasp'].includes(sparsity.distribution)",
    "  eoi: 'EOI',",
    "if (training.optimizer === 'sgd') return",
    "if (dynamic.method !== 'none')",
    "sparsity.distribution === 'dense' ? 1 : density",
  ]
  for (const line of asking) expect(asks(line), line).toBe(true)
  const innocent = [
    "if (node.kind === 'dense')",
    "angles.kind === 'uniform'",
    "scheme: 'eoi',",
    "menu === 'file'",
  ]
  for (const line of innocent) expect(asks(line), line).toBe(false)
})

it('no code outside a method’s own files asks for it by its name', () => {
  const files = readdirSync(ROOT, { recursive: true, encoding: 'utf8' })
    .map((file) => file.split(sep).join('/'))
    .filter((file) => /\.(?:ts|vue)$/.test(file) && !OWN.some((pattern) => pattern.test(file)))
  expect(files.length).toBeGreaterThan(300)
  const found = files.flatMap((file) =>
    readFileSync(join(ROOT, file), 'utf8')
      .split('\n')
      .flatMap((line, index) => (asks(line) ? [`${file}:${index + 1}: ${line.trim()}`] : [])),
  )
  expect(found).toEqual([])
})
