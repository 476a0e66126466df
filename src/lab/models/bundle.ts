/** Own models in share bundles: what the runs name by its hash travels with them. */
import { contentHash, contentModel } from '../../shared/models/content.ts'
import { addKnownModels } from '../../shared/models/known.ts'
import { isOwn, OWN_NAME, ownName, ownNameOf } from '../../shared/spec/own.ts'
import type { RunSpec } from '../../shared/spec/schema.ts'
import { broken } from '../bundle/format.ts'
import type { BundleOwn } from '../bundle/format.ts'
import { contentsOf, findNamed, giveName, keepContent, listNamed } from '../store/own.ts'
import type { Connection } from '../store/open.ts'

/** The models of some specifications, each once. */
export function bundledModels(database: Connection, specs: readonly RunSpec[]): BundleOwn[] {
  const named = new Map(listNamed(database, 'model').map((each) => [each.hash, each]))
  const names = new Map(
    specs.flatMap(({ model }) => (isOwn(model.name) ? [[model.sha256, ownNameOf(model.name)] as const] : [])),
  )
  return [...names].flatMap(([hash, name]) =>
    contentsOf(database, 'model', [hash]).map((content) => ({
      kind: 'model' as const,
      hash,
      content,
      name,
      about: named.get(hash)?.about ?? '{}',
    })),
  )
}

/**
 * Checks the models of a bundle and makes them known. Throws BenchError('bad-file') for a content that is not
 * what its hash says or no model, and where a run's model is missing.
 */
export function readBundledModels(
  own: readonly BundleOwn[],
  runs: readonly { readonly spec: RunSpec }[],
  file: string,
): void {
  for (const { hash, content } of own) {
    if (contentHash(content) !== hash) throw broken(file, `a model does not have the content ${hash}`)
    contentModel(content)
  }
  const there = new Set(own.map(({ hash }) => hash))
  for (const { spec } of runs) {
    if (isOwn(spec.model.name) && !there.has(spec.model.sha256))
      throw broken(file, `the model ${spec.model.name} of a run is missing`)
  }
  addKnownModels(own.map(({ content }) => content))
}

/** How a bundle came: the file's name, the weights in it by their hash, when. */
interface BundleArrival {
  readonly source: string
  readonly weights: ReadonlyMap<string, Uint8Array>
  readonly now: string
}

/** Stores the models of a bundle, and gives them their names where these are free; those names. */
export function keepBundledModels(
  database: Connection,
  own: readonly BundleOwn[],
  { source, weights, now }: BundleArrival,
): string[] {
  return own.flatMap(({ hash, content, name, about }) => {
    keepContent(database, 'model', hash, content, now)
    if (name === null || !OWN_NAME.test(name) || findNamed(database, 'model', name)) return []
    const { weights: named = '', ...known } = parsedAbout(about)
    const came = weights.has(named) ? named : null
    const full = { title: '', description: '', notes: [], ...known, source, weights: came }
    giveName(database, 'model', { name, hash, about: JSON.stringify(full), addedAt: now })
    return [ownName(name)]
  })
}

/** Title, description and the hash of weights as another home wrote them; nothing else of theirs is taken. */
function parsedAbout(about: string): { title?: string; description?: string; weights?: string } {
  let read: unknown
  try {
    read = JSON.parse(about)
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    return {}
  }
  if (typeof read !== 'object' || read === null) return {}
  const texts = Object.entries(read).filter(
    ([key, value]) => ['title', 'description', 'weights'].includes(key) && typeof value === 'string',
  )
  return Object.fromEntries(texts)
}
