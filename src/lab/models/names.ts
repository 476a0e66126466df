/** What the names of own models mean in a home. */
import { addKnownModels, knownContent } from '../../shared/models/known.ts'
import { completeOwnModel } from '../../shared/models/complete.ts'
import type { Complete } from '../../shared/studies/grid.ts'
import { isOwn } from '../../shared/spec/own.ts'
import { parseSpec } from '../../shared/spec/parse.ts'
import { rawField } from '../../shared/spec/paths.ts'
import type { RunSpec } from '../../shared/spec/schema.ts'
import { buildModel } from '../../shared/zoo/index.ts'
import { completeOwnData, knownInputOf } from '../store/own-data.ts'
import { contentsOf, listNamed } from '../store/own.ts'
import type { Connection } from '../store/open.ts'

/** Makes all models of a home known to this process; the hashes that its names stand for. */
export function modelNames(database: Connection): Map<string, string> {
  const named = listNamed(database, 'model')
  const missing = named.map(({ hash }) => hash).filter((hash) => knownContent(hash) === undefined)
  if (missing.length > 0) addKnownModels(contentsOf(database, 'model', missing))
  return new Map(named.map(({ name, hash }) => [name, hash]))
}

/**
 * Fills in what this home knows of own models (models/complete.ts), and builds each once for its data: what
 * does not fit is told before a run is made. The classes of a folder of images are known only when it is
 * open.
 */
export function completing(database: Connection): Complete {
  let names: Map<string, string> | undefined
  const built = new Set<string>()
  return (input) => {
    const completed = completeOwnModel(completeOwnData(input), (names ??= modelNames(database)))
    if (!isOwn(rawField(completed, 'model.name'))) return completed
    const { model, data } = parseSpec(completed)
    const key = JSON.stringify([model, data])
    if (data.name !== 'image-folder' && !built.has(key)) {
      const shape = knownInputOf(data)
      buildModel(model, shape.input, shape.classes)
      built.add(key)
    }
    return completed
  }
}

/** Makes the model of a stored specification known to this process; its content, for a thread. */
export function knowModelOf(database: Connection, { model }: RunSpec): string[] {
  if (!isOwn(model.name)) return []
  const content = knownContent(model.sha256)
  if (content !== undefined) return [content]
  const found = contentsOf(database, 'model', [model.sha256])
  addKnownModels(found)
  return found
}
