/**
 * Models by the hash of their content, as far as this process has seen them. A content is what its hash says
 * for ever, so that this is a cache and no state: the lab fills it from its home and hands a thread the
 * contents that its specification names.
 */
import { BenchError } from '../contract/errors.ts'
import { contentHash, contentModel } from './content.ts'
import type { ModelDefinition } from './types.ts'

const contents = new Map<string, string>()
const definitions = new Map<string, ModelDefinition>()

/** Makes contents known; returns their hashes. */
export function addKnownModels(texts: Iterable<string>): string[] {
  return [...texts].map((text) => {
    const hash = contentHash(text)
    contents.set(hash, text)
    return hash
  })
}

/** The content of a hash; undefined where it is not known here. */
export const knownContent = (hash: string): string | undefined => contents.get(hash)

/** The model of a hash. Throws BenchError('not-found') where it is not known here. */
export function knownModel(hash: string, name: string): ModelDefinition {
  const before = definitions.get(hash)
  if (before) return before
  const content = contents.get(hash)
  if (content === undefined) {
    throw new BenchError(
      'not-found',
      hash === ''
        ? `${name} is a model of a home; it is found when a study starts or a model is shown there.`
        : `The model ${name} with the content ${hash.slice(0, 12)}… is not in this home. Import its file.`,
      'model.name',
    )
  }
  const definition = contentModel(content)
  definitions.set(hash, definition)
  return definition
}
