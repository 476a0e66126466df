/** The content of a model: its canonical text and the hash that stands for it. */
import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js'
import { parseModel } from './parse.ts'
import { MODEL_FORMAT, MODEL_VERSION } from './types.ts'
import type { ModelDefinition, ModelText } from './types.ts'

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, each]) => [key, sorted(each)]),
  )
}

/**
 * Canonical JSON of a model: keys sorted, no white space. Title and description are left out, so that they
 * may be written anew without making another model of it. Never change this: hashes are in people's runs.
 */
export function modelContent(definition: ModelDefinition): string {
  return JSON.stringify(sorted({ ...definition, format: MODEL_FORMAT, version: MODEL_VERSION }))
}

/** SHA-256 of a model's content, hexadecimal. */
export function contentHash(content: string): string {
  return bytesToHex(sha256(utf8ToBytes(content)))
}

/** The model of a canonical text. Throws BenchError('bad-file') for what is none. */
export function contentModel(content: string): ModelDefinition {
  return parseModel(JSON.parse(content)).definition
}

/** The file of a model, as people read it. */
export function modelFile(definition: ModelDefinition, text: ModelText): string {
  const { input, classes, settings, layers, output } = definition
  const head = { format: MODEL_FORMAT, version: MODEL_VERSION, ...text, input, classes, settings, output }
  const lines = JSON.stringify(head, null, 2).split('\n')
  const listed = layers.map((entry) => `    ${JSON.stringify(entry)}`).join(',\n')
  return `${lines.slice(0, -1).join('\n')},\n  "layers": [\n${listed}\n  ]\n}\n`
}
