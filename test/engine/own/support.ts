/** What tests of own methods share: files from texts, the examples, hosts that are closed, a Python. */
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach } from 'vitest'
import { openMethod } from '../../../src/engine/own/method.ts'
import type { OwnMethod } from '../../../src/engine/own/method.ts'
import type { OwnFile, OwnLimits } from '../../../src/engine/own/types.ts'
import { DEFAULT_METHOD_SETTINGS } from '../../../src/shared/contract/methods.ts'
import type { OwnLanguage } from '../../../src/shared/contract/methods.ts'

const opened: OwnMethod[] = []

afterEach(() => {
  for (const { host } of opened.splice(0)) host.close()
})

/** A Python with NumPy on the path (or in GIVENS_PYTHON); tests of Python are skipped without one. */
export const PYTHON = [process.env['GIVENS_PYTHON'] ?? '', 'python3', 'python'].find(
  (name) => name !== '' && spawnSync(name, ['-c', 'import numpy']).status === 0,
)
if (PYTHON === undefined) console.warn('No Python with NumPy is found: tests of Python methods are skipped.')

export const LIMITS: OwnLimits = { ...DEFAULT_METHOD_SETTINGS, seconds: 60, python: PYTHON ?? null }

const ENDINGS: Readonly<Record<OwnLanguage, string>> = { python: 'py', javascript: 'mjs', typescript: 'ts' }

export function fileOf(language: OwnLanguage, text: string): OwnFile {
  return { file: `mine.${ENDINGS[language]}`, language, text }
}

/** Opens a text as a method; it is closed after the test. */
export async function open(
  language: OwnLanguage,
  text: string,
  limits: Partial<OwnLimits> = {},
): Promise<OwnMethod> {
  const method = await openMethod(fileOf(language, text), { ...LIMITS, ...limits })
  opened.push(method)
  return method
}

export const EXAMPLES = join(import.meta.dirname, '../../../examples/own-methods')

/** One of the examples, opened. */
export function openExample(name: string): Promise<OwnMethod> {
  const language = name.endsWith('.py') ? 'python' : name.endsWith('.ts') ? 'typescript' : 'javascript'
  return open(language, readFileSync(join(EXAMPLES, name), 'utf8'))
}

/** A scheme in Python whose kernel has this body. */
export const pythonKernel = (body: string, head = ''): string =>
  [
    'import numpy as np',
    'KIND, NAME = "scheme", "mine"',
    ...(head === '' ? [] : [head]),
    'def kernel(shape, density, settings, rng, layer):',
    ...body.split('\n').map((line) => `    ${line}`),
  ].join('\n')

/** A scheme in JavaScript whose kernel has this body. */
export const scriptKernel = (body: string, head = ''): string =>
  `export default { kind: 'scheme', name: 'mine', ${head}\n` +
  `kernel({ shape, density, settings, random, layer }) {\n${body}\n} }`
